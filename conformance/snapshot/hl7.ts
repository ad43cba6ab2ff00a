/** Snapshots as HL7's own generator makes them, beside ours, by their outlines. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StructureDefinition } from 'fhir/r4.js';
import { generateSnapshot } from '../../src/definitions/snapshot/snapshot.js';
import type { Difference } from './compare.js';
import { officialStructures } from './compared.js';
import { outline } from './outline.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'conformance', 'snapshot');
const recordedFile = join(folder, 'hl7.json');

/** Profiles that show one thing each, differentials alone. */
export function cases(): readonly StructureDefinition[] {
  return JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as readonly StructureDefinition[];
}

export type Outlines = ReadonlyMap<string, readonly string[]>;

/** What HL7's generator (6.10.4) made of the cases. */
export function recordedOutlines(): Outlines {
  return new Map(Object.entries(JSON.parse(readFileSync(recordedFile, 'utf8')) as Record<string, readonly string[]>));
}

export function recordOutlines(outlines: Outlines): void {
  writeFileSync(recordedFile, `${JSON.stringify(Object.fromEntries(outlines), undefined, 2)}\n`);
}

/** What `command snapshot` makes of structures, by id. */
export function outlinesBy(command: string, structures: readonly StructureDefinition[]): Outlines {
  const work = mkdtempSync(join(tmpdir(), 'snapshots-'));
  try {
    for (const [at, { snapshot: _, ...bare }] of structures.entries()) writeFileSync(join(work, `${at}.json`), JSON.stringify(bare));
    const text = execFileSync(command, ['snapshot', '--plain', '--profiles', work, work], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const made = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as StructureDefinition]));
    return new Map(made.map((structure) => [structure.id ?? '', outline(structure, baseOf(structure))]));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Those of R4 that rest on others, as against defining a type. */
export function officialProfiles(): readonly StructureDefinition[] {
  return officialStructures().filter(({ derivation }) => derivation === 'constraint');
}

const official = new Map(officialStructures().map((structure) => [structure.url, structure]));

function baseOf({ type }: StructureDefinition): StructureDefinition | undefined {
  return official.get(`http://hl7.org/fhir/StructureDefinition/${type}`);
}

/** Ours beside theirs, a difference for each element. */
export function compareOutlines(structures: readonly StructureDefinition[], theirs: Outlines): readonly Difference[] {
  const own = new Map(cases().map((structure) => [structure.url, structure]));
  return structures.flatMap((structure) => {
    const result = generateSnapshot(structure, (canonical) => own.get(canonical) ?? official.get(canonical.split('|', 1)[0] ?? ''));
    const id = structure.id ?? '';
    if (result.kind === 'made') return compareLines(id, theirs.get(id) ?? [], outline(result.structure, baseOf(structure)));
    return [{ structure: id, element: id, field: 'refused', ours: result.reasons[0]?.message.en }];
  });
}

function compareLines(structure: string, theirs: readonly string[], ours: readonly string[]): readonly Difference[] {
  const [before, after] = [byElement(theirs), byElement(ours)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((element) => before.get(element) !== after.get(element))
    .map((element) => ({ structure, element, field: 'outline', theirs: before.get(element), ours: after.get(element) }));
}

function byElement(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(lines.map((line) => [line.split(' ', 1)[0] ?? '', line]));
}
