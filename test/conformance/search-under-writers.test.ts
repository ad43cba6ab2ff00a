/**
 * All pages of a search, forwards and backwards, while others insert, update and delete: what was there throughout is met once, whatever
 * is written. One whose own sort value changes is excepted. Source: R4 http.html#paging, search.html#count
 */
import { describe, expect, test } from '@jest/globals';
import type { Bundle, Observation } from 'fhir/r4.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

/** There throughout; of others as many are deleted on the way, and more come. */
const STAYING = 20;
const COUNT = 4;

interface Walk {
  readonly sort: string;
  /** Those that stay are written anew meanwhile, their sort values left as they are. */
  readonly touched: boolean;
}

const walks: readonly Walk[] = [
  { sort: '', touched: true },
  { sort: '-date', touched: true },
  { sort: 'value-quantity', touched: true },
  { sort: 'status,-date', touched: true },
  { sort: '-subject', touched: true },
  { sort: '-_lastUpdated', touched: false },
];

function observation(id: string, group: string, n: number, note: string): Observation {
  return {
    resourceType: 'Observation',
    id,
    status: (['final', 'amended', 'preliminary'] as const)[n % 3] ?? 'final',
    code: { coding: [{ system: 'http://example.org/groups', code: group }] },
    // Ties, and some without: both must be walked over.
    ...(n % 5 === 0 ? {} : { effectiveDateTime: `2024-01-${String(1 + (n % 7)).padStart(2, '0')}` }),
    ...(n % 4 === 0 ? {} : { valueQuantity: { value: n % 9 } }),
    ...(n % 6 === 0 ? {} : { subject: { reference: `Patient/p${n % 4}` } }),
    note: [{ text: note }],
  };
}

describe.each(stores)('Pages under writers on $name', ({ open }) => {
  const server = serverOn(open);
  const put = (resource: Observation) => server.ask('PUT', `/Observation/${resource.id}`, resource);
  const link = (bundle: Bundle, relation: string) => bundle.link?.find((one) => one.relation === relation)?.url;

  test.each(walks.map((walk, at) => ({ ...walk, at })))('sorted by "$sort"', async ({ sort, touched, at }) => {
    const group = `walk-${at}`;
    const [stays, goes] = [(n: number) => `${group}-stays-${n}`, (n: number) => `${group}-goes-${n}`];
    const entry = Array.from({ length: STAYING }, (_none, n) => [
      observation(stays(n), group, n, 'first'),
      observation(goes(n), group, n + 1, 'first'),
    ])
      .flat()
      .map((resource) => ({ resource, request: { method: 'PUT', url: `Observation/${resource.id}` } }));
    expect((await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(200);

    let turn = 0;
    /** Before, behind and within what has been walked. */
    const write = async (): Promise<readonly number[]> => {
      const n = turn++;
      const made = await Promise.all([
        put(observation(`${group}-a-new-${n}`, group, n, 'new')),
        put(observation(`${group}-z-new-${n}`, group, n + 3, 'new')),
        ...(touched ? [n, n + 7].map((one) => put(observation(stays(one % STAYING), group, one % STAYING, `turn ${n}`))) : []),
        server.ask('DELETE', `/Observation/${goes((n * 7) % STAYING)}`),
      ]);
      return made.map(({ status }) => status);
    };
    const read = async (url: string): Promise<Bundle> => {
      const [answer, statuses] = await Promise.all([server.ask('GET', url), write()]);
      expect(answer.status).toBe(200);
      expect(statuses.filter((status) => status >= 300)).toEqual([]);
      return answer.body as Bundle;
    };
    const staying = (bundles: readonly Bundle[]) =>
      bundles
        .flatMap(({ entry: entries = [] }) => entries.map(({ resource }) => resource?.id ?? ''))
        .filter((id) => id.includes('-stays-'));
    const all = Array.from({ length: STAYING }, (_none, n) => stays(n)).sort();
    /** From a page to the end of its links; writers add without end, so those that stay are counted and not the pages. */
    const walk = async (from: Bundle, relation: string): Promise<readonly Bundle[]> => {
      const pages = [from];
      for (let url = link(from, relation); url !== undefined; ) {
        const page = await read(url);
        pages.push(page);
        if (pages.length > 400) throw new Error('the walk does not end');
        url = link(page, relation);
      }
      return pages;
    };

    const first = await read(`/Observation?code=${group}&_count=${COUNT}${sort === '' ? '' : `&_sort=${sort}`}`);
    const forwards = await walk(first, 'next');
    expect(staying(forwards).sort()).toEqual(all);
    const backwards = await walk(forwards.at(-1) ?? first, 'previous');
    expect(staying(backwards).sort()).toEqual(all);
    expect(backwards.length).toBeGreaterThan(STAYING / COUNT);
  });
});
