/** The journal: places, the order of searches, walks, seals, and what goes with a commit. Source: src/store/audit-log.ts, port.ts Commit */
import { expect, test } from '@jest/globals';
import type { AuditPlace, AuditQuery, AuditRecord, AuditSeal } from '../../../src/store/audit-log.js';
import { sheetsOf } from '../../../src/store/audit-sheet.js';
import { type ResourceStore, StoreConflict } from '../../../src/store/port.js';
import { freshStore, type Open, versionsOf, write } from './fixture.js';
import { outcomeOf } from './shared-names.js';

const START = Date.UTC(2026, 0, 1);

function record(chain: string, number: number, more: Partial<AuditRecord> = {}): AuditRecord {
  return { chain, number, time: START + number, keys: [], body: Buffer.from(`${chain} ${number} \u0000`), ...more };
}

const placeOf = ({ chain, number }: AuditPlace) => `${chain} ${number}`;

async function search(store: ResourceStore, query: Partial<AuditQuery>): Promise<readonly string[]> {
  return (await store.audit.search({ keys: [], descending: false, count: 1000, ...query })).records.map(placeOf);
}

/** By pages of two. */
async function paged(store: ResourceStore, query: Partial<AuditQuery>): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let after: AuditRecord | undefined; ; ) {
    const { records, more } = await store.audit.search({ keys: [], descending: false, ...query, count: 2, ...(after && { after }) });
    seen.push(...records.map(placeOf));
    if (!more) return seen;
    after = records.at(-1);
  }
}

function byOrder(records: readonly AuditRecord[]): readonly string[] {
  const order = (a: AuditRecord, b: AuditRecord) =>
    a.time - b.time || (a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : a.number - b.number);
  return records.toSorted(order).map(placeOf);
}

/** Made after a rule, so that keys and times repeat. */
function crowd(): readonly AuditRecord[] {
  return Array.from({ length: 60 }, (_, i) => {
    const keys = [`n:${i % 3}`, `王:${i % 4}`, ...(i % 7 === 0 ? ['rare \u0000'] : []), `own:${i}`];
    return record(['b', 'a', 'a-1'][i % 3] ?? '', i + 1, { time: START + Math.floor(i / 6), keys });
  });
}

