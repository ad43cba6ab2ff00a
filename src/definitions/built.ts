/** What the build worked out of the definitions and put beside them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the build puts it, unless said otherwise. */
export const builtFolder = fileURLToPath(new URL('../../definitions', import.meta.url));

/** undefined where there are definitions without it: then it has to be worked out. */
export function readBuilt(folder: string, name: string): unknown {
  const file = join(folder, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
