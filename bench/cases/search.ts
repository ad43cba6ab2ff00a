/** Searches with one hit, with a page of hits, with a chain, with includes. Source: R4 search.html */
import type { Ask } from '../client.js';
import { observationsEach, person, transactionOf } from '../people.js';
import { type Case, differs, firstWrong, get, pageOf, parsed, type Resource } from './case.js';

/** `people` are in the store as p0 … p(people−1); nothing else bears their names and numbers. */
export function searchCases(people: number): readonly Case[] {
  const any = (n: number) => (n * 7919) % people;
  const patient = (n: number) => `Patient/p${any(n)}`;
  const ofPerson = (n: number) => (resource: Resource) => `${resource.resourceType}/${resource.id.split('-')[0]}`.endsWith(`/p${any(n)}`);
  const family = (name: string) => (resource: Resource) => nameOf(resource) === name;
  return [
    search('identifier, 1 hit', (n) => `Patient?identifier=urn:oid:2.16.156.10011.1.13|MR${any(n)}`, 1, ofPerson),
    search('subject+code, 1 hit', (n) => `Observation?subject=${patient(n)}&code=http://loinc.org|718-7`, 1, ofPerson),
    search('no hit', (n) => `Patient?identifier=urn:oid:2.16.156.10011.1.13|none${n}`, 0, ofPerson),
    codeTwentyHits(),
    search(
      'family, 20 hits',
      () => `Patient?family=${encodeURIComponent('王')}&_count=20`,
      20,
      () => family('王'),
    ),
    search(
      'name by pinyin, 20 hits',
      () => 'Patient?name=zhang&_count=20',
      20,
      () => family('张'),
    ),
    search(
      'birthdate range, 20 hits',
      () => 'Patient?birthdate=ge1960&birthdate=lt1980&_count=20',
      20,
      () => bornBetween('1960', '1980'),
    ),
    newestOfCode(people),
    search('chain on identifier', (n) => `Observation?subject:Patient.identifier=MR${any(n)}`, observationsEach, ofPerson),
    search('_revinclude', (n) => `Patient?_id=p${any(n)}&_revinclude=Observation:subject`, 1 + observationsEach, ofPerson),
  ];
}

const nameOf = (resource: Resource) => (resource.name as readonly { readonly family: string }[] | undefined)?.[0]?.family;

const bornBetween = (from: string, to: string) => (resource: Resource) =>
  String(resource.birthDate) >= from && String(resource.birthDate) < to;

/** Just so many, each of them one that is meant, none twice. */
function search(name: string, query: (n: number) => string, hits: number, meant: (n: number) => (resource: Resource) => boolean): Case {
  const request = (n: number) => get(query(n));
  const wrong = (ask: Ask) =>
    firstWrong(ask, [0, 1, 2].map(request), 200, (answer, nth) => {
      const { resources } = pageOf(answer);
      const distinct = new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id}`)).size;
      if (resources.length !== hits || distinct !== hits) return `${distinct} different resources instead of ${hits}`;
      const stranger = resources.find((resource) => !meant(nth)(resource));
      return stranger === undefined ? undefined : `${stranger.resourceType}/${stranger.id} is not among those asked for`;
    });
  return { name, status: 200, request, wrong };
}

/** A page as the store keeps its resources, whole. */
export function codeTwentyHits(): Case {
  const request = () => get('Observation?code=http://loinc.org|2345-7&_count=20');
  const wrong = (ask: Ask) =>
    firstWrong(ask, [request()], 200, (answer) => {
      const { resources, hasNext } = pageOf(answer);
      if (resources.length !== 20 || !hasNext)
        return `${resources.length} resources ${hasNext ? 'and' : 'without'} a next page instead of 20`;
      const differing = resources.map((found) => {
        const [, index = '', nth = ''] = /^p(\d+)-o(\d+)$/.exec(found.id) ?? [];
        const expected = person(Number(index)).observations[Number(nth)];
        return nth === '1' && expected !== undefined ? differs(found, expected) : `${found.id} has another code`;
      });
      return differing.find((one) => one !== undefined);
    });
  return { name: 'search by code, 20 hits', status: 200, request, wrong };
}

function newestOfCode(people: number): Case {
  const request = () => get('Observation?code=http://loinc.org|718-7&_sort=-date&_count=20');
  const wrong = (ask: Ask) => {
    const dates = Array.from({ length: people }, (_, index) => person(index).observations[0]?.effectiveDateTime ?? '');
    const expected = dates.sort().reverse().slice(0, 20).join();
    return firstWrong(ask, [request()], 200, (answer) => {
      const found = pageOf(answer)
        .resources.map(({ effectiveDateTime }) => effectiveDateTime)
        .join();
      return found === expected ? undefined : `dates ${found} instead of ${expected}`;
    });
  };
  return { name: 'code sorted by date, 20 hits', status: 200, request, wrong };
}

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
