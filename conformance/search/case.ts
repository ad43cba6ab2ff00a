/**
 * The cases of the search suite: each asks one or a few searches over the same given resources. They are written shorter than those of
 * rest/ and become such ones here. The format is described in conformance/README.md.
 */
import { readCases, readData } from '../data.js';
import type { Case, Expectation, Found, Step } from '../rest/case.js';

/** One search and what it must give. */
interface Ask extends Found {
  /** What follows the base, of a search by GET. Characters that a URL must not have are encoded when it is sent. */
  readonly get?: string;
  /** What follows the base, of a search by POST; the form is its body. */
  readonly post?: string;
  readonly form?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  /** 200 unless said otherwise. */
  readonly status?: Expectation['status'];
  readonly outcome?: Expectation['outcome'];
  /** The parameter that the refusal names. */
  readonly expression?: string;
  /** The matches of each page in order, walked by the next links. */
  readonly pages?: readonly (readonly string[])[];
  /** The pages are also walked back from the last by the previous links. */
  readonly back?: true;
  readonly fhirpath?: readonly string[];
  readonly as?: string;
  /** Not narrowed to the given resources on a server that has others. */
  readonly whole?: true;
}

interface SearchCase extends Ask, Omit<Case, 'steps' | 'given'> {
  /** Numbers in the list of what servers miss, which is the project's own. */
  readonly edges?: readonly number[];
  /** Several searches instead of one. */
  readonly asks?: readonly Ask[];
}

/** By which the given resources are told from others. */
export const givenTag = { system: 'http://lianyi.cn/fhir/conformance', code: 'search' };

/** `apart`: the server may hold other resources; every search is then narrowed to the given ones. */
export function loadSearchCases({ apart }: { readonly apart: boolean }): readonly Case[] {
  return readCases<SearchCase>('search/cases').map((one) => ({
    id: one.id,
    source: one.source,
    title: one.title,
    ...(one.choice === undefined ? {} : { choice: one.choice }),
    ...(one.claimed === undefined ? {} : { claimed: one.claimed }),
    steps: (one.asks ?? [one]).flatMap((ask) => stepsOf(ask, apart)),
  }));
}

/** The numbers that the cases name. */
export function edgesCovered(): ReadonlySet<number> {
  return new Set(readCases<SearchCase>('search/cases').flatMap(({ edges = [] }) => edges));
}

/** A search that reads something from end to end in some stores, and why it may. */
export interface Scan {
  /** Of the case that asks it. */
  readonly id: string;
  readonly stores: readonly string[];
  readonly reason: string;
}

export function loadScans(): readonly Scan[] {
  return readData('search/scans.json') as unknown as readonly Scan[];
}

function stepsOf(ask: Ask, apart: boolean): readonly Step[] {
  const narrow = apart && ask.whole !== true ? `_tag=${givenTag.system}|${givenTag.code}` : undefined;
  const first = { ...requestOf(ask, narrow), ...(ask.as === undefined ? {} : { as: ask.as }) };
  if (ask.pages !== undefined) return walkOf(ask, first, ask.pages);
  return [{ ...first, expect: expectationOf(ask) }];
}

function requestOf({ get, post, form = '', headers = {} }: Ask, narrow: string | undefined): Step {
  if (get !== undefined) {
    const joined = narrow === undefined ? get : `${get}${get.includes('?') ? '&' : '?'}${narrow}`;
    return { request: `GET ${joined}`, headers };
  }
  const body = narrow === undefined ? form : `${form}${form === '' ? '' : '&'}${narrow}`;
  return { request: `POST ${post}`, headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers }, body };
}

function expectationOf(ask: Ask): Expectation {
  const { matches, inOrder, included, total, self, status = 200, outcome, expression, fhirpath = [] } = ask;
  const asksFound = matches !== undefined || included !== undefined || total !== undefined || self !== undefined;
  const named = expression === undefined ? [] : [`OperationOutcome.issue.expression.where($this = '${expression}').exists()`];
  return {
    status,
    ...(outcome === undefined ? {} : { outcome }),
    ...(asksFound ? { found: { matches, inOrder, included, total, self } } : {}),
    fhirpath: [...fhirpath, ...named],
  };
}

const link = (relation: string) => `Bundle.link.where(relation = '${relation}')`;
/** Source: R4 http.html#paging names it previous; some servers say prev, the name of RFC 8288. */
const previous = "Bundle.link.where(relation = 'previous' or relation = 'prev')";

function walkOf(ask: Ask, first: Step, pages: readonly (readonly string[])[]): readonly Step[] {
  const expect = (matches: readonly string[], at: number): Expectation => ({
    ...expectationOf({ ...ask, matches, inOrder: ask.inOrder ?? true }),
    fhirpath: [...(ask.fhirpath ?? []), at === pages.length - 1 ? `${link('next')}.empty()` : `${link('next')}.exists()`],
  });
  const onward = pages.map((matches, at): Step => {
    const step = at === 0 ? first : { request: `GET {{page ${at - 1}: ${link('next')}.url}}` };
    return { ...step, as: `page ${at}`, expect: expect(matches, at) };
  });
  if (ask.back !== true) return onward;
  const backward = pages.slice(0, -1).map((_matches, before): Step => {
    const at = pages.length - 2 - before;
    const from = before === 0 ? `page ${at + 1}` : `back ${at + 1}`;
    return { request: `GET {{${from}: ${previous}.url}}`, as: `back ${at}`, expect: expect(pages[at] ?? [], at) };
  });
  return [...onward, ...backward];
}
