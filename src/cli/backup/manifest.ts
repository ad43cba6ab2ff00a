/** What lies beside a backup and says what has to be in it. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Digest } from '../../store/digest.js';

export interface Manifest extends Digest {
  /** RFC 3339, UTC. */
  readonly made: string;
  /** The version of this program that made it. */
  readonly software: string;
}

const manifestOf = (backup: string) => `${backup}.json`;

export async function writeManifest(backup: string, manifest: Manifest): Promise<void> {
  await writeFile(manifestOf(backup), `${JSON.stringify(manifest, undefined, 2)}\n`, { flush: true });
}

/** Throws a sentence where there is none, or none that can be read. */
export async function readManifest(backup: string): Promise<Manifest> {
  const file = manifestOf(backup);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`${file} cannot be read: it says what the backup has to hold, and lies beside it`, { cause: error });
  });
  const found = parsed(text);
  if (found !== undefined) return found;
  throw new Error(`${file} is not what lianyi backup writes`);
}

function parsed(text: string): Manifest | undefined {
  try {
    const { made, software, versions, sum } = JSON.parse(text) as Partial<Manifest>;
    const isWhole =
      typeof made === 'string' && typeof software === 'string' && typeof versions === 'number' && /^[\da-f]{64}$/.test(String(sum));
    return isWhole ? { made, software, versions, sum: String(sum) } : undefined;
  } catch {
    return undefined;
  }
}
