import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/model/json.js';
import { FhirError } from '../../src/model/outcome.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { asResource, conformanceFile, told, validator } from './at-hand.js';

interface Case {
  readonly id: string;
  readonly expect: 'valid' | 'invalid';
  readonly raw: string;
}

interface Miss {
  readonly id: string;
  readonly kind: 'definition' | 'severity';
}

const cases = conformanceFile('hl7-cases.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);
const misses = JSON.parse(conformanceFile('hl7-misses.json')) as readonly Miss[];

const questionnaires = (JSON.parse(conformanceFile('questionnaires.json')) as Json[]).map(asResource);

function resolveCanonical(canonical: string): Resource | undefined {
  return questionnaires.find(({ url }) => url === canonical);
}

/** A text that is no JSON is invalid too: the server answers it before the validator sees it. */
function verdict(raw: string): Case['expect'] {
  try {
    return told(validator.validate(asResource(parseJson(raw)), { resolveCanonical }), 'error').length > 0 ? 'invalid' : 'valid';
  } catch (error) {
    if (error instanceof FhirError) return 'invalid';
    throw error;
  }
}

describe("HL7's validator cases", () => {
  test('have the recorded verdict, but for the known misses', () => {
    const differing = cases.filter(({ raw, expect: wanted }) => verdict(raw) !== wanted).map(({ id }) => id);
    expect(differing.sort()).toEqual(misses.map(({ id }) => id).sort());
  });

  test('are 113, of which 97 agree', () => {
    expect([cases.length, cases.length - misses.length]).toEqual([113, 97]);
  });

  test('are never called invalid where HL7 finds no error', () => {
    const missed = new Set(misses.map(({ id }) => id));
    const tooStrict = cases.filter(({ id, expect: wanted }) => missed.has(id) && wanted === 'valid');
    expect(tooStrict).toEqual([]);
  });
});
