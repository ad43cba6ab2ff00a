/** What the build made for REST: every conformance resource, whole, and found by search. Source: R4 http.html#search */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unrestricted } from '../../src/access/access.js';
import { readIndex } from '../../src/definitions/index-file.js';
import { resourcesFile } from '../../src/definitions/index-format.js';
import { loadDefinitions } from '../../src/definitions/load.js';
import { parseJson } from '../../src/model/parse-json.js';
import { createSearch } from '../../src/search/create-search.js';
import type { Parameters } from '../../src/search/search.js';
import type { ResourceStore } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { withDefinitions } from '../../src/store/with-definitions.js';

const folder = join(process.cwd(), 'dist', 'definitions');
const definitions = loadDefinitions(folder);
const search = createSearch({ definitions, baseUrl: 'http://127.0.0.1/fhir', timezone: 'Asia/Shanghai' });
let store: ResourceStore;

beforeAll(async () => {
  const primary = await openSqliteStore(':memory:');
  await primary.arrange(search.layout);
  store = withDefinitions(primary, await openSqliteStore(join(folder, resourcesFile), { readOnly: true }), definitions.served);
});
afterAll(() => store.close());

async function ids(type: string, ...parameters: Parameters): Promise<readonly string[]> {
  const result = await search.run(store, search.plan([type], [...parameters, ['_count', '100']], unrestricted), unrestricted);
  return result.matches.map(({ id }) => id);
}

describe('conformance resources', () => {
  test('are all there: as many of each type as were read and not left out', async () => {
    const { counts = {}, omissions = [] } = readIndex(folder) ?? {};
    const expected: Record<string, number> = {};
    for (const ofPackage of Object.values(counts)) {
      for (const [type, count] of Object.entries(ofPackage)) expected[type] = (expected[type] ?? 0) + count;
    }
    for (const { type } of omissions) expected[type] = (expected[type] ?? 0) - 1;
    const found: Record<string, number> = {};
    for (const type of Object.keys(expected)) found[type] = (await store.count([{ type, predicate: { kind: 'all', of: [] } }], {})).total;
    expect(found).toEqual(expected);
    expect([...definitions.served.types].sort()).toEqual(
      Object.keys(expected)
        .filter((type) => expected[type] !== 0)
        .sort(),
    );
  });

  test.each([
    ['StructureDefinition', ['_id', 'Patient'], 'Patient'],
    ['StructureDefinition', ['type', 'Patient'], 'Patient'],
    ['StructureDefinition', ['url', 'http://hl7.org/fhir/StructureDefinition/bp'], 'bp'],
    ['StructureDefinition', ['name', 'observation-bp'], 'bp'],
    ['ValueSet', ['url', 'http://hl7.org/fhir/ValueSet/administrative-gender'], 'administrative-gender'],
    ['CodeSystem', ['name', 'AdministrativeGender'], 'administrative-gender'],
    ['SearchParameter', ['code', 'birthdate'], 'individual-birthdate'],
  ] as const)('%s is found by %j', async (type, parameter, id) => {
    expect(await ids(type, parameter)).toContain(id);
  });

  test('are found in both packages by one search', async () => {
    const local = definitions.localProfiles('Patient');
    expect(local.length).toBeGreaterThan(0);
    expect((await ids('StructureDefinition', ['type', 'Patient'])).length).toBeGreaterThan(local.length);
  });

  test('come back as they stand in their package, but for version and date', async () => {
    const [version] = await store.read([{ type: 'StructureDefinition', id: 'Patient' }]);
    const { meta, ...read } = parseJson(version?.json?.toString() ?? '') as Record<string, unknown>;
    const source = join(process.cwd(), 'node_modules', 'hl7.fhir.r4.examples', 'StructureDefinition-Patient.json');
    const { meta: _, ...sent } = parseJson(readFileSync(source, 'utf8')) as Record<string, unknown>;
    expect(JSON.stringify(read)).toBe(JSON.stringify(sent));
    expect(meta).toEqual({ versionId: '1', lastUpdated: '2019-10-31T22:29:23.356Z' });
  });

  test('know their package; the file they stand in needs nothing beside it', () => {
    expect(definitions.served.packageOf('StructureDefinition', 'Patient')).toBe('hl7.fhir.r4.examples 4.0.1');
    expect(definitions.served.packageOf('StructureDefinition', 'mine')).toBeUndefined();
    expect(definitions.served.packageOf('Patient', 'example')).toBeUndefined();
    expect(existsSync(join(folder, `${resourcesFile}-wal`))).toBe(false);
  });
});
