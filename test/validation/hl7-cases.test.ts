import { describe, expect, test } from '@jest/globals';
import { createLiveDefinitions } from '../../src/definitions/live.js';
import { uploaded } from '../../src/definitions/uploaded.js';
import { wholly } from '../../src/model/in-steps.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { FhirError } from '../../src/model/outcome.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { createValidator } from '../../src/validation/create-validator.js';
import { parseXml } from '../../src/xml/parse-xml.js';
import { definitions } from '../built-definitions.js';
import { asResource, conformanceFile, told } from './at-hand.js';

interface Case {
  readonly id: string;
  readonly expect: 'valid' | 'invalid';
  readonly fmt: 'json' | 'xml' | 'json-broken';
  readonly raw: string;
}

const cases = conformanceFile('hl7-cases.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

const questionnaires = (JSON.parse(conformanceFile('questionnaires.json')) as Json[]).map(asResource);

function resolveCanonical(canonical: string): Resource | undefined {
  return questionnaires.find(({ url }) => url === canonical);
}

/** Definitions of our own under the URLs that HL7's cases name, and which case is asked of which. */
const { definitions: profiles, asked } = JSON.parse(conformanceFile('hl7-definitions.json')) as {
  definitions: readonly JsonObject[];
  asked: Readonly<Record<string, string>>;
};

const live = createLiveDefinitions(definitions);
for (const [index, profile] of profiles.entries()) {
  const made = wholly(uploaded(profile, { id: String(index), version: 1, lastUpdated: 0 }));
  if (made === undefined) throw new Error(`hl7-definitions.json: definition ${index} cannot be used`);
  live.put(made);
}
const validator = createValidator({ definitions: live, terminology: createTerminology(live), bestPractice: 'ignore' });

/** A text that cannot be read is invalid too: the server answers it before the validator sees it. */
function verdict({ id, raw, fmt }: Case): Case['expect'] {
  const wanted = asked[id] === undefined ? [] : [asked[id]];
  try {
    const resource = asResource(fmt === 'xml' ? parseXml(definitions, raw) : parseJson(raw));
    return told(validator.validate(resource, { resolveCanonical, profiles: wanted }), 'error').length > 0 ? 'invalid' : 'valid';
  } catch (error) {
    if (error instanceof FhirError) return 'invalid';
    throw error;
  }
}

describe("HL7's validator cases", () => {
  test('are 122, and all have the recorded verdict', () => {
    expect(cases.length).toBe(122);
    expect(cases.filter((one) => verdict(one) !== one.expect).map(({ id }) => id)).toEqual([]);
  });
});
