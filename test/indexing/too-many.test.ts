/** Search parameters whose expression gives too much, or takes too long: what that costs is theirs alone. */
import { describe, expect, jest, test } from '@jest/globals';
import { createLeftOut, packagedIn } from '../../src/indexing/too-many.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { definitions } from '../built-definitions.js';
import { issuesOf, startServer } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import { parameter, searched } from './samples.js';

jest.setTimeout(120_000);

const named = (id: string, families: number) => ({
  resourceType: 'Patient',
  id,
  name: Array.from({ length: families }, (_, at) => ({ family: `family${at}`, given: [`given${at}`] })),
});
/** Every string of a patient, once for each of its elements. */
const much = 'Patient.descendants().select(%resource.descendants().select(%resource.descendants().ofType(string)))';
const endless = 'Patient.descendants().select(%resource.descendants().select(%resource.descendants())).ofType(string).first()';
const family = { type: 'string', expression: 'Patient.name.family' };

describe.each(stores)('On $name', ({ name, open }) => {
  const server = serverOn(open);
  const metadata = async (): Promise<readonly string[]> => {
    const { body } = await server.ask('GET', '/metadata');
    const { searchParam } = body.rest[0].resource.find(({ type }: { type: string }) => type === 'Patient');
    return searchParam.map(({ name }: { name: string }) => name);
  };
  const put = (id: string, more: object) => server.ask('PUT', `/SearchParameter/${id}`, parameter(id, more));

  test('what a stored resource has too much of costs the other new parameters nothing, and cannot be searched by', async () => {
    expect((await server.ask('PUT', '/Patient/large', named('large', 40))).status).toBe(201);
    expect((await server.ask('PUT', '/Patient/small', named('small', 1))).status).toBe(201);
    for (const [id, more] of [
      ['first', family] as const,
      ['much', { type: 'string', expression: much }] as const,
      ['last', family] as const,
    ])
      expect((await put(id, more)).status).toBe(201);
    for (const code of ['first', 'last']) {
      expect((await searched(server, `/Patient?${code}=family39&_total=accurate`)).body.total).toBe(1);
      expect((await searched(server, `/Patient?${code}=family0&_total=accurate`)).body.total).toBe(2);
    }
    for (const query of ['much=family0', 'much:missing=true', '_sort=much', 'link:Patient.much=family0', '_has:Patient:link:much=family0'])
      expect(issuesOf(await server.ask('GET', `/Patient?${query}`))).toEqual([
        expect.stringMatching(/^error: search-parameter-too-many at /),
      ]);
    expect(await metadata()).toEqual(expect.arrayContaining(['first', 'last']));
    expect(await metadata()).not.toContain('much');
  });

  test('what is left out does not keep anybody from writing', async () => {
    expect((await server.ask('PUT', '/Patient/large', named('large', 41))).status).toBe(200);
    expect((await searched(server, '/Patient?last=family40&_total=accurate')).body.total).toBe(1);
    expect(issuesOf(await server.ask('GET', '/Patient?much=family0'))).toEqual(['error: search-parameter-too-many at much']);
  });

  test('the next server on the same store knows of it', async () => {
    const { store, close } = await open();
    const before = await startServer({ store });
    expect((await before.ask('PUT', '/Patient/large', named('large', 40))).status).toBe(201);
    expect((await before.ask('PUT', '/SearchParameter/much', parameter('much', { type: 'string', expression: much }))).status).toBe(201);
    await searched(before, '/Patient?much=x');
    await before.close();
    const after = await startServer({ store });
    expect(issuesOf(await after.ask('GET', '/Patient?much=family0'))).toEqual(['error: search-parameter-too-many at much']);
    await after.close();
    await close();
  });

  test('another expression takes its place and is searched by', async () => {
    expect((await put('much', family)).status).toBe(200);
    expect((await searched(server, '/Patient?much=family40&_total=accurate')).body.total).toBe(1);
    expect(await metadata()).toContain('much');
  });

  test('a union of very many parts is refused', async () => {
    const expression = Array.from({ length: 51 }, () => 'Patient.name.family').join(' | ');
    for (const one of [expression, `(${expression})`, `Patient.name.family.select(${expression})`]) {
      const answered = await put('wide', { type: 'string', expression: one });
      expect([answered.status, issuesOf(answered).filter((issue) => issue.startsWith('error'))]).toEqual([
        422,
        ['error: search-parameter-parts at SearchParameter.expression'],
      ]);
    }
  });

  // What time an expression has is counted above the stores.
  if (name !== 'SQLite') return;

  test('an expression that takes too long is stopped for a resource and all it contains, and the write is refused by its name', async () => {
    expect((await server.ask('DELETE', '/Patient/large')).status).toBe(204);
    expect((await put('endless', { type: 'string', expression: endless })).status).toBe(201);
    await searched(server, '/Patient?endless=x&_summary=count');
    const contained = Array.from({ length: 60 }, (_, at) => named(`p${at}`, 15));
    const list = {
      resourceType: 'List',
      status: 'current',
      mode: 'working',
      contained,
      entry: contained.map(({ id }) => ({ item: { reference: `#${id}` } })),
    };
    for (const [type, resource] of [
      ['List', list],
      ['Patient', named('some', 60)],
    ] as const) {
      const answered = await server.ask('POST', `/${type}`, resource);
      expect([answered.status, issuesOf(answered)]).toEqual([422, ['error: index-too-costly at Patient']]);
      expect(answered.text).toContain('endless');
    }
    expect((await server.ask('DELETE', '/SearchParameter/endless')).status).toBe(204);
    expect((await server.ask('POST', '/List', list)).status).toBe(201);
  });

  test('what takes too long of what is stored is left out, for what is contained too', async () => {
    expect((await put('endless', { type: 'string', expression: endless })).status).toBe(201);
    expect((await put('beside', family)).status).toBe(201);
    expect((await searched(server, '/Patient?beside=family9&_contained=true&_total=accurate')).body.total).toBe(1);
    expect(issuesOf(await server.ask('GET', '/Patient?endless=x'))).toEqual(['error: search-parameter-too-many at endless']);
  });
});

test('of the parameters of the packages none is left out: one resource alone is not found by it', async () => {
  const store = await openSqliteStore(':memory:');
  const told: unknown[] = [];
  const leftOut = createLeftOut({
    store,
    keysOf: () => ({ name: 'a', own: 'b' }),
    isPackaged: packagedIn(definitions),
    onTooMany: (...what) => told.push(what),
  });
  leftOut.add('Patient', 'name');
  leftOut.add('Patient', 'own');
  await leftOut.keep();
  expect([leftOut.has('Patient', 'name'), leftOut.has('Patient', 'own')]).toEqual([false, true]);
  expect(told).toEqual([
    ['Patient', 'name', false],
    ['Patient', 'own', true],
  ]);
  await store.close();
});
