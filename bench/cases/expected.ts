/**
 * The right answers to searches, found by looking at every one of the invented people: no index, no store. What an answer must be:
 * only matches, none twice, as many as have room on the page, in their order, whole, with what belongs to them.
 */
import type { Answer } from '../client.js';
import { type History, historyOf, resourcesOf, type Stored } from '../visits.js';
import { differs, type Page, pageOf } from './case.js';

export interface SearchCase {
  readonly name: string;
  /** The nth search, after the base. */
  query(n: number): string;
  /** What of one person the nth search asks for. */
  meant(of: History, n: number): readonly Stored[];
  readonly sort?: { readonly by: (resource: Stored) => string; readonly descending: boolean };
  /** The total is asked for, and has to be exact. */
  readonly total?: true;
  /** Which page is looked at; the way to it is walked before. */
  readonly page?: number;
  /** `Type/id` of what comes with a match. */
  readonly included?: (match: Stored) => readonly string[];
  /** How many it finds does not depend on how many people there are, but for a page that is full. */
  readonly selective: boolean;
}

export const PAGE = 20;
/** Searches of each case whose answers are looked at. */
export const CHECKED = 3;

export interface Expected {
  readonly keys: ReadonlySet<string>;
  /** Sort values of all, in order; empty where no order is asked for. */
  readonly order: readonly string[];
}

const keyOf = ({ resourceType, id }: Stored) => `${resourceType}/${id}`;

/** For each case the answers to its first searches. */
export function expectations(cases: readonly SearchCase[], people: number): readonly (readonly Expected[])[] {
  const found = cases.map(() => Array.from({ length: CHECKED }, () => ({ keys: new Set<string>(), order: [] as string[] })));
  for (let index = 0; index < people; index++) {
    const history = historyOf(index);
    for (const [at, one] of cases.entries()) for (const [n, into] of (found[at] ?? []).entries()) add(one, history, n, into);
  }
  for (const [at, { sort }] of cases.entries()) {
    for (const { order } of found[at] ?? []) {
      order.sort();
      if (sort?.descending) order.reverse();
    }
  }
  return found;
}

function add({ meant, sort }: SearchCase, history: History, n: number, { keys, order }: { keys: Set<string>; order: string[] }): void {
  for (const resource of meant(history, n)) {
    keys.add(keyOf(resource));
    if (sort !== undefined) order.push(sort.by(resource));
  }
}

/** What is wrong with an answer to the nth search of a case. */
export function wrongAnswer(one: SearchCase, expected: Expected, answer: Answer): string | undefined {
  if (answer.status !== 200) return `${answer.status}: ${answer.body.slice(0, 300)}`;
  const page = pageOf(answer);
  return wrongMatches(one, expected, page) ?? wrongIncluded(one, page) ?? wrongText(page.matches);
}

function wrongMatches({ sort, total, page = 1 }: SearchCase, { keys, order }: Expected, found: Page): string | undefined {
  const before = (page - 1) * PAGE;
  const wanted = Math.max(0, Math.min(PAGE, keys.size - before));
  const distinct = new Set(found.matches.map(keyOf));
  if (found.matches.length !== wanted || distinct.size !== wanted)
    return `${found.matches.length} matches, ${distinct.size} of them different, instead of ${wanted}`;
  const stranger = [...distinct].find((key) => !keys.has(key));
  if (stranger !== undefined) return `${stranger} does not match`;
  const more = keys.size > before + wanted;
  if ((found.next !== undefined) !== more)
    return more ? 'no next page, and there are more matches' : 'a next page, and there are no more matches';
  if (total && found.total === undefined) return 'no total';
  if (found.total !== undefined && found.total !== keys.size) return `a total of ${found.total} instead of ${keys.size}`;
  if (sort === undefined) return undefined;
  const [shown, right] = [found.matches.map(sort.by), order.slice(before, before + wanted)];
  return shown.join() === right.join() ? undefined : `in the order ${shown.join()} instead of ${right.join()}`;
}

function wrongIncluded({ included }: SearchCase, { matches, others }: Page): string | undefined {
  const own = new Set(matches.map(keyOf));
  const wanted = [...new Set(included === undefined ? [] : matches.flatMap(included))].filter((key) => !own.has(key)).sort();
  const shown = others.map(keyOf).sort();
  return shown.join() === wanted.join() ? undefined : `with ${shown.join()} instead of ${wanted.join()}`;
}

function wrongText(matches: readonly Stored[]): string | undefined {
  for (const found of matches) {
    const history = historyOf(Number(/^p(\d+)/.exec(found.id)?.[1]));
    const expected = resourcesOf(history).find((one) => keyOf(one) === keyOf(found));
    const wrong = expected === undefined ? `${keyOf(found)} is not known` : differs(found, expected);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
