/** What becomes of records while the store takes none: nothing is lost, and nothing is answered that could not be recorded. */
import { describe, expect, test } from '@jest/globals';
import { createAccesses } from '../../src/audit/accesses.js';
import { openJournal } from '../../src/audit/journal.js';
import type { AuditLog, AuditRecord, AuditSeal } from '../../src/store/audit-log.js';
import { recordsOn } from '../../src/store/audit-sheet.js';

/** A store that can be taken away. */
function fragileLog() {
  const records: AuditRecord[] = [];
  const seals: AuditSeal[] = [];
  const state = { down: false };
  const standing = () => {
    if (state.down) throw new Error('The store is away');
  };
  const log: AuditLog = {
    async append(sheets) {
      // It was written, and nobody was told.
      for (const record of sheets.flatMap(recordsOn)) records.push({ ...record, body: Buffer.from(record.body) });
      standing();
    },
    search: async () => ({ records, more: false }),
    read: async (places) => {
      standing();
      return places.map(({ number }) => records.find((one) => one.number === number));
    },
    unfindable: async () => [],
    walk: async () => records,
    chains: async () => [],
    seal: async (seal) => void seals.push(seal),
    seals: async (_, after) => seals.filter(({ number }) => number > after),
    heads: async () => [],
    purge: async () => 0,
  };
  return { log, records, seals, state };
}

describe('the journal', () => {
  test('writes what the store did not take before, each record once', async () => {
    const { log, records, state } = fragileLog();
    const troubles: string[] = [];
    const journal = openJournal({ log, onTrouble: (text) => void troubles.push(text) });
    state.down = true;
    journal.record({ kind: 'sign-in', outcome: 'success' });
    await journal.flush();
    state.down = false;
    journal.record({ kind: 'sign-out', outcome: 'success' });
    await journal.close();
    expect(records.map(({ number }) => number)).toEqual([1, 2]);
    expect(troubles).toEqual(['The audit cannot be written', 'The audit is written again']);
  });

  test('refuses what would have to be recorded when there is no room left, and says later how much was lost', async () => {
    const { log, records, state } = fragileLog();
    const journal = openJournal({ log });
    state.down = true;
    journal.admit();
    for (let i = 0; i < 20_010; i++) journal.record({ kind: 'sign-in', outcome: 'refused' });
    expect(() => journal.admit()).toThrow(expect.objectContaining({ status: 503 }));
    await journal.flush();
    state.down = false;
    await journal.close();
    expect(new Set(records.map(({ number }) => number)).size).toBe(20_001);
    expect(records.some(({ body }) => body.includes('"audit-lost"') && body.includes('"count":10'))).toBe(true);
    journal.admit();
  });

  test('seals as far as all is settled, and says which numbers were never written', async () => {
    const { log, seals } = fragileLog();
    const journal = openJournal({ log });
    const row = { keys: '[]', body: '[]' };
    const [first, second, third] = [journal.ride([row]), journal.ride([row, row]), journal.ride([row])];
    journal.settle(third, 'written');
    await journal.seal();
    expect(seals).toEqual([]);
    journal.settle(first, 'written');
    await journal.seal();
    journal.settle(second, 'lost');
    await journal.close();
    expect(seals.map(({ number, missing }) => [number, missing])).toEqual([
      [1, []],
      [4, [2, 3]],
    ]);
    expect(seals[1]?.before).toEqual(seals[0]?.digest);
  });

  test('says of a record that could not be made that it is lost, and makes those beside it', async () => {
    const { log, records } = fragileLog();
    const troubles: string[] = [];
    const journal = openJournal({ log, onTrouble: (text) => void troubles.push(text) });
    const patientsOf = ({ id }: { readonly id: string }) => {
      if (id === 'spoiled') throw new SyntaxError('Unexpected end of JSON input');
      return [id];
    };
    const accesses = createAccesses({ journal, patientsOf, read: async () => [] });
    for (const id of ['a', 'spoiled', 'b']) {
      const version = { type: 'Patient', id, version: 1, lastUpdated: 0, method: 'PUT', json: Buffer.from('{}') } as const;
      const request = { interaction: 'read', access: {}, parameters: [], preconditions: {}, type: 'Patient', id };
      accesses.answered(request, { status: 200, version, seen: [version] });
    }
    accesses.finish();
    await journal.close();
    expect(records.map(({ keys }) => keys)).toEqual([['Patient/a'], ['+audit-lost', '!'], ['Patient/b']]);
    expect(troubles).toEqual(['A record of the audit could not be made']);
  });
});
