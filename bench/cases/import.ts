/** Transactions of many resources. Source: R4 http.html#transaction */
import type { Ask } from '../client.js';
import { observationsEach, person, transactionOf } from '../people.js';
import { type Case, differs, firstWrong, get, parsed } from './case.js';

/** Of a transaction. */
const PEOPLE_AT_ONCE = 10;

export function importCases(): readonly Case[] {
  const resources = PEOPLE_AT_ONCE * (1 + observationsEach);
  const request = (n: number) => ({ method: 'POST', path: '/fhir', body: transactionOf(20_000_000 + n * PEOPLE_AT_ONCE, PEOPLE_AT_ONCE) });
  const wrong = (ask: Ask) =>
    firstWrong(ask, [request(0)], 200, async (answer) => {
      const { entry = [] } = (parsed(answer) ?? {}) as { entry?: readonly { readonly response?: { readonly status?: string } }[] };
      const made = entry.filter(({ response }) => response?.status?.startsWith('201') === true).length;
      if (made !== resources) return `${made} created instead of ${resources}`;
      const { patient } = person(20_000_000);
      return firstWrong(ask, [get(`Patient/${patient.id}`)], 200, (one) => differs(parsed(one), patient));
    });
  return [{ name: `transaction of ${resources}`, status: 200, resources, once: true, request, wrong }];
}
