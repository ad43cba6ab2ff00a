/** The bench times only right answers: what it would take for one. */
import { describe, expect, test } from '@jest/globals';
import { expectations, PAGE, type SearchCase, wrongAnswer } from '../../bench/cases/expected.js';
import { searchCases } from '../../bench/cases/search.js';
import type { Answer } from '../../bench/client.js';
import { historyOf, type Stored } from '../../bench/visits.js';

const PEOPLE = 30;
const everybody: SearchCase = { name: '', query: () => '', meant: ({ patient }) => [patient], selective: true };
const born: SearchCase = { ...everybody, sort: { by: ({ birthDate }) => String(birthDate), descending: true } };
const patients = Array.from({ length: PEOPLE }, (_, index) => historyOf(index).patient);
const newestFirst = [...patients].sort((a, b) => (a.birthDate < b.birthDate ? 1 : -1));

interface Shown {
  readonly matches?: readonly Stored[];
  readonly included?: readonly Stored[];
  readonly total?: number;
  readonly next?: boolean;
}

function answer({ matches = patients.slice(0, PAGE), included = [], total, next = true }: Shown): Answer {
  const entries = (resources: readonly Stored[], mode: string) => resources.map((resource) => ({ resource, search: { mode } }));
  const body = JSON.stringify({
    resourceType: 'Bundle',
    total,
    link: next ? [{ relation: 'next', url: 'http://127.0.0.1/fhir?_cursor=x' }] : [],
    entry: [...entries(matches, 'match'), ...entries(included, 'include')],
  });
  return { status: 200, head: '', body };
}

const judged = (one: SearchCase, shown: Shown) =>
  wrongAnswer(one, expectations([one], PEOPLE)[0]?.[0] ?? { keys: new Set(), order: [] }, answer(shown));

describe('an answer', () => {
  test('is right when its page is full of matches, whole, with a next page and a true total', () => {
    expect(judged(everybody, {})).toBeUndefined();
    expect(judged(everybody, { total: PEOPLE })).toBeUndefined();
    expect(judged(born, { matches: newestFirst.slice(0, PAGE) })).toBeUndefined();
    expect(judged({ ...everybody, page: 2 }, { matches: patients.slice(PAGE), next: false })).toBeUndefined();
  });

  test.each<[string, SearchCase, Shown, RegExp]>([
    ['has too few', everybody, { matches: patients.slice(0, 3) }, /3 matches/],
    ['has one twice', everybody, { matches: [...patients.slice(1, PAGE), patients[1] as Stored] }, /19 of them different/],
    [
      'has one that is not meant',
      { ...everybody, meant: ({ patient, index }) => (index === 0 ? [] : [patient]) },
      {},
      /Patient\/p0 does not match/,
    ],
    ['has no next page', everybody, { next: false }, /no next page/],
    ['has a total that is not true', everybody, { total: PAGE }, /total of 20 instead of 30/],
    ['has no total where one was asked for', { ...everybody, total: true }, {}, /no total/],
    ['has another order', born, {}, /in the order/],
    ['lacks what comes with it', { ...everybody, included: ({ id }) => [`Basic/${id}`] }, {}, /instead of Basic/],
    ['brings what was not asked for', everybody, { included: [historyOf(0).prescription] }, /with MedicationRequest/],
    [
      'shows a resource that is not as it was stored',
      everybody,
      { matches: [{ ...patients[0], gender: 'other' } as Stored, ...patients.slice(1, PAGE)] },
      /instead of/,
    ],
  ])('is wrong when it %s', (_what, one, shown, sentence) => {
    expect(judged(one, shown)).toMatch(sentence);
  });
});

test('each kind of search finds something among enough people, but for the one that is to find nothing', () => {
  const people = 400;
  const cases = searchCases(people);
  const right = expectations(cases, people);
  const empty = cases.filter((_, at) => right[at]?.every(({ keys }) => keys.size === 0)).map(({ name }) => name);
  expect(empty).toEqual(['no hit']);
});
