/** The concepts of a large code system lie in blocks beside the resources; the code system names them. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { conceptTableUrl, tableDigestIn } from '../../src/definitions/concept-table-extension.js';
import { wholly } from '../../src/model/in-steps.js';
import { searchLayout } from '../../src/search/create-search.js';
import { keepTable, type PackedTable, packTable, tableNote } from '../../src/store/concept-blocks.js';
import { createSweeping, sweepTables, withClaim } from '../../src/store/concept-sweep.js';
import { copyStore } from '../../src/store/copy.js';
import type { ResourceStore, Version } from '../../src/store/port.js';
import type { StateStore } from '../../src/store/state.js';
import { tableOfCodeSystem } from '../../src/terminology/table/from-code-system.js';
import { writeTable } from '../../src/terminology/table/table-bytes.js';
import { definitions } from '../built-definitions.js';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { codeSystem, profile, valueSet } from './samples.js';

jest.setTimeout(60_000);

function made(codes: readonly string[]): Promise<PackedTable> {
  const table = wholly(
    tableOfCodeSystem({ ...codeSystem('system', codes), resourceType: 'CodeSystem', status: 'active', content: 'complete' }),
  );
  return packTable(Buffer.concat(writeTable(table)), table.count);
}

async function keep(states: StateStore, table: PackedTable): Promise<void> {
  await withClaim(states, table.digest, () => keepTable(states, table));
}

function naming({ digest, concepts }: PackedTable) {
  const { concept: _, ...rest } = codeSystem('system', []);
  return { ...rest, content: 'not-present', count: concepts, extension: [{ url: conceptTableUrl, valueString: digest }] };
}

const named = ({ json }: Version) => tableDigestIn(json);
const bound = profile(
  'coded',
  [{ path: 'Observation.value[x]', binding: { strength: 'required', valueSet: 'http://a.cn/set|1' } }],
  'Observation',
);
const whole = { subject: { display: 'x' }, performer: [{ display: 'x' }], effectiveDateTime: '2026-01-01', status: 'final' };

/** `in`, `out` or `undecided`: what a profile that is bound to the code system says of a code. */
async function judged(server: RunningServer, code: string): Promise<string> {
  const meta = { profile: ['http://a.cn/coded'] };
  const coding = [{ system: 'http://a.cn/system', code }];
  const observation = { ...whole, resourceType: 'Observation', code: { text: 'x' }, meta, valueCodeableConcept: { coding } };
  const issues = issuesOf(await server.ask('POST', '/Observation/$validate', observation));
  if (issues.some((issue) => issue.startsWith('error: code-'))) return 'out';
  return issues.some((issue) => issue.includes('code-undecided')) ? 'undecided' : 'in';
}

async function soon(server: RunningServer, code: string, expected: string): Promise<void> {
  for (let tries = 0; tries < 200 && (await judged(server, code)) !== expected; tries++) await new Promise((done) => setTimeout(done, 50));
  expect(await judged(server, code)).toBe(expected);
}

