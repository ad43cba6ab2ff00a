/** Puts people into a server, by transactions, a bounded time long, and shows how far it has come. */
import { askAt, type Target, wire } from './client.js';
import { drive } from './drive.js';
import { resourcesEach, transactionOf } from './people.js';
import { progress } from './progress.js';

const PEOPLE_AT_ONCE = 20;
const CONNECTIONS = 4;

export interface Filling {
  readonly people: number;
  /** Minutes it may take. */
  readonly patience: number;
  readonly token?: string;
}

/** Throws where the server refuses, or has not taken all when its time is up. */
export async function fill(server: Target & { readonly name: string }, { people, patience, ...authorized }: Filling): Promise<void> {
  const tell = progress(`filling ${server.name}`, people * resourcesEach);
  const transactions = Math.ceil(people / PEOPLE_AT_ONCE);
  let sent = 0;
  const next = (n: number) => {
    if (n >= transactions) return undefined;
    const first = n * PEOPLE_AT_ONCE;
    tell.done(Math.max(0, first - CONNECTIONS * PEOPLE_AT_ONCE) * resourcesEach);
    sent = n + 1;
    return wire({ ...authorized, method: 'POST', path: '/fhir', body: transactionOf(first, Math.min(PEOPLE_AT_ONCE, people - first)) });
  };
  const load = { connections: CONNECTIONS, milliseconds: patience * 60_000, next, good: (status: number) => status === 200 };
  const { errors, requests } = await drive(server, load).finally(tell.end);
  if (errors > 0) {
    const { body } = await askAt(server)({ ...authorized, method: 'POST', path: '/fhir', body: transactionOf(0, 1) });
    throw new Error(`${errors} of ${requests} transactions were refused while filling ${server.name}: ${body.slice(0, 500)}`);
  }
  if (sent < transactions)
    throw new Error(`${server.name} took ${sent} of ${transactions} transactions in ${patience} minutes; --patience gives it more`);
}
