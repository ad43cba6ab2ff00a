/** What a link leads to, asked of as few as possible. Source: src/search/followed.ts */
import { describe, expect, test } from '@jest/globals';
import type { Key } from '../../src/model/resource.js';
import { matchesWhere } from '../../src/search/evaluate.js';
import type { Candidate } from '../../src/search/search.js';
import type { Predicate, Where } from '../../src/store/port.js';

const codes = (count: number): Predicate => ({
  kind: 'match',
  param: 'rule',
  match: { kind: 'token', values: Array.from({ length: count }, (_, i) => ({ code: String(i) })) },
});
const denied = (rules: Predicate): Predicate => ({ kind: 'reverse', param: 'patient', where: [{ type: 'Consent', predicate: rules }] });
const patient: Candidate = { type: 'Patient', id: '1', lastUpdated: 0, entries: [], compartments: [], contained: [] };
const observation: Candidate = {
  ...patient,
  type: 'Observation',
  entries: ['Patient/1', 'Patient/2', 'Patient/1/2'].map((target) => ({ kind: 'reference', param: 'subject', target })),
};

/** A store in which Consents refer to these patients, and all rules fit. */
function store(referred: readonly string[]) {
  const asked: Where[] = [];
  const chained = async (where: Where): Promise<readonly Key[]> => {
    asked.push(where);
    return referred.some((target) => JSON.stringify(where).includes(JSON.stringify(target))) ? [{ type: 'Consent', id: 'c' }] : [];
  };
  return { asked, chained };
}

describe('what refers here under much that is asked', () => {
  const both: Predicate = { kind: 'any', of: [denied(codes(30)), { kind: 'all', of: [denied(codes(40))] }] };

  test('is not asked for where nothing refers here at all, which is found out once', async () => {
    const { asked, chained } = store(['Patient/2']);
    expect(await matchesWhere([{ type: 'Patient', predicate: both }], patient, chained)).toBe(false);
    const here = { kind: 'match', param: 'patient', match: { kind: 'reference', targets: ['Patient/1'] } };
    expect(asked).toEqual([[{ type: 'Consent', predicate: here }]]);
  });

  test('is asked for where something refers here', async () => {
    const { asked, chained } = store(['Patient/1']);
    expect(await matchesWhere([{ type: 'Patient', predicate: both }], patient, chained)).toBe(true);
    expect(asked.length).toBe(2);
  });

  test('is asked at once where it is little', async () => {
    const { asked, chained } = store([]);
    expect(await matchesWhere([{ type: 'Patient', predicate: denied(codes(2)) }], patient, chained)).toBe(false);
    expect(asked.length).toBe(1);
  });

  test('is asked of those targets of a chain alone to which something refers', async () => {
    const chain = (predicate: Predicate): Predicate => ({ kind: 'chain', param: 'subject', where: [{ type: 'Patient', predicate }] });
    const none = store([]);
    expect(await matchesWhere([{ type: 'Observation', predicate: chain(both) }], observation, none.chained)).toBe(false);
    expect(none.asked.length).toBe(2);
    const one = store(['Patient/2']);
    await matchesWhere([{ type: 'Observation', predicate: chain(both) }], observation, one.chained);
    expect(one.asked.at(-1)).toMatchObject([{ type: 'Patient', predicate: { of: [{ kind: 'id', ids: ['2'] }, both] } }]);
    const negated = store([]);
    await matchesWhere([{ type: 'Observation', predicate: chain({ kind: 'not', of: both }) }], observation, negated.chained);
    expect(negated.asked).toMatchObject([[{ predicate: { of: [{ ids: ['1', '2'] }, { kind: 'not' }] } }]]);
  });
});
