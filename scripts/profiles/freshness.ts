/**
 * Whether the committed resources of a profile package belong to its sources, told without running SUSHI: two digests stand beside them,
 * one of all sources, one of all that was made.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Digests {
  readonly sources: string;
  readonly package: string;
}

export const digestFile = 'digests.json';
const sources = ['fsh', 'terminology', 'naming-systems.json', 'package.json'];

export async function digestsOf(folder: string): Promise<Digests> {
  return { sources: await digest(folder, sources), package: await digest(folder, ['package']) };
}

async function digest(folder: string, names: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names.filter((one) => existsSync(join(folder, one)))) {
    const files = name.endsWith('.json') ? [name] : (await readdir(join(folder, name))).sort().map((file) => `${name}/${file}`);
    for (const file of files) hash.update(`${file}\n${await readFile(join(folder, file), 'utf8')}\n`);
  }
  return hash.digest('hex');
}
