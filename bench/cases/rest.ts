/** The interactions of the REST interface. Source: R4 http.html */
import type { Ask, Request } from '../client.js';
import { person } from '../people.js';
import { type Case, differs, firstWrong, get, pageOf, parsed, type Resource, send } from './case.js';

/** Persons with a history, and how long it is. */
const REMEMBERED = 20;
const VERSIONS = 20;

/** `people` are in the store as p0 … p(people−1), each once written. The cases that write come after those that count on it. */
export function restCases(people: number): readonly Case[] {
  const any = (n: number) => (n * 7919) % people;
  return [read(any), vread(), historyPage(), codeTwentyHits(), update(any), patch(any), createPatient(), createObservation(any)];
}

const few = [0, 1, 2];

/** What most servers are asked for most of the time: of ten requests seven reads, two searches and one update. */
export function mixedCase(people: number): Case {
  const any = (n: number) => (n * 7919) % people;
  const [reading, searching, updating] = [read(any), codeTwentyHits(), update(any)];
  const turn = (n: number) =>
    [reading, reading, searching, reading, reading, updating, reading, searching, reading, reading][n % 10] ?? reading;
  return {
    name: '7 reads, 2 searches of 20 hits, 1 update',
    status: 200,
    request: (n) => turn(n).request(n),
    wrong: async (ask) => (await reading.wrong(ask)) ?? (await searching.wrong(ask)) ?? (await updating.wrong(ask)),
  };
}

/** Those that need no history, for who compares how they are let in. */
export function readingCases(people: number): readonly Case[] {
  return [read((n) => (n * 7919) % people), codeTwentyHits()];
}

function read(any: (n: number) => number): Case {
  const request = (n: number) => get(`Patient/p${any(n)}`);
  const wrong = (ask: Ask) => firstWrong(ask, few.map(request), 200, (answer, nth) => differs(parsed(answer), person(any(nth)).patient));
  return { name: 'read Patient', status: 200, request, wrong };
}

/** The nth version of a person of whom there are many; the first is what the store was filled with. */
function versionOf(index: number, version: number): Resource {
  const { patient } = person(index);
  return version === 1 ? patient : { ...patient, active: version % 2 === 0, multipleBirthInteger: version };
}

async function remember(ask: Ask): Promise<string | undefined> {
  const updates: Request[] = [];
  for (let index = 0; index < REMEMBERED; index++) {
    const { body } = await ask(get(`Patient/p${index}/_history?_summary=count`));
    if ((JSON.parse(body) as { total?: number }).total === VERSIONS) continue;
    for (let version = 2; version <= VERSIONS; version++) updates.push(send('PUT', `Patient/p${index}`, versionOf(index, version)));
  }
  return firstWrong(ask, updates, 200, () => undefined);
}

function vread(): Case {
  const place = (n: number) => ({ index: n % REMEMBERED, version: 1 + (n % (VERSIONS - 1)) });
  const request = (n: number) => get(`Patient/p${place(n).index}/_history/${place(n).version}`);
  const wrong = async (ask: Ask) =>
    (await remember(ask)) ??
    firstWrong(ask, few.map(request), 200, (answer, nth) => differs(parsed(answer), versionOf(place(nth).index, place(nth).version)));
  return { name: 'vread Patient, superseded', status: 200, request, wrong };
}

/** A page as the store keeps its resources, whole. */
function codeTwentyHits(): Case {
  const request = () => get('Observation?code=http://loinc.org|2345-7&_count=20');
  const wrong = (ask: Ask) =>
    firstWrong(ask, [request()], 200, (answer) => {
      const { resources, next } = pageOf(answer);
      if (resources.length !== 20 || next === undefined)
        return `${resources.length} resources ${next === undefined ? 'without' : 'and'} a next page instead of 20`;
      const differing = resources.map((found) => {
        const [, index = '', nth = ''] = /^p(\d+)-o(\d+)$/.exec(found.id) ?? [];
        const expected = person(Number(index)).observations[Number(nth)];
        return nth === '1' && expected !== undefined ? differs(found, expected) : `${found.id} has another code`;
      });
      return differing.find((one) => one !== undefined);
    });
  return { name: 'search by code, 20 hits', status: 200, request, wrong };
}

function historyPage(): Case {
  const request = (n: number) => get(`Patient/p${n % REMEMBERED}/_history?_count=${VERSIONS}`);
  const wrong = async (ask: Ask) =>
    (await remember(ask)) ??
    firstWrong(ask, few.map(request), 200, (answer, nth) => {
      const { resources } = pageOf(answer);
      if (resources.length !== VERSIONS) return `${resources.length} versions instead of ${VERSIONS}`;
      return resources.map((found, at) => differs(found, versionOf(nth, VERSIONS - at))).find((one) => one !== undefined);
    });
  return { name: `history page, ${VERSIONS} versions`, status: 200, request, wrong };
}

/** What was sent is what is read afterwards. */
const kept = (ask: Ask, path: string, expected: Resource, assigned: boolean) =>
  firstWrong(ask, [get(path)], 200, (answer) => differs(parsed(answer), expected, assigned));

function update(any: (n: number) => number): Case {
  const sent = (n: number): Resource => ({ ...person(any(n)).patient, active: n % 3 === 0, multipleBirthInteger: n });
  const request = (n: number) => send('PUT', `Patient/p${any(n)}`, sent(n));
  const wrong = (ask: Ask) =>
    firstWrong(
      ask,
      few.map(request),
      200,
      (answer, nth) => differs(parsed(answer), sent(nth)) ?? kept(ask, `Patient/p${any(nth)}`, sent(nth), false),
    );
  return { name: 'update Patient', status: 200, request, wrong };
}

function patch(any: (n: number) => number): Case {
  const birthDate = (n: number) => `19${10 + (n % 90)}-01-01`;
  const request = (n: number): Request => ({
    method: 'PATCH',
    path: `/fhir/Patient/p${any(n)}`,
    body: JSON.stringify([{ op: 'replace', path: '/birthDate', value: birthDate(n) }]),
    contentType: 'application/json-patch+json',
  });
  const wrong = (ask: Ask) =>
    firstWrong(ask, few.map(request), 200, async (answer, nth) => {
      const { active, multipleBirthInteger, ...rest } = parsed(answer) as Resource;
      const { active: _, ...expected } = person(any(nth)).patient;
      return (
        differs(rest, { ...expected, birthDate: birthDate(nth) }) ?? kept(ask, `Patient/p${any(nth)}`, parsed(answer) as Resource, false)
      );
    });
  return { name: 'patch Patient', status: 200, request, wrong };
}

function created(name: string, type: string, sent: (n: number) => Resource): Case {
  const request = (n: number) => send('POST', type, sent(n));
  const wrong = (ask: Ask) =>
    firstWrong(ask, few.map(request), 201, (answer, nth) => {
      const { id } = (parsed(answer) ?? {}) as Partial<Resource>;
      return differs(parsed(answer), sent(nth), true) ?? kept(ask, `${type}/${id}`, sent(nth), true);
    });
  return { name, status: 201, request, wrong };
}

const createPatient = () => created('create Patient', 'Patient', (n) => person(10_000_000 + n).patient);

const createObservation = (any: (n: number) => number) =>
  created('create Observation', 'Observation', (n) => {
    const { observations } = person(any(n));
    return observations[n % observations.length] as Resource;
  });
