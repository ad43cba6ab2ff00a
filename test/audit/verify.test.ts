/** The journal as a chain: what whoever writes the database past the server cannot hide. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventsOf } from '../../src/audit/audit-event.js';
import { type Journal, openJournal } from '../../src/audit/journal.js';
import { adoptTails, purgedBefore, purgeOld } from '../../src/audit/upkeep.js';
import { type Head, verifyJournal } from '../../src/audit/verify.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { type Tampering, tamperingWith } from './tampering.js';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

describe.each(stores)('the journal in $name', (kind) => {
  let opened: OpenedStore;
  let tampering: Tampering;
  let clock = START;
  const now = () => clock;

  /** Six records, each written by itself; a seal behind the second, the fourth and the sixth. */
  async function sealedJournal(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      const journal = round === 0 ? begin() : current;
      for (let i = 0; i < 2; i++) {
        journal.record({ kind: 'sign-in', outcome: 'success', by: { account: `account-${round}-${i}` } });
        await journal.flush();
        clock += 10;
      }
      await journal.seal();
      clock += 1000;
    }
    await current.close();
  }
  let current: Journal;
  const begin = () => {
    // Sealed where the tests say so, and not by the clock as well.
    current = openJournal({ log: opened.store.audit, now, sealEvery: DAY });
    return current;
  };
  const faults = async (kept: readonly Head[] = []) => {
    const { faults: found } = await verifyJournal(opened.store.audit, { kept, purgedBefore: await purgedBefore(opened.store.audit) });
    return found.map(({ id }) => id);
  };

  beforeEach(async () => {
    clock = START;
    opened = await kind.open();
    await opened.store.arrange({ types: {} });
    tampering = await tamperingWith(opened.url);
  });
  afterEach(async () => {
    await tampering.close();
    await opened.close();
  });

  test('is whole as it was written, and its last seal may be kept elsewhere', async () => {
    await sealedJournal();
    const found = await verifyJournal(opened.store.audit);
    expect({ ...found, heads: found.heads.length }).toEqual({ chains: 1, records: 6, unsealed: 0, faults: [], heads: 1 });
    expect(await faults(found.heads)).toEqual([]);
  });

  test.each<readonly [string, (tampering: Tampering) => Promise<void>, ...string[]]>([
    [
      'a record that is changed',
      async (it) => it.setBody(2, replaced((await it.bodies())[2], 'account-1-0', 'account-9-9')),
      'audit-changed',
      'audit-hidden',
    ],
    ['a record that cannot be read any more', (it) => it.setBody(2, Buffer.from('spoiled')), 'audit-changed'],
    ['a record that is removed', (it) => it.removeBlock(3), 'audit-gone'],
    ['a record that is put in at a number that is taken', (it) => it.copyBlock(0, 4), 'audit-changed'],
    [
      'records that change places',
      async (it) => {
        const [first, second] = await it.bodies();
        if (first !== undefined && second !== undefined) await Promise.all([it.setBody(0, second), it.setBody(1, first)]);
      },
      'audit-changed',
      'audit-hidden',
    ],
    ['a record that searches would not find', (it) => it.hideBlock(2), 'audit-hidden'],
    ['a seal that is changed', (it) => it.shiftSeal(1), 'audit-changed'],
    ['a seal that is removed', (it) => it.removeSeal(1), 'audit-broken'],
  ])('shows %s', async (_, tamper, ...found) => {
    await sealedJournal();
    await tamper(tampering);
    expect(await faults()).toEqual(found);
  });

  test('what was spoiled is left out of the AuditEvents, and the others are there', async () => {
    await sealedJournal();
    await tampering.setBody(2, Buffer.from('spoiled'));
    const { records } = await opened.store.audit.search({ keys: [], descending: true, count: 100 });
    const events = records.flatMap((record) => eventsOf(record, 'http://127.0.0.1/fhir'));
    expect(events.map(({ id }) => id?.split('-').at(-1))).toEqual(['6', '5', '4', '2', '1']);
  });

  test('shows by a head that was kept that the last seals, or all of it, are gone', async () => {
    await sealedJournal();
    const { heads } = await verifyJournal(opened.store.audit);
    await tampering.removeSeal(2);
    expect(await faults()).toEqual([]);
    expect(await faults(heads)).toEqual(['audit-seal-gone']);
    for (const at of [1, 0]) await tampering.removeSeal(at);
    for (const at of [5, 4, 3, 2, 1, 0]) await tampering.removeBlock(at);
    expect(await faults(heads)).toEqual(['audit-chain-gone']);
  });

  test('shows by the first seal of a later chain that one before it is gone', async () => {
    await sealedJournal();
    clock += 5000;
    begin().record({ kind: 'server-started', outcome: 'success' });
    await current.close();
    expect(await faults()).toEqual([]);
    for (const at of [2, 1, 0]) await tampering.removeSeal(at);
    for (const at of [5, 4, 3, 2, 1, 0]) await tampering.removeBlock(at);
    expect(await faults()).toEqual(['audit-chain-gone']);
  });

  test('says of numbers whose records were never written that they are missing, and shows a record that is put in there', async () => {
    const journal = begin();
    journal.record({ kind: 'sign-in', outcome: 'success' });
    await journal.flush();
    journal.settle(journal.ride([{ keys: '[]', body: '[]' }]), 'lost');
    journal.record({ kind: 'sign-out', outcome: 'success' });
    await journal.close();
    expect(await faults()).toEqual([]);
    await tampering.copyBlock(0, 2);
    expect(await faults()).toEqual(['audit-added']);
  });

  test('of a process that was killed is sealed to its end by another', async () => {
    const killed = begin();
    killed.record({ kind: 'sign-in', outcome: 'success' });
    killed.ride([{ keys: '[]', body: '[]' }]);
    killed.record({ kind: 'sign-out', outcome: 'success' });
    await killed.flush();
    const { audit: log } = opened.store;
    expect(await adoptTails({ log, now })).toBe(0);
    clock += DAY;
    expect(await adoptTails({ log, now })).toBe(1);
    expect(await adoptTails({ log, now })).toBe(0);
    const { unsealed, faults: found } = await verifyJournal(log);
    expect({ unsealed, found }).toEqual({ unsealed: 0, found: [] });
    // It was only taken for dead: it leaves that chain to others and begins a new one.
    killed.record({ kind: 'launch', outcome: 'success' });
    await killed.close();
    expect((await verifyJournal(log)).faults).toEqual([]);
  });

  test('loses what is older than it is kept, says so, and stays whole', async () => {
    await sealedJournal();
    clock += 200 * DAY;
    const { audit: log } = opened.store;
    const journal = begin();
    const upkeep = { log, store: opened.store, now, days: 180, record: journal.record };
    expect(await purgeOld(upkeep)).toBe(6);
    expect(await purgeOld(upkeep)).toBe(0);
    await journal.close();
    const { records, faults: found } = await verifyJournal(log, { purgedBefore: await purgedBefore(log) });
    expect({ records, found }).toEqual({ records: 1, found: [] });
    expect((await verifyJournal(log)).faults.map(({ id }) => id)).toEqual(['audit-gone', 'audit-gone', 'audit-gone']);
  });
});

function replaced(body: Buffer | undefined, from: string, to: string): Buffer {
  return Buffer.from((body ?? Buffer.alloc(0)).toString('latin1').replace(from, to), 'latin1');
}
