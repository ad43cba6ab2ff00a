/** The journal when it holds more than is looked through one by one. Source: src/store/audit-log.ts */
import { expect, test } from '@jest/globals';
import type { AuditRecord } from '../../../src/store/audit-log.js';
import { sheetsOf } from '../../../src/store/audit-sheet.js';
import { freshStore, type Open } from './fixture.js';

const START = Date.UTC(2026, 0, 1);
const [BATCHES, TOGETHER] = [36, 600];

/** Two chains by turns; times go on with the batches. */
function record(i: number): AuditRecord {
  const chain = Math.floor(i / TOGETHER) % 2 === 0 ? 'even' : 'odd';
  const keys = [`client:${i % 3}`, `patient:${i % 2000}`, ...(i % 5000 === 4999 ? ['rare'] : [])];
  return { chain, number: i + 1, time: START + Math.floor(i / 4), keys, body: Buffer.from(String(i)) };
}

export function largeJournal(open: Open): void {
  const subject = freshStore(open);
  const all = Array.from({ length: BATCHES * TOGETHER }, (_, i) => record(i));

  test('many records are found by what they have, from either end and within times, and walked', async () => {
    const { audit } = subject().store;
    for (let batch = 0; batch < BATCHES; batch++) await audit.append(sheetsOf(all.slice(batch * TOGETHER, (batch + 1) * TOGETHER)));
    const asked = async (keys: readonly string[], more: object = {}) => {
      const { records } = await audit.search({ keys, descending: false, count: 30, ...more });
      return records.map(({ body }) => Number(body.toString()));
    };
    const numbers = (keys: readonly string[], within: (one: AuditRecord) => boolean = () => true) =>
      all.flatMap((one, i) => (keys.every((key) => one.keys.includes(key)) && within(one) ? [i] : []));
    // Of one time the chain decides, then the number: of equal times all here are of one chain.
    for (const keys of [['rare'], ['patient:77'], ['patient:77', 'client:2'], ['client:1'], ['client:1', 'rare'], ['nobody'], []]) {
      const expected = numbers(keys);
      expect(await asked(keys)).toEqual(expected.slice(0, 30));
      expect(await asked(keys, { descending: true })).toEqual(expected.toReversed().slice(0, 30));
      const [from, before] = [START + 2000, START + 5000];
      const within = numbers(keys, ({ time }) => time >= from && time < before);
      expect(await asked(keys, { from, before })).toEqual(within.slice(0, 30));
      expect(await asked(keys, { from, before, descending: true })).toEqual(within.toReversed().slice(0, 30));
    }
    const [after] = await audit.read([{ chain: 'even', number: 12_001 }]);
    if (after === undefined) throw new Error('it was appended');
    expect(await asked(['client:0'], { after })).toEqual(numbers(['client:0'], ({ number }) => number > 12_001).slice(0, 30));
    const odd = await audit.walk('odd', 9000, 5000);
    expect(odd.map(({ number }) => number)).toEqual(
      all.flatMap((one) => (one.chain === 'odd' && one.number > 9000 ? [one.number] : [])).slice(0, 5000),
    );
    expect(await audit.unfindable(5)).toEqual([]);
  });

  test('what is purged in the middle of a block is found no more, what stays is', async () => {
    const { audit } = subject().store;
    const before = START + Math.floor((BATCHES * TOGETHER - 1000) / 4);
    expect(await audit.purge(before)).toBe(all.filter(({ time }) => time < before).length);
    const left = all.filter(({ time }) => time >= before);
    const { records } = await audit.search({ keys: ['client:1'], descending: false, count: 2000 });
    const expected = left.filter(({ keys }) => keys.includes('client:1')).map(({ number }) => number);
    expect(records.map(({ number }) => number)).toEqual(expected);
    const walked = [...(await audit.walk('even', 0, 2000)), ...(await audit.walk('odd', 0, 2000))];
    expect(walked.map(({ number }) => number).sort((a, b) => a - b)).toEqual(left.map(({ number }) => number));
    expect(await audit.read([record(0), record(BATCHES * TOGETHER - 1)])).toMatchObject([undefined, { number: BATCHES * TOGETHER }]);
    await audit.append(sheetsOf([{ ...record(0), number: BATCHES * TOGETHER + 1, keys: ['later'] }]));
    expect((await audit.search({ keys: ['later'], descending: false, count: 1 })).more).toBe(false);
    expect((await audit.search({ keys: ['later'], descending: false, count: 1 })).records.length).toBe(1);
    expect(await audit.unfindable(5)).toEqual([]);
  });
}
