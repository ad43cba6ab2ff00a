/** Security labels and Consents under the policy, over HTTP on both stores. Source: R4 security-labels.html, consent.html */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { labelRestriction } from '../../src/access/labels.js';
import { parsePolicy, policyText } from '../../src/access/policy/read-policy.js';
import type { Principal } from '../../src/access/principal.js';
import { definitions } from '../built-definitions.js';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { accessBy, accessOfPrincipal, accessUnder, as } from './policy-server.js';

/** The default policy, but that clinicians are told of what is withheld; and the same where the patient has to permit. */
const telling = parsePolicy(
  policyText(undefined).replace('rights: [breakGlass]', 'rights: [breakGlass, tellWithheld]'),
  definitions,
  'telling',
);
const accesses = { default: accessOfPrincipal, telling: accessUnder(telling, 'opt-out'), optIn: accessUnder(telling, 'opt-in') };

const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const institution = 'https://lianyi.cn/fhir/CodeSystem/institution';
const label = (code: string) => ({ system: /^[ULMNRV]$/.test(code) ? confidentiality : actCode, code });
const east = { tag: [{ system: institution, code: 'east' }] };

const clinician = as({ account: 'zhang', fhirUser: 'Practitioner/zhang', institution: 'east' });
const system = as({ role: 'system-integration', institution: 'east', scope: 'system/*.cruds' });
const broken: Partial<Principal> = {
  account: 'zhang',
  fhirUser: 'Practitioner/zhang',
  institution: 'east',
  emergency: { reason: '昏迷', purpose: 'ETREAT' },
};

