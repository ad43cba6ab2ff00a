import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { loadExamples } from '../../conformance/examples/example.js';
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

const definition = /^(?:StructureDefinition|SearchParameter|ValueSet|CodeSystem|OperationDefinition|ConceptMap)-/;
/** Those of data are sent to a server, which refuses what is listed for just that and nothing else (conformance/examples). */
const throughServer = new Set(loadExamples().flatMap(({ name, expected }) => (expected.kind === 'served' ? [] : [name])));

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
  const definitions = names.filter((name) => definition.test(name));

  test('of definitions, every fifth, give no error, but for a reviewed list of those that R4 itself refuses', () => {
    const chosen = definitions.filter((_name, index) => index % 5 === 0);
    expect(chosen).toHaveLength(912);
    const sound = chosen.filter((name) => !known.has(name) && !throughServer.has(name));
    expect(sound.flatMap((name) => errorsOf(name).map((error) => `${name}: ${error}`))).toEqual([]);
  });

  test('that are listed are examples, each once', () => {
    expect(faulty.map(({ example }) => example).filter((example) => !names.includes(example))).toEqual([]);
    expect(known.size).toBe(faulty.length);
  });

  test.each(faulty.filter(({ example }) => !throughServer.has(example)))('$example is refused: $reason', ({ example, errors }) => {
    expect(counted(errorsOf(example))).toEqual(errors);
  });
});
