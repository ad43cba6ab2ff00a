/** Predicates made of others, and those that lead to other resources. Source: src/store/port.ts Predicate; R4 search.html#combining, #chaining, #has */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Predicate, RangeTest } from '../../../src/store/port.js';
import { finds, given, type Subjects } from './cases.js';
import { commitOf, found, freshStore, isText, isToken, type Open, range, reference, text, token, where, write } from './fixture.js';

export function logicAndChains(open: Open): void {
  const subject = freshStore(open);
  describe('logic', () => logic(subject));
  describe('chains', () => chains(subject));
}

function logic(subject: Subjects): void {
  const a = isToken('l', 'a');
  const b = isToken('l', 'b');
  const nothing: Predicate = { kind: 'any', of: [] };
  const everything: Predicate = { kind: 'all', of: [] };
  given(subject, 'logic', {
    l1: [token('l', 'a')],
    l2: [token('l', 'b'), text('t', 'x')],
    l3: [token('l', 'a'), token('l', 'b')],
    l4: [range('l', 1, 2)],
  });
  finds(subject, 'logic', [
    ['all of nothing is true', everything, 'l1 l2 l3 l4'],
    ['any of nothing is false', nothing, ''],
    ['all', { kind: 'all', of: [a, b] }, 'l3'],
    ['any', { kind: 'any', of: [a, b] }, 'l1 l2 l3'],
    [
      'any in all',
      {
        kind: 'all',
        of: [
          { kind: 'any', of: [a, b] },
          { kind: 'not', of: a },
        ],
      },
      'l2',
    ],
    ['not matches what has no entry at all', { kind: 'not', of: a }, 'l2 l4'],
    ['not of not', { kind: 'not', of: { kind: 'not', of: a } }, 'l1 l3'],
    ['not of all of nothing is false', { kind: 'not', of: everything }, ''],
    ['not of any of nothing is true', { kind: 'not', of: nothing }, 'l1 l2 l3 l4'],
    ['all with a false part', { kind: 'all', of: [a, nothing] }, ''],
    ['any with a true part', { kind: 'any', of: [a, everything] }, 'l1 l2 l3 l4'],
    ['any of unlike kinds', { kind: 'any', of: [isText('t', 'exact', 'x'), inRangeOf('l', 1), { kind: 'id', ids: ['l1'] }] }, 'l1 l2 l4'],
    ['present is of a kind and a parameter', { kind: 'present', param: 'l', entry: 'token' }, 'l1 l2 l3'],
    ['present of another kind', { kind: 'present', param: 'l', entry: 'range' }, 'l4'],
    ['missing', { kind: 'not', of: { kind: 'present', param: 'l', entry: 'token' } }, 'l4'],
    ['missing where nobody ever had one', { kind: 'not', of: { kind: 'present', param: 'unheard', entry: 'uri' } }, 'l1 l2 l3 l4'],
    ['ids, each once and in order of creation', { kind: 'id', ids: ['l3', 'l1', 'l3', 'nobody', 'L2'] }, 'l1 l3'],
    ['no ids', { kind: 'id', ids: [] }, ''],
    ['not of ids', { kind: 'not', of: { kind: 'id', ids: ['l3', 'l1'] } }, 'l2 l4'],
  ]);

  test('updated is a point in time on both of its ends', async () => {
    const { store } = subject();
    const at = (id: string, lastUpdated: number) => write(`Organization/${id}`, { lastUpdated, entries: [token('group', 'time')] });
    await store.commit(commitOf(at('u1', 1000), at('u2', 2000), at('u3', 3000)));
    const ids = (...values: readonly RangeTest[]) =>
      found(store, where('Organization', { kind: 'all', of: [isToken('group', 'time'), { kind: 'updated', values }] }));
    expect(await ids({ lowFrom: 2000 })).toEqual(['Organization/u2', 'Organization/u3']);
    expect(await ids({ lowBefore: 2000 })).toEqual(['Organization/u1']);
    expect(await ids({ highAfter: 2000 })).toEqual(['Organization/u2', 'Organization/u3']);
    expect(await ids({ highTo: 2000 })).toEqual(['Organization/u1']);
    expect(await ids({ lowFrom: 1000, highTo: 2000 }, { lowFrom: 3000 })).toEqual(['Organization/u1', 'Organization/u3']);
    expect(await ids({ highAfter: 2999, lowBefore: 3000 })).toEqual([]);
    expect(await ids()).toEqual([]);
  });
}

