/** Entries as they were when they were last looked at: other ones come of a change that was meant, and then of a new version of keys. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import type { IndexEntry } from '../../src/store/port.js';
import { projectFolder } from '../end-to-end/command.js';
import { search } from './fixture.js';

const folder = join(projectFolder, 'test/search/entries');
/** `UPDATE_ENTRIES=1 npm run jest -- recorded-entries` writes them anew, to be read before they are committed. */
const isUpdate = process.env.UPDATE_ENTRIES !== undefined;

const examples = [
  'Appointment-2docs',
  'AuditEvent-example',
  'Bundle-bundle-example',
  'Condition-example',
  'DocumentReference-example',
  'Encounter-f001',
  'ImagingStudy-example',
  'Location-1',
  'MedicationRequest-medrx002',
  'MolecularSequence-example',
  'Observation-blood-pressure',
  'Observation-f001',
  'Patient-example',
  'Questionnaire-bb',
  'ValueSet-example-extensional',
];

/** In the order of their text, for a list of entries has none. */
function linesOf(resource: Resource): string {
  const { entries, sort, compartments, contained = [] } = search.extract(resource);
  const lines = [
    ...entries.map(lineOf),
    ...sort.map(({ slot, value }) => `sort ${slot} ${JSON.stringify(value)}`),
    ...compartments.map((name) => `compartment ${name}`),
    ...contained.flatMap((one) => one.entries.map((entry) => `#${one.type}/${one.id} ${lineOf(entry)}`)),
  ];
  return `${lines.sort().join('\n')}\n`;
}

function lineOf({ kind, param, ...rest }: IndexEntry): string {
  const values = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return [kind, param, ...values.map(([name, value]) => `${name}=${typeof value === 'string' ? JSON.stringify(value) : value}`)].join(' ');
}

function compare(name: string, resource: Resource): void {
  const file = join(folder, `${name}.txt`);
  const found = linesOf(resource);
  if (isUpdate) writeFileSync(file, found);
  const recorded = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (found === recorded) return;
  const [before, after] = [new Set(recorded.split('\n')), new Set(found.split('\n'))];
  const gone = [...before].filter((line) => !after.has(line)).map((line) => `- ${line}`);
  const added = [...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`);
  throw new Error(
    `${name} is found by other entries than before. Where that is meant, raise the version of each kind concerned in ` +
      `src/search/key-versions.ts (so that what is stored is indexed anew) and record them: UPDATE_ENTRIES=1 npm run jest -- recorded-entries\n` +
      [...gone, ...added].join('\n'),
  );
}

describe('The entries of a resource are those that were recorded', () => {
  test.each(examples)('%s', (name) => {
    const text = readFileSync(join(projectFolder, 'node_modules/hl7.fhir.r4.examples', `${name}.json`), 'utf8');
    compare(name, parseJson(text) as Resource);
  });

  test('a Chinese patient', () =>
    compare('chinese-patient', parseJson(readFileSync(join(folder, 'chinese-patient.json'), 'utf8')) as Resource));

  test('and each of them has some', () => {
    for (const name of examples) expect(readFileSync(join(folder, `${name}.txt`), 'utf8').split('\n').length).toBeGreaterThan(1);
  });
});
