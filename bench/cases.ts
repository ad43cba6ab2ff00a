/** What is measured: each case asks once whether the answer is right before it is timed. */
import type { Request } from './client.js';
import { person, transactionOf } from './people.js';

export interface Case {
  readonly name: string;
  readonly group: 'rest' | 'search' | 'import';
  readonly connections: number;
  /** The nth request; undefined ends the case. */
  next(n: number): Request | undefined;
  /** What is wrong with an answer to the first request, if anything. */
  wrong?(body: string): string | undefined;
  /** Resources per request, where they are what counts. */
  readonly resources?: number;
}

const atOnce = 16;
const json = (value: object) => JSON.stringify(value);
const get = (path: string): Request => ({ method: 'GET', path: `/fhir/${path}` });

/** A searchset with so many entries. */
const holds = (count: number) => (body: string) => {
  const found = (JSON.parse(body) as { entry?: unknown[] }).entry?.length ?? 0;
  return found === count ? undefined : `${found} entries instead of ${count}`;
};
const some = (body: string) => (body.includes('"entry"') ? undefined : 'nothing found');

/** `people` are in the store already as p0 … p(people−1), with five observations each. */
export function cases(people: number): readonly Case[] {
  const any = (n: number) => (n * 7919) % people;
  return [
    {
      name: 'read Patient',
      group: 'rest',
      connections: atOnce,
      next: (n) => get(`Patient/p${any(n)}`),
      wrong: (body) => (body.includes('"Patient"') ? undefined : body),
    },
    {
      name: 'create Patient',
      group: 'rest',
      connections: atOnce,
      next: (n) => ({ method: 'POST', path: '/fhir/Patient', body: json(person(1_000_000 + n).patient) }),
    },
    {
      name: 'create Observation',
      group: 'rest',
      connections: atOnce,
      next: (n) => ({ method: 'POST', path: '/fhir/Observation', body: json(person(any(n)).observations[n % 5] ?? {}) }),
    },
    {
      name: 'update Patient',
      group: 'rest',
      connections: atOnce,
      next: (n) => ({
        method: 'PUT',
        path: `/fhir/Patient/p${any(n)}`,
        body: json({ ...person(any(n)).patient, id: `p${any(n)}`, active: n % 2 === 0 }),
      }),
    },
    {
      name: 'identifier, 1 hit',
      group: 'search',
      connections: atOnce,
      next: (n) => get(`Patient?identifier=urn:oid:2.16.156.10011.1.13|MR${any(n)}`),
      wrong: holds(1),
    },
    {
      name: 'subject+code, 1 hit',
      group: 'search',
      connections: atOnce,
      next: (n) => get(`Observation?subject=Patient/p${any(n)}&code=http://loinc.org|718-7`),
      wrong: some,
    },
    {
      name: 'code, 20 hits',
      group: 'search',
      connections: atOnce,
      next: () => get('Observation?code=http://loinc.org|2345-7&_count=20'),
      wrong: holds(20),
    },
    {
      name: 'family 王, 20 hits',
      group: 'search',
      connections: atOnce,
      next: () => get(`Patient?family=${encodeURIComponent('王')}&_count=20`),
      wrong: holds(20),
    },
    {
      name: 'name by pinyin, 20 hits',
      group: 'search',
      connections: atOnce,
      next: () => get('Patient?name=zhang&_count=20'),
      wrong: holds(20),
    },
    {
      name: 'birthdate range, 20 hits',
      group: 'search',
      connections: atOnce,
      next: () => get('Patient?birthdate=ge1960&birthdate=lt1980&_count=20'),
      wrong: holds(20),
    },
    {
      name: 'code sorted by date, 20',
      group: 'search',
      connections: atOnce,
      next: () => get('Observation?code=http://loinc.org|718-7&_sort=-date&_count=20'),
      wrong: holds(20),
    },
    {
      name: 'chain on name, 20 hits',
      group: 'search',
      connections: atOnce,
      next: (n) => get(`Observation?subject:Patient.identifier=MR${any(n)}`),
      wrong: some,
    },
    {
      name: '_revinclude',
      group: 'search',
      connections: atOnce,
      next: (n) => get(`Patient?_id=p${any(n)}&_revinclude=Observation:subject`),
      wrong: some,
    },
    {
      name: 'transaction of 102',
      group: 'import',
      connections: 8,
      resources: 102,
      next: (n) => ({ method: 'POST', path: '/fhir', body: transactionOf(2_000_000 + n * 17, 17) }),
      wrong: (body) => (body.includes('transaction-response') ? undefined : body.slice(0, 300)),
    },
  ];
}
