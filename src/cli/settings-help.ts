/** The settings as the help of a command lists them. */
import { settings } from '../config.js';

export function settingsHelp(): string {
  const width = Math.max(...settings.map(({ variable }) => variable.length));
  return settings
    .map((setting) => {
      const fallback = setting.default === undefined || setting.default === '' ? '' : ` (default ${setting.default})`;
      return `  ${setting.variable.padEnd(width)}  ${setting.help}${fallback}`;
    })
    .join('\n');
}
