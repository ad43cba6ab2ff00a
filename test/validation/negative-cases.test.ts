import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../src/model/json.js';
import { createValidator } from '../../src/validation/create-validator.js';
import { definitions } from '../built-definitions.js';
import { asResource, changed, conformanceFile, terminology, told, validator } from './at-hand.js';

interface Case {
  readonly name: string;
  readonly of: string;
  /** Paths with the value to put there; without one, what is there is taken out. */
  readonly do: readonly (readonly [string, Json?])[];
  readonly profiles?: readonly string[];
  /** Rules of best practice are asked too. */
  readonly bestPractice?: boolean;
  /** Issue code, message id, expression. */
  readonly errors: readonly (readonly [string, string, string])[];
  readonly warnings?: readonly (readonly [string, string, string])[];
}

interface File {
  readonly bases: Readonly<Record<string, JsonObject>>;
  readonly cases: readonly Case[];
}

const files = ['negative-cases.json', 'invariant-cases.json', 'resource-cases.json'].map(
  (name) => JSON.parse(conformanceFile(name)) as File,
);
const cases = files.flatMap((file) => file.cases.map((one) => ({ ...one, base: file.bases[one.of] ?? null })));
const strict = createValidator({ definitions, terminology });

function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort();
}

describe('A resource without a fault gives no error', () => {
  test.each(files.flatMap(({ bases }) => Object.entries(bases)))('%s', (_name, base) => {
    expect(told(validator.validate(asResource(base)), 'error')).toEqual([]);
  });
});

describe('One fault gives one issue, with its code and its place', () => {
  test('there are more than 400 of them', () => {
    expect(cases.length).toBeGreaterThan(400);
  });

  test.each(cases)('$name', ({ base, do: changes, profiles = [], bestPractice, errors, warnings }) => {
    const resource = asResource(changes.reduce<Json>((value, [path, to]) => changed(value, path, to), base));
    const issues = (bestPractice ? strict : validator).validate(resource, { profiles });
    expect(sorted(told(issues, 'error'))).toEqual(sorted(errors.map((error) => error.join(' '))));
    if (warnings !== undefined) expect(sorted(told(issues, 'warning'))).toEqual(sorted(warnings.map((warning) => warning.join(' '))));
  });
});

/** The keys of all constraints of resources and of the types and profiles of types that they use. */
function keysOfR4(): ReadonlySet<string> {
  const keys = new Set<string>();
  const canonicals = new Set(definitions.resourceTypes.map((type) => `http://hl7.org/fhir/StructureDefinition/${type}`));
  for (const canonical of canonicals) {
    for (const { type = [], constraint = [] } of definitions.structure(canonical)?.snapshot?.element ?? []) {
      for (const { key } of constraint) keys.add(key);
      for (const { code, profile = [] } of type)
        for (const used of [`http://hl7.org/fhir/StructureDefinition/${code}`, ...profile]) canonicals.add(used);
    }
  }
  return keys;
}

test('Every constraint of R4 is broken by a case, or listed with the reason why none can break it', () => {
  const elsewhere = JSON.parse(conformanceFile('invariants-elsewhere.json')) as readonly { readonly key: string }[];
  const broken = new Set(cases.flatMap(({ errors, warnings = [] }) => [...errors, ...warnings].map(([, id]) => id)));
  const keys = keysOfR4();
  expect(keys.size).toBeGreaterThan(230);
  const listed = elsewhere.map(({ key }) => key);
  expect([...keys].filter((key) => !broken.has(key) && !listed.includes(key))).toEqual([]);
  expect(listed.filter((key) => broken.has(key) || !keys.has(key))).toEqual([]);
});