describe.each(stores)('On $name', ({ open }) => {
  let opened: OpenedStore;
  let store: ResourceStore;
  let server: RunningServer;
  let first: PackedTable;
  let second: PackedTable;

  beforeAll(async () => {
    opened = await open();
    store = opened.store;
    server = await startServer({ store });
    [first, second] = await Promise.all([made(['a', 'b']), made(['b', 'c'])]);
    for (const one of [bound, valueSet('set', 'http://a.cn/system')]) await server.ask('PUT', `/${one.resourceType}/${one.id}`, one);
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  const onOther = async (use: (other: RunningServer) => Promise<void>, options: Parameters<typeof startServer>[0] = {}) => {
    const other = await startServer({ store, ...options });
    await use(other).finally(() => other.close());
  };

  test('a code system that names a table has its concepts as soon as its write is answered, in every process', async () => {
    await keep(store.states, first);
    await onOther(async (running) => {
      expect(await judged(server, 'a')).toBe('undecided');
      const answered = await server.ask('PUT', '/CodeSystem/system', naming(first), { prefer: 'return=OperationOutcome' });
      expect([answered.status, issuesOf(answered).filter((issue) => !issue.includes('dom-6'))]).toEqual([201, []]);
      expect([await judged(server, 'a'), await judged(server, 'z')]).toEqual(['in', 'out']);
      await soon(running, 'z', 'out');
      expect(await judged(running, 'a')).toBe('in');
    });
    await onOther(async (later) => expect([await judged(later, 'a'), await judged(later, 'z')]).toEqual(['in', 'out']));
  });

  test('another table takes its place, and the blocks of the first go when nobody can be reading them any more', async () => {
    await keep(store.states, second);
    expect(await sweepTables({ store, digestOf: named })).toBe(1);
    await keep(store.states, second);
    expect((await server.ask('PUT', '/CodeSystem/system', naming(second))).status).toBe(200);
    expect([await judged(server, 'a'), await judged(server, 'c')]).toEqual(['out', 'in']);
    await withClaim(store.states, first.digest, async () => expect(await sweepTables({ store, digestOf: named })).toBe(0));
    expect(await sweepTables({ store, digestOf: named })).toBe(1);
    const found = await store.states.get('concept-table', first.digest);
    expect(found?.expires).toBeGreaterThan(Date.now());
    expect((await store.states.get('concept-table', second.digest))?.expires).toBeUndefined();
  });

  test('a copy has them, too', async () => {
    const target = await open();
    await target.store.arrange(searchLayout(definitions));
    await copyStore({ from: store, to: target.store, index: () => ({ entries: [], compartments: [], sort: [] }) });
    const copied = await startServer({ store: target.store });
    expect([await judged(copied, 'a'), await judged(copied, 'c')]).toEqual(['out', 'in']);
    await copied.close();
    await target.close();
  });

  test('what would take more memory than is allowed has no effect, and the sizes are told', async () => {
    const logged: unknown[] = [];
    const small = { terminologyBytes: 100, logged };
    await onOther(async (other) => expect(await judged(other, 'c')).toBe('undecided'), small);
    expect(logged).toEqual([expect.objectContaining({ id: 'system', why: expect.stringMatching(/takes [\d.]+ MB.*TERMINOLOGY_MEMORY/) })]);
  });

  test('where blocks are damaged or missing the server runs, and says which code system is of no use', async () => {
    for (const [spoil, said] of [
      [{ value: Buffer.from('other').toString('base64') }, 'cannot be unpacked'],
      [undefined, '0 of its 1 blocks'],
    ] as const) {
      const [block] = await store.states.list('concepts', { ref: `concept-table:${second.digest}`, count: 2 });
      if (block === undefined) throw new Error('There is no block');
      await (spoil === undefined ? store.states.take('concepts', block.id) : store.states.put({ ...block, ...spoil }));
      const logged: unknown[] = [];
      await onOther(async (other) => expect(await judged(other, 'c')).toBe('undecided'), { logged });
      expect(logged).toEqual([expect.objectContaining({ id: 'system', why: expect.stringContaining(said) })]);
    }
  });

  test('it is gone with its code system', async () => {
    expect(await judged(server, 'c')).toBe('in');
    expect((await server.ask('DELETE', '/CodeSystem/system')).status).toBe(204);
    expect(await judged(server, 'c')).toBe('undecided');
    expect(await tableNote(store.states, second.digest)).toBeDefined();
    const sweeping = createSweeping({ store, digestOf: named }, 1, (error) => expect(error).toBeUndefined());
    sweeping.soon();
    const goes = async () => (await store.states.get('concept-table', second.digest))?.expires;
    for (let tries = 0; tries < 200 && (await goes()) === undefined; tries++) await new Promise((done) => setTimeout(done, 20));
    await sweeping.close();
    expect(await goes()).toBeGreaterThan(Date.now());
  });
});

test('a large code system that brings its concepts itself is judged by as well', async () => {
  const server = await startServer();
  const codes = Array.from({ length: 12_000 }, (_, at) => `C${'x'.repeat(30)}${at}`);
  for (const one of [bound, valueSet('set', 'http://a.cn/system'), codeSystem('system', codes)]) {
    expect((await server.ask('PUT', `/${one.resourceType}/${one.id}`, one)).status).toBe(201);
  }
  expect([await judged(server, codes[11_999] ?? ''), await judged(server, 'C')]).toEqual(['in', 'out']);
  expect((await server.ask('GET', '/CodeSystem/system')).body.concept).toHaveLength(codes.length);
  await server.close();
});
