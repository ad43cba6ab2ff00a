import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { fhirPathPatchCases, jsonPatchCases, misses, type PatchCase } from '../../../conformance/patch/suite.js';
import { applyPatch } from '../../../src/interactions/patch/apply.js';
import { applyJsonPatch } from '../../../src/interactions/patch/json-patch.js';
import { parseJsonPatch } from '../../../src/interactions/patch/json-patch-operations.js';
import { createPace } from '../../../src/interactions/patch/pace.js';
import { stringifyJson } from '../../../src/model/json.js';
import { FhirError } from '../../../src/model/outcome.js';
import { definitions } from '../../built-definitions.js';
import { type RunningServer, startServer } from '../../running-server.js';

jest.setTimeout(60_000);

const fhirPathCases = fhirPathPatchCases(definitions);

describe("HL7's JSON Patch cases", () => {
  test.each(jsonPatchCases())('$name', async ({ input, patch, output }: PatchCase) => {
    const result = (async () => applyJsonPatch(parseJsonPatch(patch), input, { bytes: 0, pace: createPace() }))();
    if (output === undefined) await expect(result).rejects.toBeInstanceOf(FhirError);
    else expect(JSON.stringify(sorted(await result))).toBe(JSON.stringify(sorted(output)));
  });
});

describe("HL7's FHIRPath Patch cases", () => {
  test.each(fhirPathCases)('$name', async ({ input, patch, output }: PatchCase) => {
    const result = applyPatch(definitions, { patchFormat: 'fhirpath-patch', body: patch }, Buffer.from(stringifyJson(input)), createPace());
    if (output === undefined) await expect(result).rejects.toBeInstanceOf(FhirError);
    else expect(alike(await result)).toBe(alike(output));
  });
});

describe("HL7's FHIRPath Patch cases over HTTP", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  const judge = async ({ input, patch, xml, output }: PatchCase, index: number, type: string): Promise<string | undefined> => {
    const path = `/Patient/${input.id ?? `case-${index}`}`;
    const put = await server.ask('PUT', path, { ...input, id: path.slice(9) });
    if (put.status >= 300) return `the input is refused: ${put.text}`;
    const body = type === 'application/fhir+xml' ? xml : patch;
    const answer = await server.ask('PATCH', path, body, { 'content-type': type, accept: 'application/fhir+json' });
    if (output === undefined) return answer.status === 422 ? undefined : `${answer.status} instead of an error`;
    if (answer.status !== 200) return answer.text;
    const { meta: _, ...rest } = answer.body;
    return alike(rest) === alike({ resourceType: 'Patient', id: rest.id, ...output }) ? undefined : answer.text;
  };

  test.each(['application/fhir+json', 'application/fhir+xml'])(
    'all pass as %s but for those that are listed with their reasons',
    async (type) => {
      const failed: { readonly name: string; readonly found: string }[] = [];
      for (const [index, one] of fhirPathCases.entries()) {
        const found = await judge(one, index, type);
        if (found !== undefined) failed.push({ name: one.name, found });
      }
      const known = new Set(misses.map(({ name }) => name));
      expect(failed.filter(({ name }) => !known.has(name))).toEqual([]);
      expect(failed.map(({ name }) => name)).toEqual(misses.map(({ name }) => name));
    },
  );

  test('the suites are whole', () => {
    expect([fhirPathCases.length, jsonPatchCases().length]).toEqual([33, 16]);
  });
});

/** The same text for equal resources: HL7 writes one narrative once with quotes and once with their entities, and other white space. */
function alike(resource: unknown): string {
  return JSON.stringify(resource)
    .replaceAll('&quot;', String.raw`\"`)
    .replace(/(?:\\[rn]|\s)+/g, ' ');
}

/** Equal whatever the order of the properties. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