export function journal(open: Open): void {
  const subject = freshStore(open);

  test('records are found by key and by time, both ways, with ties in the order of chain and number', async () => {
    const { store } = subject();
    const all = crowd();
    await store.audit.append(sheetsOf(all.slice(30)));
    await store.audit.append(sheetsOf(all.slice(0, 30)));
    const [{ time: from }, { time: before }] = [all[13], all[47]] as [AuditRecord, AuditRecord];
    for (const keys of [[], ['n:1'], ['王:2', 'n:1'], ['rare \u0000', 'n:0', '王:0'], ['own:7'], ['own:7', 'n:0'], ['n'], ['none']]) {
      for (const range of [{}, { from }, { before }, { from, before }]) {
        const has = (one: AuditRecord) => keys.every((key) => one.keys.includes(key));
        const within = ({ time }: AuditRecord) => time >= (range.from ?? 0) && time < (range.before ?? Number.POSITIVE_INFINITY);
        const expected = byOrder(all.filter((one) => has(one) && within(one)));
        expect(await search(store, { keys, ...range })).toEqual(expected);
        expect(await paged(store, { keys, ...range })).toEqual(expected);
        expect(await paged(store, { keys, ...range, descending: true })).toEqual(expected.toReversed());
      }
    }
  });

  test('a page says whether more follow, and goes on behind a record that is no longer there', async () => {
    const { store } = subject();
    const records = [1, 2, 3, 4].map((number) => record('pages', number, { time: START, keys: ['pages'] }));
    await store.audit.append(sheetsOf(records));
    const query = { keys: ['pages'], descending: false };
    expect((await store.audit.search({ ...query, count: 4 })).more).toBe(false);
    expect((await store.audit.search({ ...query, count: 3 })).more).toBe(true);
    const after = { chain: 'pagez', number: 9, time: START - 1 };
    expect(await search(store, { ...query, after })).toEqual(records.map(placeOf));
    expect(await search(store, { ...query, after: { chain: 'pages', number: 2, time: START } })).toEqual(['pages 3', 'pages 4']);
  });

  test('a record is read by its place as it was given', async () => {
    const { store } = subject();
    const given = record('as given \u0000', 2 ** 32 - 1, { keys: ['b', 'a', '王 \u0001'], body: Buffer.from([0, 1, 255, 0]) });
    await store.audit.append(sheetsOf([given, record('as given \u0000', 1, { body: Buffer.alloc(0) })]));
    const [none, found, empty, other] = await store.audit.read([
      { chain: 'nowhere', number: 1 },
      given,
      { chain: given.chain, number: 1 },
      { chain: given.chain, number: 2 },
    ]);
    expect([none, other]).toEqual([undefined, undefined]);
    expect({ ...found, body: [...(found?.body ?? [])] }).toEqual({ ...given, body: [0, 1, 255, 0] });
    expect(empty?.body.length).toBe(0);
  });

  test('a chain is walked in the order of its numbers, with what is missing left out', async () => {
    const { store } = subject();
    const numbers = [10, 2, 1, 300, 7];
    await store.audit.append(sheetsOf(numbers.map((number) => record('walk', number, { time: START - number }))));
    await store.audit.append(sheetsOf([record('walk-2', 3), record('wal', 5)]));
    const walk = async (after: number, count: number) => (await store.audit.walk('walk', after, count)).map(({ number }) => number);
    expect(await walk(0, 10)).toEqual([1, 2, 7, 10, 300]);
    expect(await walk(2, 2)).toEqual([7, 10]);
    expect(await walk(300, 2)).toEqual([]);
    expect(await store.audit.walk('w', 0, 10)).toEqual([]);
    expect((await store.audit.chains()).filter((chain) => chain.startsWith('wal'))).toEqual(['wal', 'walk', 'walk-2']);
  });

  test('where a place is taken nothing of what came with it is written', async () => {
    const { store } = subject();
    await store.audit.append(sheetsOf([record('taken', 5)]));
    await expect(store.audit.append(sheetsOf([record('taken', 4), record('taken', 5), record('taken', 6)]))).rejects.toBeInstanceOf(
      StoreConflict,
    );
    await expect(store.audit.append(sheetsOf([record('taken', 8), record('taken', 8)]))).rejects.toBeInstanceOf(StoreConflict);
    const writes = [[], [write('Patient/place1')], [write('Patient/place1'), write('Patient/place2')]];
    for (const some of writes) {
      const commit = store.commit({ writes: some, guards: [], audit: sheetsOf([record('taken', 7), record('taken', 5)]) });
      await expect(commit).rejects.toBeInstanceOf(StoreConflict);
    }
    expect((await store.audit.walk('taken', 0, 10)).map(({ number }) => number)).toEqual([5]);
    expect(await store.read([{ type: 'Patient', id: 'place1' }])).toEqual([undefined]);
  });

  test('a record goes with its commit: with the writes, or not at all', async () => {
    const { store } = subject();
    const audit = (number: number) => sheetsOf([record('with', number, { keys: ['with'] })]);
    await store.commit({ writes: [write('Patient/with1')], guards: [], audit: audit(1) });
    await store.commit({ writes: [write('Patient/with1', { version: 2 }), write('Patient/with2')], guards: [], audit: audit(2) });
    await store.commit({ writes: [], guards: [], audit: audit(3) });
    expect(await search(store, { keys: ['with'] })).toEqual(['with 1', 'with 2', 'with 3']);
    const guard = { where: [{ type: 'Patient', predicate: { kind: 'id', ids: ['with1'] } }], keys: [], names: ['with1'] } as const;
    const refused = [
      store.commit({ writes: [write('Patient/with1')], guards: [], audit: audit(4) }),
      store.commit({ writes: [write('Patient/with3'), write('Patient/with2')], guards: [], audit: audit(5) }),
      store.commit({ writes: [write('Patient/with4')], guards: [guard], audit: audit(6) }),
    ];
    expect(await Promise.all(refused.map(outcomeOf))).toEqual(['conflict', 'conflict', 'conflict']);
    expect(await search(store, { keys: ['with'] })).toEqual(['with 1', 'with 2', 'with 3']);
    expect((await versionsOf(store, 'Patient/with1')).length).toBe(2);
  });

  test('of many commits at the same moment each is written with its record, and those that are refused without', async () => {
    const { store } = subject();
    const there = [3, 30];
    for (const i of there) await store.commit({ writes: [write(`Patient/many${i}`)], guards: [] });
    const commits = Array.from({ length: 60 }, (_, i) =>
      outcomeOf(store.commit({ writes: [write(`Patient/many${i}`)], guards: [], audit: sheetsOf([record('many', i + 1)]) })),
    );
    const outcomes = await Promise.all(commits);
    expect(outcomes.flatMap((outcome, i) => (outcome === 'written' ? [] : [`${i} ${outcome}`]))).toEqual(there.map((i) => `${i} conflict`));
    const numbers = (await store.audit.walk('many', 0, 100)).map(({ number }) => number - 1);
    expect(numbers).toEqual(outcomes.flatMap((outcome, i) => (outcome === 'written' ? [i] : [])));
  });

  test('seals of a chain are found in the order of their numbers, as they were given', async () => {
    const { store } = subject();
    const first: AuditSeal = {
      ...{ chain: 'sealed', number: 3, time: START, missing: [], digest: Buffer.alloc(32, 1), before: Buffer.alloc(0) },
      others: [{ chain: 'other', digest: Buffer.alloc(32, 9) }],
    };
    const second: AuditSeal = {
      chain: 'sealed',
      number: 9,
      time: START + 1,
      missing: [4, 7],
      digest: Buffer.alloc(32, 2),
      before: first.digest,
    };
    await store.audit.seal(first);
    await store.audit.seal(second);
    await store.audit.seal({ ...first, chain: 'sealed-2' });
    await expect(store.audit.seal({ ...second, number: 3 })).rejects.toBeInstanceOf(StoreConflict);
    expect((await store.audit.seals('sealed', 0, 10)).map(readable)).toEqual([first, second].map(readable));
    expect((await store.audit.seals('sealed', 0, 1)).map(readable)).toEqual([first].map(readable));
    expect((await store.audit.seals('sealed', 3, 10)).map(readable)).toEqual([second].map(readable));
    expect((await store.audit.seals('seal', 0, 10)).length).toBe(0);
    expect((await store.audit.heads()).map(readable)).toEqual([second, { ...first, chain: 'sealed-2' }].map(readable));
    expect((await store.audit.chains()).filter((chain) => chain.startsWith('sealed'))).toEqual(['sealed', 'sealed-2']);
  });

  test('what is older is purged, with all by which it was found; seals stay', async () => {
    const { store, reopen, replace } = subject();
    const before = Date.UTC(2020, 0, 1);
    const old = Array.from({ length: 1200 }, (_, i) => record('old', i + 1, { time: before - 1 - i, keys: ['old', `old:${i}`] }));
    await store.audit.append(sheetsOf([...old, record('old', 5000, { time: before, keys: ['old'] })]));
    await store.audit.seal({ chain: 'purged', number: 1, time: 1, missing: [], digest: Buffer.alloc(1), before: Buffer.alloc(0) });
    expect(await store.audit.purge(before)).toBe(old.length);
    expect(await store.audit.purge(before)).toBe(0);
    expect(await search(store, { keys: ['old'] })).toEqual(['old 5000']);
    expect(await search(store, { before })).toEqual([]);
    expect((await store.audit.seals('purged', 0, 10)).length).toBe(1);
    if (reopen === undefined) return;
    replace(await reopen());
    expect(await search(subject().store, { keys: ['old'] })).toEqual(['old 5000']);
    expect((await subject().store.audit.chains()).includes('purged')).toBe(true);
  });
}

function readable({ digest, before, others, ...seal }: AuditSeal): object {
  const hex = (bytes: Buffer) => bytes.toString('hex');
  return { ...seal, digest: hex(digest), before: hex(before), others: others?.map((one) => `${one.chain} ${hex(one.digest)}`) };
}
