/** Whether all that was imported is there, and nothing twice. */
import { pageOf, parsed } from './cases/case.js';
import { type Ask, askAt, type Target } from './client.js';
import { commonOrganization, commonPractitioner, commons, registered } from './import-bundles.js';
import { doctors, historyOf, hospitals, resourcesOf } from './visits.js';

/** What was sent and answered with 200. */
export interface Imported {
  /** Numbers of people, half-open ranges. */
  readonly people: readonly (readonly [first: number, end: number])[];
  /** Bundles with what they have in common, by round. */
  readonly withCommons: ReadonlyMap<number, number>;
}

/** A sentence for each thing that is not as it should be. */
export async function account(target: Target, imported: Imported): Promise<readonly string[]> {
  const ask = askAt(target);
  return [...(await wrongCounts(ask, imported)), ...(await wrongPeople(ask, imported)), ...(await wrongCommons(ask, imported))];
}

async function wrongCounts(ask: Ask, { people, withCommons }: Imported): Promise<readonly string[]> {
  const persons = people.reduce((sum, [first, end]) => sum + end - first, 0);
  const expected = new Map([
    ['Practitioner', doctors + withCommons.size * commons.ofPractitioners],
    ['Organization', hospitals + withCommons.size * commons.ofOrganizations],
  ]);
  for (const { resourceType } of resourcesOf(historyOf(0))) expected.set(resourceType, (expected.get(resourceType) ?? 0) + persons);
  const wrong: string[] = [];
  for (const [type, count] of expected) {
    const found = await total(ask, `${type}?_summary=count`);
    if (found !== count) wrong.push(`${found} of type ${type} instead of ${count}`);
  }
  return wrong;
}

/** A Bundle is there as a whole, so that its patients speak for it. */
async function wrongPeople(ask: Ask, { people }: Imported): Promise<readonly string[]> {
  const seen = new Map<string, number>();
  for (let next: string | undefined = '/fhir/Patient?_elements=identifier&_count=1000'; next !== undefined; ) {
    const page = pageOf(await ask({ method: 'GET', path: next }));
    for (const { identifier } of page.matches) {
      const numbers = (identifier as readonly { readonly value: string }[]).filter(({ value }) => value.startsWith('MR'));
      for (const { value } of numbers) seen.set(value, (seen.get(value) ?? 0) + 1);
    }
    next = page.next?.replace(/^https?:\/\/[^/]+/, '');
  }
  const wrong: string[] = [];
  for (const [first, end] of people) {
    for (let index = first; index < end; index++) {
      const times = seen.get(`MR${index}`) ?? 0;
      if (times !== 1) wrong.push(`person ${index} is there ${times} times`);
    }
  }
  return wrong.slice(0, 5);
}

async function wrongCommons(ask: Ask, { withCommons }: Imported): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [round, bundles] of withCommons) {
    for (let at = 0; at < commons.ofPractitioners; at++) {
      const name = commonPractitioner(round, at);
      const found = await total(ask, `Practitioner?${registered(name)}&_summary=count`);
      if (found !== 1) wrong.push(`the practitioner ${name} is there ${found} times`);
    }
    let versions = 0;
    for (let at = 0; at < commons.ofOrganizations; at++)
      versions += await total(ask, `Organization/${commonOrganization(round, at)}/_history?_summary=count`);
    const updates = bundles * commons.organizations;
    if (versions !== updates) wrong.push(`${versions} versions of the organizations of round ${round} instead of ${updates}`);
  }
  return wrong;
}

async function total(ask: Ask, path: string): Promise<number> {
  const { total: found } = (parsed(await ask({ method: 'GET', path: `/fhir/${path}` })) ?? {}) as { readonly total?: number };
  return found ?? Number.NaN;
}