function inRangeOf(param: string, low: number): Predicate {
  return { kind: 'match', param, match: { kind: 'range', values: [{ lowFrom: low }] } };
}

function chains(subject: Subjects): void {
  beforeAll(async () => {
    await subject().store.commit(
      commitOf(
        write('Patient/c1', { entries: [text('name', 'wang', 'Wang'), reference('organization', 'Organization/co')] }),
        write('Patient/c2', { entries: [text('name', 'li', 'Li')], compartments: ['Patient/c2'] }),
        write('Organization/co', { entries: [text('name', 'renmin', '人民医院')] }),
        write('Observation/o1', { entries: [reference('subject', 'Patient/c1'), token('code', '1')], compartments: ['Patient/c1'] }),
        write('Observation/o2', {
          entries: [reference('subject', 'Patient/c2'), token('code', '1')],
          compartments: ['Patient/c2', 'Patient/c1'],
        }),
        write('Observation/o3', {
          entries: [reference('subject', 'Organization/co'), reference('performer', 'Patient/c1'), token('code', '2')],
        }),
        write('Observation/o4', { entries: [reference('subject', 'http://x.cn/Patient/c1'), reference('subject', 'Patient/nobody')] }),
      ),
    );
  });
  const named = (name: string) => isText('name', 'prefix', name);

  const cases: readonly (readonly [string, string, Predicate, string])[] = [
    ['a chain follows the reference', 'Observation', { kind: 'chain', param: 'subject', where: where('Patient', named('wang')) }, 'o1'],
    [
      'a chain to any of several types',
      'Observation',
      { kind: 'chain', param: 'subject', where: where('Patient,Organization', { kind: 'any', of: [named('wang'), named('renmin')] }) },
      'o1 o3',
    ],
    [
      'a chain to all of a type needs the target to be there',
      'Observation',
      { kind: 'chain', param: 'subject', where: where('Patient') },
      'o1 o2',
    ],
    ['a chain to no type matches nothing', 'Observation', { kind: 'chain', param: 'subject', where: [] }, ''],
    ['a chain by another parameter', 'Observation', { kind: 'chain', param: 'performer', where: where('Patient', named('wang')) }, 'o3'],
    [
      'a chain of two',
      'Observation',
      {
        kind: 'chain',
        param: 'subject',
        where: where('Patient', { kind: 'chain', param: 'organization', where: where('Organization', named('renmin')) }),
      },
      'o1',
    ],
    ['a chain under not', 'Observation', { kind: 'not', of: { kind: 'chain', param: 'subject', where: where('Patient') } }, 'o3 o4'],
    ['a chain by id', 'Observation', { kind: 'chain', param: 'subject', where: where('Patient', { kind: 'id', ids: ['c2'] }) }, 'o2'],
    [
      'a chain to what a compartment holds',
      'Observation',
      { kind: 'chain', param: 'subject', where: where('Patient', { kind: 'compartment', name: 'Patient/c2' }) },
      'o2',
    ],
    [
      'a chain beside another condition',
      'Observation',
      { kind: 'all', of: [isToken('code', '1'), { kind: 'chain', param: 'subject', where: where('Patient', named('li')) }] },
      'o2',
    ],
    [
      'reverse finds what is referred to',
      'Patient',
      { kind: 'reverse', param: 'subject', where: where('Observation', isToken('code', '1')) },
      'c1 c2',
    ],
    [
      'reverse by another parameter',
      'Patient',
      { kind: 'reverse', param: 'performer', where: where('Observation', isToken('code', '2')) },
      'c1',
    ],
    [
      'reverse that nothing satisfies',
      'Patient',
      { kind: 'reverse', param: 'subject', where: where('Observation', isToken('code', '2')) },
      '',
    ],
    ['reverse to another type', 'Organization', { kind: 'reverse', param: 'subject', where: where('Observation') }, 'co'],
    [
      'reverse of reverse',
      'Organization',
      {
        kind: 'reverse',
        param: 'organization',
        where: where('Patient', { kind: 'reverse', param: 'subject', where: where('Observation') }),
      },
      'co',
    ],
    [
      'reverse beside another condition',
      'Patient',
      { kind: 'all', of: [named('li'), { kind: 'reverse', param: 'subject', where: where('Observation') }] },
      'c2',
    ],
    [
      'reverse under not',
      'Patient',
      {
        kind: 'all',
        of: [
          { kind: 'id', ids: ['c1', 'c2'] },
          { kind: 'not', of: { kind: 'reverse', param: 'performer', where: where('Observation') } },
        ],
      },
      'c2',
    ],
    ['a compartment', 'Observation', { kind: 'compartment', name: 'Patient/c1' }, 'o1 o2'],
    [
      'a compartment beside another condition',
      'Observation',
      { kind: 'all', of: [{ kind: 'compartment', name: 'Patient/c2' }, isToken('code', '1')] },
      'o2',
    ],
    ['not in a compartment', 'Observation', { kind: 'not', of: { kind: 'compartment', name: 'Patient/c1' } }, 'o3 o4'],
    ['a compartment nobody is in', 'Observation', { kind: 'compartment', name: 'Patient/c' }, ''],
  ];
  test.each(cases)('%s', async (_name, type, predicate, ids) => {
    const expected = ids === '' ? [] : ids.split(' ').map((id) => `${type}/${id}`);
    expect(await found(subject().store, where(type, predicate))).toEqual(expected);
    expect((await subject().store.count(where(type, predicate), {})).total).toBe(expected.length);
  });

  test('a chain to a deleted resource matches nothing, and its own references are gone', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/c9', { entries: [text('name', 'zhao')] })));
    await store.commit(commitOf(write('Observation/o9', { entries: [reference('subject', 'Patient/c9')] })));
    const chain: Predicate = { kind: 'chain', param: 'subject', where: where('Patient', { kind: 'id', ids: ['c9'] }) };
    const reverse: Predicate = { kind: 'reverse', param: 'subject', where: where('Observation', { kind: 'id', ids: ['o9'] }) };
    expect(await found(store, where('Observation', chain))).toEqual(['Observation/o9']);
    expect(await found(store, where('Patient', reverse))).toEqual(['Patient/c9']);
    await store.commit(commitOf(write('Patient/c9', { version: 2, json: null })));
    expect(await found(store, where('Observation', chain))).toEqual([]);
    await store.commit(commitOf(write('Observation/o9', { version: 2, json: null }), write('Patient/c9', { version: 3 })));
    expect(await found(store, where('Patient', reverse))).toEqual([]);
  });

  test('each type is asked by its own predicate, in one order of creation', async () => {
    const asked = [
      { type: 'Observation', predicate: isToken('code', '1') },
      { type: 'Patient', predicate: named('li') },
      { type: 'Organization', predicate: { kind: 'id', ids: ['co'] } as const },
    ];
    const all = ['Patient/c2', 'Organization/co', 'Observation/o1', 'Observation/o2'];
    expect(await found(subject().store, asked)).toEqual(all);
    expect(await found(subject().store, [])).toEqual([]);
    expect(await subject().store.count(asked, {})).toEqual({ total: 4, exact: true });
    expect(await subject().store.find([asked], 3)).toEqual([
      all.slice(0, 3).map((name) => ({ type: name.split('/')[0], id: name.split('/')[1], version: 1 })),
    ]);
  });
}
