/** Resources, and what searches find among them: in both stores and in memory alike. */
import { describe, expect, test } from '@jest/globals';
import { unrestricted } from '../../src/access/access.js';
import type { JsonObject } from '../../src/model/json.js';
import { stringifyJson } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import type { Candidate } from '../../src/search/search.js';
import type { Where } from '../../src/store/port.js';
import { stores } from '../stores.js';
import { filledStore } from './filled-store.js';
import { parametersOf, search } from './fixture.js';

/** A query and the ids it finds, in the order of the resources. */
export type Case = readonly [query: string, found: string];

/** A resource as JSON text keeps the digits of its decimals. */
export function describeFinding(what: string, resources: readonly (object | string)[], cases: readonly Case[]): void {
  const parsed = resources.map((one) => parseJson(typeof one === 'string' ? one : JSON.stringify(one)) as JsonObject as Resource);
  const all = parsed.map((resource, at): Candidate => {
    const { entries, compartments } = search.extract(resource);
    return { type: resource.resourceType, id: resource.id ?? '', lastUpdated: at + 1, entries, compartments };
  });
  const writes = parsed.map((resource, at) => {
    const { resourceType: type, id = '' } = resource;
    const version = { type, id, version: 1, lastUpdated: at + 1, method: 'PUT' as const, json: Buffer.from(stringifyJson(resource)) };
    return { version, replaces: 0, ...search.extract(resource) };
  });
  const planned = (query: string) => {
    const mark = query.indexOf('?');
    return search.plan([query.slice(0, mark)], parametersOf(query.slice(mark + 1)), unrestricted);
  };
  const inMemory = async (where: Where): Promise<readonly Candidate[]> => {
    const found: Candidate[] = [];
    for (const candidate of all) if (await search.matches(where, candidate, inMemory)) found.push(candidate);
    return found;
  };

  describe.each(stores)(`${what} in $name`, ({ open }) => {
    const store = filledStore(open, search.layout, writes);

    test.each(cases)('%s finds [%s]', async (query, expected) => {
      const plan = planned(query);
      const { matches } = await search.run(store(), plan, unrestricted);
      const found = matches.map(({ id }) => id).join(' ');
      const judged = (await inMemory(plan.where)).map(({ id }) => id).join(' ');
      expect([found, judged]).toEqual([expected, expected]);
    });
  });
}
