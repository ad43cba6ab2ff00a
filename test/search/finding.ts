/** Resources, and what searches find among them: in both stores and in memory alike. */
import { describe, expect, test } from '@jest/globals';
import { unrestricted } from '../../src/access/access.js';
import type { JsonObject } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { stores } from '../stores.js';
import { filledStore, heldResources } from './filled-store.js';
import { parametersOf, search } from './fixture.js';

/** A query and the ids it finds, in the order of the resources. */
export type Case = readonly [query: string, found: string];

/** A resource as JSON text keeps the digits of its decimals. */
export function describeFinding(what: string, resources: readonly (object | string)[], cases: readonly Case[]): void {
  const parsed = resources.map((one) => parseJson(typeof one === 'string' ? one : JSON.stringify(one)) as JsonObject as Resource);
  const { writes, inMemory } = heldResources(search, parsed);
  const planned = (query: string) => {
    const mark = query.indexOf('?');
    return search.plan([query.slice(0, mark)], parametersOf(query.slice(mark + 1)), unrestricted);
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
