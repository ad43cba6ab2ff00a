/** What this program calls itself. */
import { readFileSync } from 'node:fs';

export function softwareInfo(): { readonly name: string; readonly version: string } {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return { name: 'Lianyi', version };
}