const observation = (id: string, patient: string, labels: readonly string[] = []) => ({
  resourceType: 'Observation',
  id,
  meta: { ...east, ...(labels.length > 0 && { security: labels.map(label) }) },
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${patient}` },
});
const consent = (patient: string) => ({
  resourceType: 'Consent',
  id: `of-${patient}`,
  meta: east,
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  patient: { reference: `Patient/${patient}` },
  policyRule: { coding: [{ system: actCode, code: 'OPTOUT' }] },
});

test('what bears no label is N: whoever is cleared for less does not see it', () => {
  const values = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality' }];
  const untold = JSON.stringify({ kind: 'not', of: { kind: 'match', param: '_security', match: { kind: 'token', values } } });
  const asked = (level: 'M' | 'N') => JSON.stringify(labelRestriction({ level, sensitivities: '*' }));
  expect([asked('N').includes(untold), asked('M').includes(untold)]).toEqual([true, false]);
});

describe.each(stores)('on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  const get = (path: string, who: Record<string, string>) => server.ask('GET', path, undefined, who);
  const ids = ({ body }: Answered): string =>
    (body.entry ?? [])
      .map(({ resource }: { resource: { id: string } }) => resource.id)
      .sort()
      .join(' ');
  const put = async (resource: { readonly resourceType: string; readonly id: string }, who: Record<string, string> = {}) =>
    server.ask('PUT', `/${resource.resourceType}/${resource.id}`, resource, who);
  beforeAll(async () => {
    opened = await open();
    server = await startServer({
      store: opened.store,
      accessOf: (req) => accessBy(accesses[(req.headers['x-access'] ?? 'default') as keyof typeof accesses], req),
    });
    const resources = [
      { resourceType: 'Patient', id: 'open', meta: east },
      { resourceType: 'Patient', id: 'closed', meta: east },
      ...['U', 'L', 'M', 'N', 'R', 'V', 'HIV'].map((code) => observation(code, 'open', [code])),
      observation('plain', 'open'),
      observation('N-and-R', 'open', ['N', 'R']),
      observation('hidden', 'closed'),
      observation('secret', 'closed', ['R']),
      consent('closed'),
    ];
    for (const resource of resources) {
      const { status, text } = await put(resource);
      if (status !== 201) throw new Error(text);
    }
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  test('nobody sees a label above the clearance, nor a sensitive matter without a permit', async () => {
    expect(ids(await get('/Observation?subject=Patient/open', clinician))).toBe('L M N U plain');
    expect(ids(await get('/Observation?subject=Patient/open', system))).toBe('HIV L M N N-and-R R U plain');
    for (const [id, status] of [
      ['plain', 200],
      ['R', 404],
      ['V', 404],
      ['HIV', 404],
      ['N-and-R', 404],
    ] as const) {
      expect([id, (await get(`/Observation/${id}`, clinician)).status]).toEqual([id, status]);
      expect([id, (await get(`/Observation/${id}/_history/1`, clinician)).status]).toEqual([id, status]);
    }
  });

  test('what one may not read one may not write', async () => {
    expect((await put(observation('new', 'open', ['R']), system)).status).toBe(201);
    const refused = await server.ask('POST', '/Observation', observation('new', 'open', ['R']), clinician);
    expect([refused.status, issuesOf(refused)]).toEqual([403, ['error: outside-of-access']]);
  });

  test.each([
    ['dropped', 'R', [], 403],
    ['lowered', 'R', ['N'], 403],
    ['raised', 'N', ['R'], 200],
    ['kept', 'R', ['R'], 200],
    ['a sensitive matter forgotten', 'HIV', [], 403],
    ['joined by another', 'HIV', ['HIV', 'R'], 200],
    ['taken for less than none', 'plain', ['L'], 403],
  ] as const)('a label is %s', async (_, before, after, status) => {
    const id = `kept-${before}-${after.join('-')}`;
    await put(observation(id, 'open', before === 'plain' ? [] : [before]));
    const written = await put(observation(id, 'open', after), system);
    expect(written.status).toBe(status);
    if (status === 403) expect(issuesOf(written)).toEqual(['error: label-lowered at Observation.meta.security']);
    const patch = [{ op: 'remove', path: '/meta/security' }];
    const patched = await server.ask('PATCH', `/Observation/${id}`, patch, { ...system, 'content-type': 'application/json-patch+json' });
    expect(patched.status).toBe(before === 'plain' ? 422 : 403);
  });

  test.each([
    ['dropped', [], 403],
    ['lowered', ['N'], 403],
    ['kept', ['R'], 201],
  ] as const)('of what was deleted the label is %s when it is stored again', async (_, after, status) => {
    const id = `again-${after.join('-')}`;
    await put(observation(id, 'open', ['R']));
    expect((await server.ask('DELETE', `/Observation/${id}`, undefined, system)).status).toBe(204);
    const written = await put(observation(id, 'open', after), system);
    expect(written.status).toBe(status);
    if (status === 403) expect(issuesOf(written)).toEqual(['error: label-lowered at Observation.meta.security']);
  });

  test('a Bundle is as confidential as the most confidential of what is in it', async () => {
    const searchset = (await get('/Observation?_id=R,HIV,plain', system)).body;
    expect(searchset.meta.security).toEqual([label('R'), label('HIV')]);
    expect((await get('/Observation?_id=U,L', system)).body.meta.security).toEqual([label('L')]);
    expect((await get('/Observation?_id=U,plain', system)).body.meta.security).toEqual([label('N')]);
    expect((await get('/Observation?_id=plain', system)).body.meta).toBeUndefined();
    expect((await get('/Observation/R/_history', system)).body.meta.security).toEqual([label('R')]);
    const entry = [{ request: { method: 'GET', url: 'Observation/R' } }];
    for (const type of ['batch', 'transaction'])
      expect((await server.ask('POST', '/', { resourceType: 'Bundle', type, entry }, system)).body.meta.security).toEqual([label('R')]);
  });

  test('what a Consent denies is nowhere: read, version, history, search, count, chain, include, compartment, condition', async () => {
    for (const path of [
      '/Patient/closed',
      '/Observation/hidden',
      '/Observation/hidden/_history',
      '/Observation/hidden/_history/1',
      '/Consent/of-closed',
    ])
      expect([path, (await get(path, clinician)).status]).toEqual([path, 404]);
    for (const path of [
      '/Observation?subject=Patient/closed',
      '/Observation?_id=hidden&_summary=count',
      '/Observation?subject:Patient._id=closed',
      '/Patient?_has:Observation:patient:status=final&_id=closed',
      '/Patient?_id=closed&_revinclude=Observation:subject',
      '/Patient/closed/Observation',
    ]) {
      const { status, body } = await get(path, clinician);
      expect([path, status, body.total ?? 0, body.entry]).toEqual([path, 200, 0, undefined]);
    }
    expect((await get('/_history?_count=100', clinician)).text).not.toContain('closed');
    expect((await server.ask('DELETE', '/Observation/hidden', undefined, clinician)).status).toBe(404);
    expect((await server.ask('POST', '/Observation', observation('new', 'closed'), clinician)).status).toBe(403);
    const found = await server.ask('POST', '/Observation', observation('new', 'open'), { ...clinician, 'if-none-exist': '_id=hidden' });
    expect(found.status).toBe(201);
  });

  test('the patient is not denied, nor who recorded it where the policy says so', async () => {
    const patient = as({ role: 'patient', account: 'p', fhirUser: 'Patient/closed', patient: 'closed', scope: 'patient/*.rs' });
    expect(ids(await get('/Observation', patient))).toBe('hidden secret');
    expect(ids(await get('/Observation?subject=Patient/closed', system))).toBe('hidden secret');
    const elsewhere = as({ role: 'system-integration', institution: 'west', scope: 'system/*.cruds' });
    expect(ids(await get('/Observation?subject=Patient/closed', elsewhere))).toBe('');
  });

  test('breaking the glass lifts Consents and relationships, neither scopes nor labels, and only for a role that may', async () => {
    expect(ids(await get('/Observation?subject=Patient/closed', as(broken)))).toBe('hidden');
    expect(ids(await get('/Observation?subject=Patient/closed', as({ ...broken, institution: 'west' })))).toBe('hidden');
    expect((await get('/Observation/secret', as(broken))).status).toBe(404);
    expect((await get('/Observation', as({ ...broken, scope: 'user/Patient.rs' }))).status).toBe(403);
    const context = { patient: 'open', scope: 'patient/*.rs' };
    expect((await get('/Observation/hidden', as({ ...broken, ...context }))).status).toBe(404);
    expect(ids(await get('/Observation?subject=Patient/closed', as({ ...broken, role: 'system-integration', institution: 'west' })))).toBe(
      '',
    );
  });

  test('who may be told is told that there is something, once, and others nothing', async () => {
    const told = { ...clinician, 'x-access': 'telling' };
    const { body } = await get('/Observation?subject=Patient/closed', told);
    expect([body.total, body.entry.length, body.entry[0].search.mode]).toEqual([0, 1, 'outcome']);
    expect(body.entry[0].resource.issue).toEqual([
      {
        severity: 'information',
        code: 'suppressed',
        details: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'ETREAT', display: 'Emergency Treatment' }],
          text: expect.any(String),
        },
      },
    ]);
    for (const [path, who] of [
      ['/Observation?subject=Patient/closed', clinician],
      ['/Observation?subject=Patient/open', told],
      ['/Observation?_id=R', told],
      ['/Observation?subject=Patient/closed', { ...as(broken), 'x-access': 'telling' }],
      ['/Observation?subject=Patient/closed', { ...as({ account: 'li', institution: 'west' }), 'x-access': 'telling' }],
    ] as const) {
      expect([path, (await get(path, who)).text.includes('suppressed')]).toEqual([path, false]);
    }
  });

  test('where the patient has to permit, another institution sees what is permitted, and each its own', async () => {
    const visit = {
      resourceType: 'Encounter',
      id: 'west',
      status: 'in-progress',
      class: { code: 'AMB' },
      subject: { reference: 'Patient/open' },
      serviceProvider: { reference: 'Organization/west' },
      period: { start: '2026-06-01' },
    };
    expect((await put(visit)).status).toBe(201);
    const west = { ...as({ account: 'li', institution: 'west' }), 'x-access': 'optIn' };
    expect(ids(await get('/Observation?_id=plain', west))).toBe('');
    expect(ids(await get('/Observation?_id=plain', { ...clinician, 'x-access': 'optIn' }))).toBe('plain');
    const actor = [{ role: { coding: [{ code: 'PRCP' }] }, reference: { reference: 'Organization/west' } }];
    const permit = { ...consent('open'), provision: { provision: [{ type: 'permit', actor }] } };
    const permitted = await put(permit);
    if (permitted.status !== 201) throw new Error(permitted.text);
    expect(ids(await get('/Observation?_id=plain', west))).toBe('plain');
    await server.ask('DELETE', '/Consent/of-open');
    expect(ids(await get('/Observation?_id=plain', west))).toBe('');
  });
});
