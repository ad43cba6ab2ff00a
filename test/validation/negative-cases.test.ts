import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../src/model/json.js';
import { asResource, changed, conformanceFile, told, validator } from './at-hand.js';

interface Case {
  readonly name: string;
  readonly of: string;
  /** Paths with the value to put there; without one, what is there is taken out. */
  readonly do: readonly (readonly [string, Json?])[];
  readonly profiles?: readonly string[];
  /** Issue code, message id, expression. */
  readonly errors: readonly (readonly [string, string, string])[];
  readonly warnings?: readonly (readonly [string, string, string])[];
}

const { bases, cases } = JSON.parse(conformanceFile('negative-cases.json')) as {
  bases: Record<string, JsonObject>;
  cases: readonly Case[];
};

function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort();
}

describe('A resource without a fault gives no error', () => {
  test.each(Object.entries(bases))('%s', (_name, base) => {
    expect(told(validator.validate(asResource(base)), 'error')).toEqual([]);
  });
});

describe('One fault gives one issue, with its code and its place', () => {
  test.each(cases)('$name', ({ of, do: changes, profiles = [], errors, warnings }) => {
    const base: Json = bases[of] ?? null;
    const resource = asResource(changes.reduce<Json>((value, [path, to]) => changed(value, path, to), base));
    const issues = validator.validate(resource, { profiles });
    expect(sorted(told(issues, 'error'))).toEqual(sorted(errors.map((error) => error.join(' '))));
    if (warnings !== undefined) expect(sorted(told(issues, 'warning'))).toEqual(sorted(warnings.map((warning) => warning.join(' '))));
  });
});
