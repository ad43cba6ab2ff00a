/** Tables of cases: resources that stand for a group, and what a predicate finds among them by search, find and count. */
import { beforeAll, expect, test } from '@jest/globals';
import type { IndexEntry, Predicate } from '../../../src/store/port.js';
import { commitOf, found, isToken, type Subject, token, where, write } from './fixture.js';

/** `ids` are those expected, in order of creation, with blanks between. */
export type Case = readonly [name: string, predicate: Predicate, ids: string];
export type Subjects = () => Subject;

/** Writes `Organization`s named by the keys, before the cases ask for them; `of` keeps the groups apart. */
export function given(subject: Subjects, group: string, resources: Readonly<Record<string, readonly IndexEntry[]>>): void {
  beforeAll(async () => {
    const writes = Object.entries(resources).map(([id, entries]) =>
      write(`Organization/${id}`, { entries: [token('group', group), ...entries] }),
    );
    await subject().store.commit(commitOf(...writes));
  });
}

export function finds(subject: Subjects, group: string, cases: readonly Case[]): void {
  test.each(cases)('%s', async (_name, predicate, ids) => {
    const asked = where('Organization', { kind: 'all', of: [isToken('group', group), predicate] });
    const alone = where('Organization', predicate);
    const expected = ids === '' ? [] : ids.split(' ').map((id) => `Organization/${id}`);
    expect(await found(subject().store, asked)).toEqual(expected);
    const [keys] = await subject().store.find([asked], 1000);
    expect(keys?.map((key) => `${key.type}/${key.id}`)).toEqual(expected);
    expect(await subject().store.count(asked, {})).toEqual({ total: expected.length, exact: true });
    const unfiltered = await found(subject().store, alone);
    expect(unfiltered).toEqual(expect.arrayContaining([...expected]));
  });
}
