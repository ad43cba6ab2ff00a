/** Snapshots made anew of R4's own structures and of the local package, beside those that were published. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StructureDefinition } from 'fhir/r4.js';
import { generateSnapshot } from '../../src/definitions/snapshot/snapshot.js';
import { type Difference, differences } from './compare.js';

export interface Compared {
  readonly structures: number;
  readonly different: readonly Difference[];
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

let official: readonly StructureDefinition[] | undefined;

export function officialStructures(): readonly StructureDefinition[] {
  official ??= structuresIn(dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json')));
  return official;
}

export function packagedStructures(): readonly StructureDefinition[] {
  return structuresIn(join(root, 'profiles', 'lianyi.cn.core', 'package'));
}

function structuresIn(folder: string): readonly StructureDefinition[] {
  const files = readdirSync(folder).filter((file) => file.startsWith('StructureDefinition-') && file.endsWith('.json'));
  return files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as StructureDefinition);
}

/** R4's own, all that have both a differential and a snapshot, each made of the published snapshots of what it rests on. */
export function compareOfficial(): Compared {
  const structures = officialStructures();
  const known = new Map(structures.map((structure) => [structure.url, structure]));
  return compare(structures, (canonical) => known.get(withoutVersion(canonical)));
}

/** The local package's, made of R4 and of nothing else but their differentials. */
export function comparePackage(): Compared {
  const structures = packagedStructures();
  const bare = structures.map(({ snapshot: _, ...rest }): StructureDefinition => rest);
  const known = new Map([...officialStructures(), ...bare].map((structure) => [structure.url, structure]));
  return compare(structures, (canonical) => known.get(withoutVersion(canonical)));
}

function withoutVersion(canonical: string): string {
  return canonical.split('|', 1)[0] ?? '';
}

function compare(structures: readonly StructureDefinition[], lookUp: (canonical: string) => StructureDefinition | undefined): Compared {
  const whole = structures.filter(({ differential, snapshot }) => differential !== undefined && snapshot !== undefined);
  return { structures: whole.length, different: whole.flatMap((structure) => compareOne(structure, lookUp)) };
}

export function compareOne(
  theirs: StructureDefinition,
  lookUp: (canonical: string) => StructureDefinition | undefined,
): readonly Difference[] {
  const result = generateSnapshot(theirs, lookUp);
  if (result.kind === 'made') return differences(theirs, result.structure);
  return result.reasons.map(({ expression, message }) => ({
    ...{ structure: theirs.id ?? theirs.url, element: expression, field: 'refused' },
    ours: message.en,
  }));
}
