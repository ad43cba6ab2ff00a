/**
 * A region's package on top of ours: examples/qinghe.core, the worked example of the guide. It was not there when the server was built;
 * `lianyi load` brings it.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestFile, digestsOf } from '../../scripts/profiles/freshness.js';
import { run } from '../end-to-end/command.js';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';
import { jsonNames, readJson } from './room.js';

const folder = 'examples/qinghe.core';
const canonical = 'https://fhir.qinghe.example/fhir';
const ours = 'https://lianyi.cn/fhir/StructureDefinition';
const parents: Readonly<Record<string, string>> = {
  'qh-patient': `${ours}/cn-patient`,
  'qh-observation-lab': `${ours}/cn-observation-lab`,
};

interface Example {
  readonly resourceType: string;
  readonly meta: { readonly profile: readonly string[] };
}

interface Expected {
  readonly id: string;
  readonly expression: string;
}

const examples = Object.keys(parents).flatMap((profile) =>
  jsonNames(folder, 'examples', profile)
    .filter((name) => name !== 'expected')
    .map((name) => [profile, name, readJson<Example>(folder, 'examples', profile, `${name}.json`)] as const),
);
const valid = examples.filter(([, name]) => name.startsWith('valid-'));
const invalid = examples.filter(([, name]) => name.startsWith('invalid-'));

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  const loaded = await run(['load', `${folder}/package`, '--server', server.url, '--no-ledger']);
  // How far it is stands on standard error where the machine is slow.
  expect([loaded.code, loaded.stdout]).toEqual([0, expect.stringMatching(/^6 files, 6 resources /)]);
});
afterAll(() => server?.close());

/** The errors that the server finds in it under the profile it claims. */
async function errorsIn(example: Example): Promise<readonly string[]> {
  const answer = await server.ask('POST', `/${example.resourceType}/$validate`, example);
  return issuesOf(answer).filter((issue) => issue.startsWith('error'));
}

function claiming(profile: string, example: Example): Example {
  return { ...example, meta: { profile: [parents[profile] ?? ''] } };
}

describe("A region's package", () => {
  test('was built from the sources beside it (else run npm run build:profiles -- examples/qinghe.core)', async () => {
    expect(await digestsOf(folder)).toEqual(readJson(folder, digestFile));
  });

  test.each(valid)('what it takes is taken by ours: %s %s', async (profile, _name, example) => {
    expect(await errorsIn(example)).toEqual([]);
    expect(await errorsIn(claiming(profile, example))).toEqual([]);
  });

  test.each(invalid)('what ours takes it may refuse: %s %s', async (profile, name, example) => {
    expect(await errorsIn(claiming(profile, example))).toEqual([]);
    const expected = readJson<Readonly<Record<string, readonly Expected[]>>>(folder, 'examples', profile, 'expected.json');
    expect(await errorsIn(example)).toEqual(expected[name]?.map(({ id, expression }) => `error: ${id} at ${expression}`));
  });

  test('brings codes that search and $translate know', async () => {
    const glucose = valid.find(([, name]) => name === 'valid-glucose')?.[2];
    expect((await server.ask('POST', '/Observation', glucose)).status).toBe(201);
    const found = await server.ask('GET', `/Observation?code:in=${canonical}/ValueSet/qh-lab-item`);
    expect(found.body.entry).toHaveLength(1);
    const translated = await server.ask(
      'GET',
      `/ConceptMap/$translate?system=${canonical}/CodeSystem/qh-lab-item&code=GLU&target=http://loinc.org`,
    );
    expect(JSON.stringify(translated.body)).toContain('"14771-0"');
  });
});
