/** What comes with the matches of a search, on both stores, over HTTP. Source: R4 search.html#include, search.html#versions */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Access, unrestricted } from '../../src/access/access.js';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

jest.setTimeout(120_000);

interface Entry {
  readonly fullUrl: string;
  readonly search: { readonly mode: string };
  readonly resource: { readonly resourceType: string; readonly id: string; readonly meta: { readonly versionId: string } };
}

/** The included ones: `Type/id`, with the version where it is not the first; `outcome`. */
const included = ({ body }: Answered): string =>
  ((body.entry ?? []) as readonly Entry[])
    .filter(({ search }) => search.mode !== 'match')
    .map(({ search, resource }) =>
      search.mode === 'outcome'
        ? 'outcome'
        : `${resource.resourceType}/${resource.id}${resource.meta.versionId === '1' ? '' : `#${resource.meta.versionId}`}`,
    )
    .sort()
    .join(' ');

const reference = (name: string) => ({ reference: name });

describe.each(stores)('includes on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  let access: Access = unrestricted;
  const put = async (name: string, more: object) => {
    const [resourceType = '', id = ''] = name.split('/');
    const answer = await server.ask('PUT', `/${name}`, { resourceType, id, ...more });
    expect([name, answer.status < 300 ? '' : answer.text]).toEqual([name, '']);
  };
  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.url, accessOf: () => access });
    await put('Organization/a', { name: 'a', partOf: reference('Organization/c') });
    await put('Organization/b', { name: 'b', partOf: reference('Organization/a') });
    // A circle.
    await put('Organization/c', { name: 'c', partOf: reference('Organization/b') });
    await put('Organization/d', { name: 'd', partOf: reference('Organization/d') });
    await put('Practitioner/d', { name: [{ family: 'd' }] });
    await put('Patient/p', {
      managingOrganization: reference('Organization/a'),
      generalPractitioner: [reference('Practitioner/d'), reference('Organization/d')],
    });
    await put('Observation/o', {
      status: 'final',
      code: { text: 'x' },
      subject: reference('Patient/p'),
      performer: [reference('Practitioner/d')],
    });
    await put('Observation/no', {
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/none' },
      performer: [reference('http://elsewhere.cn/Practitioner/d')],
    });
    await put('Encounter/e', { status: 'planned', class: { code: 'AMB' }, subject: reference('Patient/p') });
    await put('Encounter/e', { status: 'finished', class: { code: 'AMB' }, subject: reference('Patient/p') });
    await put('Encounter/e', { status: 'cancelled', class: { code: 'AMB' }, subject: reference('Patient/p') });
    await put('Condition/old', { subject: reference('Patient/p'), encounter: reference('Encounter/e/_history/2') });
    await put('Condition/never', { subject: reference('Patient/p'), encounter: reference('Encounter/e/_history/9') });
    await put('Questionnaire/q1', { url: 'http://a.cn/q', version: '1', status: 'active' });
    await put('Questionnaire/q2', { url: 'http://a.cn/q', version: '2', status: 'active' });
    await put('QuestionnaireResponse/r', { status: 'completed', questionnaire: 'http://a.cn/q|1' });
    await put('MedicationRequest/m', {
      status: 'active',
      intent: 'order',
      subject: reference('Patient/p'),
      medicationReference: reference('#in'),
      contained: [{ resourceType: 'Medication', id: 'in', status: 'active' }],
    });
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });
  const found = async (query: string) => {
    const answer = await server.ask('GET', `/${query}`);
    expect([query, answer.status]).toEqual([query, 200]);
    return included(answer);
  };

  test.each([
    ['Observation?_id=o&_include=Observation:subject', 'Patient/p'],
    ['Observation?_id=o&_include=Observation:subject:Patient', 'Patient/p'],
    ['Observation?_id=o&_include=Observation:subject:Group', ''],
    ['Observation?_id=o&_include=Observation:*', 'Patient/p Practitioner/d'],
    ['Observation?_id=o&_include=*', 'Patient/p Practitioner/d'],
    ['Observation?_include=*', 'Patient/p Practitioner/d'],
    ['Patient?_include=Patient:general-practitioner', 'Organization/d Practitioner/d'],
    ['Patient?_include=Patient:general-practitioner:Practitioner', 'Practitioner/d'],
    ['Patient?_revinclude=Observation:subject', 'Observation/o'],
    ['Patient?_revinclude=Observation:*', 'Observation/o'],
    ['Patient?_revinclude=*', 'Condition/never Condition/old Encounter/e#3 MedicationRequest/m Observation/o'],
    ['Patient?_revinclude=Encounter:subject&_revinclude=Observation:subject', 'Encounter/e#3 Observation/o'],
    ['Organization?_id=a&_include=Organization:partof', 'Organization/c'],
    ['Organization?_include=Organization:partof', ''],
    ['Organization?_count=1&_include=Organization:partof', 'Organization/c'],
  ])('%s', async (query, expected) => {
    expect(await found(query)).toBe(expected);
  });

  test.each([
    ['Organization?_id=a&_include:iterate=Organization:partof', 'Organization/b Organization/c'],
    ['Organization?_id=d&_include:iterate=Organization:partof', ''],
    ['Organization?_id=a&_revinclude:iterate=Organization:partof', 'Organization/b Organization/c'],
    ['Observation?_id=o&_include=Observation:subject&_include:iterate=Patient:organization', 'Organization/a Patient/p'],
    ['Observation?_id=o&_include=Observation:subject&_include=Patient:organization', 'Patient/p'],
    [
      'Observation?_id=o&_include=Observation:subject&_include:iterate=Patient:organization&_include:iterate=Organization:partof',
      'Organization/a Organization/b Organization/c Patient/p',
    ],
    ['Observation?_id=o&_include:iterate=*', 'Organization/a Organization/b Organization/c Organization/d Patient/p Practitioner/d'],
    ['Organization?_id=d&_revinclude:iterate=Patient:general-practitioner&_revinclude:iterate=Observation:*', 'Observation/o Patient/p'],
    [
      'Condition?_id=old&_include=Condition:subject&_revinclude:iterate=*',
      'Condition/never Encounter/e#3 MedicationRequest/m Observation/o Patient/p',
    ],
  ])('go on from what is included under :iterate, round circles once: %s', async (query, expected) => {
    expect(await found(query)).toBe(expected);
  });

  test('of a versioned reference that version is included, if it is there (search.html#versions)', async () => {
    expect(await found('Condition?_id=old&_include=Condition:encounter')).toBe('Encounter/e#2');
    expect(await found('Condition?_id=never&_include=Condition:encounter')).toBe('');
    expect(await found('Encounter?_revinclude=Condition:encounter')).toBe('Condition/never Condition/old');
    const { body } = await server.ask('GET', '/Condition?_id=old&_include=Condition:encounter');
    expect(body.entry[1].fullUrl).toBe(`${server.url}/Encounter/e`);
  });

  test('a canonical includes what bears its URL, in the version it names', async () => {
    expect(await found('QuestionnaireResponse?_include=QuestionnaireResponse:questionnaire')).toBe('Questionnaire/q1');
    expect(await found('Questionnaire?_id=q1&_revinclude=QuestionnaireResponse:questionnaire')).toBe('QuestionnaireResponse/r');
    expect(await found('Questionnaire?_id=q2&_revinclude=QuestionnaireResponse:*')).toBe('QuestionnaireResponse/r');
  });

  test('what is contained is not included again', async () => {
    expect(await found('MedicationRequest?_include=MedicationRequest:medication')).toBe('');
  });

  test.each([
    ['Observation?_include=Observation:nonsense', 'search-parameter-unknown at _include'],
    ['Observation?_include=Nonsense:subject', 'search-value-malformed at _include'],
    ['Observation?_include=subject', 'search-value-malformed at _include'],
    ['Observation?_include=Observation:code', 'search-value-malformed at _include'],
    ['Observation?_include=Observation:subject:Medication', 'search-not-supported at _include'],
    ['Observation?_include=Observation:subject:Patient:x', 'search-value-malformed at _include'],
    ['Observation?_revinclude=Provenance:nonsense', 'search-parameter-unknown at _revinclude'],
    ['Observation?_include:recurse=Observation:subject', 'search-not-supported at _include:recurse'],
    ['Observation?_include:iterate=Observation:nonsense', 'search-parameter-unknown at _include'],
  ])('%s is refused', async (query, issue) => {
    const answer = await server.ask('GET', `/${query}`);
    expect([answer.status, issuesOf(answer)]).toEqual([400, [`error: ${issue}`]]);
  });

  test('what access hides is left out in silence, old versions too', async () => {
    const all = { kind: 'all', of: [] } as const;
    const finished = { kind: 'match', param: 'status', match: { kind: 'token', values: [{ code: 'finished' }] } } as const;
    access = { restriction: (_, type) => (type === 'Patient' ? undefined : type === 'Encounter' ? finished : all) };
    expect(await found('Observation?_id=o&_include=*')).toBe('Practitioner/d');
    expect(await found('Condition?_id=old&_include=*')).toBe('Encounter/e#2');
    access = { restriction: (_, type) => (type === 'Encounter' ? { kind: 'not', of: finished } : all) };
    expect(await found('Condition?_id=old&_include=Condition:encounter')).toBe('');
    expect(await found('Patient?_revinclude=Encounter:subject')).toBe('Encounter/e#3');
    access = unrestricted;
  });

  test('what is too much is cut off, and said so', async () => {
    await put('Location/l', { name: 'l' });
    const entry = Array.from({ length: 1100 }, (_, n) => ({
      request: { method: 'PUT', url: `Location/l${n}` },
      resource: { resourceType: 'Location', id: `l${n}`, partOf: reference(n < 12 ? `Location/l${n + 1}` : 'Location/l') },
    }));
    expect((await server.ask('POST', '/', { resourceType: 'Bundle', type: 'batch', entry })).status).toBe(200);
    const many = await server.ask('GET', '/Location?_id=l&_revinclude=Location:partof');
    const modes = (many.body.entry as readonly Entry[]).map(({ search }) => search.mode);
    expect([modes.length, modes.filter((mode) => mode === 'include').length, modes.at(-1)]).toEqual([1002, 1000, 'outcome']);
    expect(many.body.total).toBe(1);
    expect(issuesOf({ ...many, body: many.body.entry.at(-1).resource })).toEqual(['warning: search-includes-cut at _include']);
    const far = await server.ask('GET', '/Location?_id=l0&_include:iterate=Location:partof');
    expect(included(far).split(' ')).toHaveLength(11);
    expect(issuesOf({ ...far, body: far.body.entry.at(-1).resource })).toEqual(['warning: search-includes-rounds at _include']);
  });
});
