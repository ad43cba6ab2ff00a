/** Notes: what is kept with a commit, once under a name, until it expires. Source: src/store/port.ts Note */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { NOTE_BYTES, type Note, StoreConflict } from '../../../src/store/port.js';
import { freshStore, type Open, versionsOf, write } from './fixture.js';
import { outcomeOf } from './shared-names.js';

const HOUR = 3_600_000;

function noteOf(name: string, text: string, expires = Date.now() + HOUR): Note {
  return { name, value: Buffer.from(text), expires };
}

export function notes(open: Open): void {
  const subject = freshStore(open);

  test('a note is there with what it was committed with, and as it was given', async () => {
    const { store } = subject();
    const note = noteOf('王 \u0000 "n" /1', '答\u0000案');
    expect(await store.note(note.name)).toBe(undefined);
    await store.commit({ writes: [write('Patient/n1')], guards: [], notes: [note] });
    const found = await store.note(note.name);
    expect([found?.name, found?.value.toString(), found?.expires]).toEqual([note.name, '答\u0000案', note.expires]);
    expect((await versionsOf(store, 'Patient/n1')).length).toBe(1);
    expect(await store.note('王')).toBe(undefined);
  });

  test('a name that is there is a conflict: nothing is written, and what is there stays', async () => {
    const { store } = subject();
    await store.commit({ writes: [], guards: [], notes: [noteOf('taken', 'first')] });
    for (const writes of [[], [write('Patient/t1')], [write('Patient/t1'), write('Patient/t2')]]) {
      const commit = store.commit({ writes, guards: [], notes: [noteOf('free', 'x'), noteOf('taken', 'second')] });
      await expect(commit).rejects.toBeInstanceOf(StoreConflict);
    }
    expect((await store.note('taken'))?.value.toString()).toBe('first');
    expect(await store.note('free')).toBe(undefined);
    expect(await store.read([{ type: 'Patient', id: 't1' }])).toEqual([undefined]);
  });

  test('where the writes are refused no note is put down', async () => {
    const { store } = subject();
    await store.commit({ writes: [write('Patient/w1')], guards: [] });
    const guard = { where: [{ type: 'Patient', predicate: { kind: 'id', ids: ['w1'] } }], keys: [], names: ['w1'] } as const;
    const again = { writes: [write('Patient/w1')], guards: [], notes: [noteOf('refused', 'x')] };
    await expect(store.commit(again)).rejects.toBeInstanceOf(StoreConflict);
    await expect(store.commit({ writes: [], guards: [guard], notes: [noteOf('refused', 'x')] })).rejects.toBeInstanceOf(StoreConflict);
    expect(await store.note('refused')).toBe(undefined);
  });

  test('what has expired is as if it were not there, and its name is free', async () => {
    const { store } = subject();
    await store.commit({ writes: [], guards: [], notes: [noteOf('late', 'first', Date.now() - 1)] });
    expect(await store.note('late')).toBe(undefined);
    await store.commit({ writes: [write('Patient/l1')], guards: [], notes: [noteOf('late', 'second')] });
    expect((await store.note('late'))?.value.toString()).toBe('second');
    const soon = Date.now() + 300;
    await store.commit({ writes: [], guards: [], notes: [noteOf('soon', 'x', soon)] });
    while (Date.now() <= soon) await pause(20);
    expect(await store.note('soon')).toBe(undefined);
    // Others' commits sweep; what has not expired stays.
    for (let i = 0; i < 3; i++) await store.commit({ writes: [write(`Patient/s${i}`)], guards: [] });
    expect((await store.note('late'))?.value.toString()).toBe('second');
  });

  test('of 64 commits with a note of one name at the same moment one is written, with all that belongs to it', async () => {
    const { store } = subject();
    for (let round = 0; round < 3; round++) {
      const name = `race-${round}`;
      const commits = Array.from({ length: 64 }, (_, i) =>
        outcomeOf(store.commit({ writes: [write(`Patient/${name}-${i}`)], guards: [], notes: [noteOf(name, String(i))] })),
      );
      const outcomes = await Promise.all(commits);
      const won = outcomes.flatMap((outcome, i) => (outcome === 'written' ? [i] : []));
      expect([won.length, outcomes.filter((outcome) => outcome === 'conflict').length]).toEqual([1, 63]);
      expect((await store.note(name))?.value.toString()).toBe(String(won[0]));
      const there = await store.read(outcomes.map((_, i) => ({ type: 'Patient', id: `${name}-${i}` })));
      expect(there.flatMap((version, i) => (version === undefined ? [] : [i]))).toEqual(won);
    }
  }, 60_000);

  test('of many commits at the same moment, each with a note of its own, only those are refused that meet what is there', async () => {
    const { store } = subject();
    const taken = [3, 30];
    const there = 17;
    for (const i of taken) await store.commit({ writes: [], guards: [], notes: [noteOf(`many-${i}`, 'before')] });
    await store.commit({ writes: [write(`Patient/m${there}`)], guards: [] });
    const commits = Array.from({ length: 60 }, (_, i) =>
      outcomeOf(store.commit({ writes: [write(`Patient/m${i}`)], guards: [], notes: [noteOf(`many-${i}`, String(i))] })),
    );
    const outcomes = await Promise.all(commits);
    expect(outcomes.flatMap((outcome, i) => (outcome === 'written' ? [] : [`${i} ${outcome}`]))).toEqual(
      [3, there, 30].map((i) => `${i} conflict`),
    );
    for (const i of outcomes.keys()) {
      const text = taken.includes(i) ? 'before' : i === there ? undefined : String(i);
      expect([i, (await store.note(`many-${i}`))?.value.toString()]).toEqual([i, text]);
    }
    const versions = await store.read(outcomes.map((_, i) => ({ type: 'Patient', id: `m${i}` })));
    expect(versions.flatMap((version, i) => (version === undefined ? [i] : []))).toEqual(taken);
  });

  test('a note may be long, and outlives the store that put it down', async () => {
    const { store, reopen, replace } = subject();
    const value = Buffer.alloc(NOTE_BYTES, 'long ');
    await store.commit({ writes: [], guards: [], notes: [{ name: 'long', value, expires: Date.now() + HOUR }] });
    expect((await store.note('long'))?.value.equals(value)).toBe(true);
    if (reopen === undefined) return;
    replace(await reopen());
    await subject().store.arrange({ types: {} });
    expect((await subject().store.note('long'))?.value.equals(value)).toBe(true);
    const again = subject().store.commit({ writes: [], guards: [], notes: [noteOf('long', 'x')] });
    await expect(again).rejects.toBeInstanceOf(StoreConflict);
  }, 60_000);
}
