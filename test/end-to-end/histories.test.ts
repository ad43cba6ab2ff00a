/** Races and storms over HTTP, in small; `npm run torture -- races` runs them at length. Source: R4 http.html#ccreate, #cond-update, #cdelete, #trules */
import { describe, expect, test } from '@jest/globals';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import { explain } from '../torture/races/explain.js';
import { races } from '../torture/races/races.js';
import type { Happened, Step } from '../torture/races/step.js';
import { storm } from '../torture/races/storm.js';

describe.each(stores)('Many clients at the same thing on $name', ({ open }) => {
  const server = serverOn(open, { conditionalDelete: 'multiple' });

  test('leave one resource, and every answer is the one it must be', async () => {
    for (const race of races) {
      const { faults } = await race({ bases: [server.url], rounds: 1, clients: 16 });
      expect(faults).toEqual([]);
    }
  }, 120_000);

  test('are answered as in some order of their requests, one after the other', async () => {
    const { faults, unknown, histories } = await storm({
      ...{ bases: [server.url], conditionalDelete: 'multiple', seed: 7 },
      ...{ groups: 16, atOnce: 8, clients: 4, each: 3 },
    });
    expect([faults, unknown, histories]).toEqual([[], 0, 16]);
  }, 120_000);
});

describe('No order explains', () => {
  const [identifiers, criteria] = [[{ system: 's', value: 'a' }], [[{ value: 'a' }]]] as const;
  const happened = (time: readonly [number, number], step: Step, status: number, shown: string, id?: string): Happened => ({
    ...{ client: 'c', step, told: { status, shown }, ids: [id], began: time[0], ended: time[1] },
  });
  const created = (time: readonly [number, number], id: string, unless = true) =>
    happened(time, { kind: 'create', mark: id, identifiers, ...(unless && { unless: criteria }) }, 201, `${id}/1=${id}`, id);
  const searched = (time: readonly [number, number], shown: string) => happened(time, { kind: 'search', criteria }, 200, shown);
  const explained = (...history: readonly Happened[]) => explain({ conditionalDelete: 'single' }, history) !== undefined;

  test('two conditional creates that both created', () => {
    expect(explained(created([0, 9], 'p'))).toBe(true);
    expect(explained(created([0, 9], 'p'), created([1, 8], 'q'))).toBe(false);
    expect(explained(created([0, 9], 'p'), created([1, 8], 'q', false))).toBe(true);
  });

  test('what was seen before something that had ended earlier', () => {
    const [p, q] = [created([0, 1], 'p'), created([0, 9], 'q', false)];
    expect(explained(p, q, searched([2, 3], 'p/1=p'), searched([4, 5], 'p/1=p, q/1=q'))).toBe(true);
    expect(explained(p, q, searched([2, 3], 'p/1=p, q/1=q'), searched([4, 5], 'p/1=p'))).toBe(false);
  });

  test('a conditional create that has seen nothing, where what was written meanwhile was seen without it', () => {
    const [first, plain] = [created([0, 9], 'p'), created([1, 2], 'q', false)];
    expect(explained(first, plain, searched([3, 4], 'p/1=p, q/1=q'))).toBe(true);
    expect(explained(first, plain, searched([3, 4], 'q/1=q'))).toBe(false);
  });

  test('an update that was lost', () => {
    const update = (time: readonly [number, number], mark: string, version: number) =>
      happened(time, { kind: 'update', id: 'p', mark, identifiers }, version === 1 ? 201 : 200, `p/${version}=${mark}`);
    expect(explained(update([0, 9], 'm', 1), update([0, 9], 'n', 2))).toBe(true);
    expect(explained(update([0, 9], 'm', 1), update([0, 9], 'n', 1))).toBe(false);
  });

  test('half of a transaction; but what nobody was told of may be there or not', () => {
    const step: Step = {
      kind: 'transaction',
      entries: [
        { kind: 'create', mark: 'p', identifiers },
        { kind: 'create', mark: 'q', identifiers },
      ],
    };
    const whole: Happened = { ...happened([0, 9], step, 200, '201 p/1; 201 q/1'), ids: ['p', 'q'] };
    const unknown: Happened = { ...whole, told: undefined, ended: Number.POSITIVE_INFINITY };
    for (const one of [whole, unknown]) {
      expect(explained(one, searched([1, 2], 'p/1=p, q/1=q'))).toBe(true);
      expect(explained(one, searched([1, 2], ''))).toBe(true);
      expect(explained(one, searched([1, 2], 'p/1=p'))).toBe(false);
    }
  });
});
