import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { conformanceFile, exampleNamed, examples, told, validator } from './at-hand.js';

interface Faulty {
  readonly example: string;
  /** What R4's own rules refuse in it. */
  readonly reason: string;
  /** How many errors of which kind are found in it. */
  readonly errors: Readonly<Record<string, number>>;
}

const faulty = JSON.parse(conformanceFile('example-faults.json')) as readonly Faulty[];
const names = readdirSync(examples)
  .filter((name) => name.endsWith('.json') && name !== 'package.json' && !name.startsWith('.'))
  .map((name) => name.slice(0, -'.json'.length));

const definition = /^(StructureDefinition|SearchParameter|ValueSet|CodeSystem|OperationDefinition|ConceptMap)-/;

function errorsOf(name: string): readonly string[] {
  return told(validator.validate(exampleNamed(name)), 'error');
}

function counted(texts: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const text of texts) {
    const [, id = ''] = text.split(' ');
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

describe('The official examples', () => {
  const known = new Set(faulty.map(({ example }) => example));
  const sound = names.filter((name) => !known.has(name));
  const conformance = sound.filter((name) => definition.test(name));

  test.each([
    ['of data', sound.filter((name) => !definition.test(name)), 660],
    ['of definitions, every fifth', conformance.filter((_name, index) => index % 5 === 0), 900],
  ] as const)('%s give no error, but for a reviewed list of those that R4 itself refuses', (_what, chosen, least) => {
    expect(chosen.length).toBeGreaterThan(least);
    const refused = chosen.flatMap((name) => errorsOf(name).map((error) => `${name}: ${error}`));
    expect(refused).toEqual([]);
  });

  test.each(faulty)('$example is refused: $reason', ({ example, errors }) => {
    expect(counted(errorsOf(example))).toEqual(errors);
  });
});
