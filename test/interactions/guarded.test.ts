/**
 * Whatever can be asked for asks access first. Each interaction and each operation has its row here: the type of the table and the list of
 * operations fail on one that has none. Source: R4 security.html#AccessDenied
 */
import type { IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Access, unrestricted } from '../../src/access/access.js';
import type { InteractionName } from '../../src/interactions/request.js';
import { operations } from '../../src/operations/list.js';
import type { Answered } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

jest.setTimeout(60_000);

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where access refuses everything; 403 unless said otherwise. */
  readonly refused?: number;
  /** Makes something under an id of the server's choice: bodies cannot be alike. */
  readonly makes?: true;
}
/** About an instance that is hidden or absent. */
type Ask = (id: string) => readonly Request[];

const patient = (id: string) => ({ resourceType: 'Patient', id, active: true });
const unnamed = { resourceType: 'Patient', active: true };
const jsonPatch = { 'content-type': 'application/json-patch+json' };
const patch = [{ op: 'test', path: '/active', value: true }];
const bundle = (type: string, ...requests: readonly object[]) => ({
  resourceType: 'Bundle',
  type,
  entry: requests.map((request) => ({ request })),
});
const get = (path: string): Request => ({ method: 'GET', path });

const searches: Ask = (id) =>
  [
    `/Patient?_id=${id}`,
    `/Patient?_id=${id}&_summary=count`,
    `/Patient?_id=${id}&_total=accurate`,
    `/Patient?identifier=urn:a%7C${id}`,
    `/Patient?_has:Observation:patient:code=${id}`,
    `/Patient?_filter=_id eq ${id}`,
    `/Patient?_id=seen&_has:Observation:patient:code=${id}&_revinclude=Observation:patient`,
    `/Observation?patient:Patient._has:Observation:patient:code=any&_id=about-${id}`,
    `/Observation?patient=Patient/${id}`,
    `/Observation?patient.identifier=urn:a%7C${id}`,
    `/Observation?code=${id}&_include=Observation:patient`,
    `/Patient?_list=${id}`,
    `/Observation?_id=seen-${id}&_include=Observation:focus`,
    '/Patient?_sort=_lastUpdated&_elements=name',
  ].map(get);

const samples: Readonly<Record<InteractionName, Ask>> = {
  capabilities: () => [{ ...get('/metadata'), refused: 200 }],
  read: (id) => [get(`/Patient/${id}`)],
  vread: (id) => [get(`/Patient/${id}/_history/1`)],
  update: (id) => [{ method: 'PUT', path: `/Patient/${id}`, body: patient(id) }],
  patch: (id) => [{ method: 'PATCH', path: `/Patient/${id}`, body: patch, headers: jsonPatch }],
  delete: (id) => [{ method: 'DELETE', path: `/Patient/${id}` }],
  create: (id) => [
    { method: 'POST', path: '/Patient', body: unnamed, makes: true },
    { method: 'POST', path: '/Patient', body: unnamed, headers: { 'if-none-exist': `_id=${id}` }, makes: true },
  ],
  'conditional-update': (id) => [
    { method: 'PUT', path: `/Patient?_id=${id}`, body: unnamed, makes: true },
    { method: 'PUT', path: `/Patient?identifier=urn:a%7C${id}`, body: patient(id) },
  ],
  'conditional-patch': (id) => [{ method: 'PATCH', path: `/Patient?_id=${id}`, body: patch, headers: jsonPatch }],
  'conditional-delete': (id) => [{ method: 'DELETE', path: `/Patient?_id=${id}` }],
  'history-instance': (id) => [get(`/Patient/${id}/_history`)],
  'history-type': () => [get('/Patient/_history?_count=1000'), get('/Observation/_history?_count=1000')],
  'history-system': () => [get('/_history?_count=1000')],
  'search-type': (id) => [
    ...searches(id),
    { method: 'POST', path: `/Patient/_search?_id=${id}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  ],
  'search-system': (id) => [get(`/?_type=Patient,Observation&_id=${id}`), get('/?_lastUpdated=gt2000&_count=1000')],
  'search-compartment': (id) => [get(`/Patient/${id}/Observation`), get(`/Patient/${id}/*`)],
  // By the list of operations.
  operation: (id) => operations.flatMap(({ name }) => operationSamples[name]?.(id) ?? []),
  bundle: (id) => [
    {
      method: 'POST',
      path: '',
      body: bundle('batch', { method: 'GET', url: `Patient/${id}` }, { method: 'GET', url: `Patient?_id=${id}` }),
      refused: 200,
    },
    { method: 'POST', path: '', body: bundle('transaction', { method: 'GET', url: `Patient?_id=${id}` }) },
    { method: 'POST', path: '', body: bundle('transaction', { method: 'DELETE', url: `Patient/${id}` }) },
    {
      method: 'POST',
      path: '',
      body: {
        ...bundle('transaction'),
        entry: [{ resource: patient(id), request: { method: 'PUT', url: 'Patient?identifier=urn:a%7Cnone' } }],
      },
    },
  ],
};

const operationSamples: Readonly<Record<string, Ask>> = {
  validate: (id) => [get(`/Patient/${id}/$validate`), { method: 'POST', path: `/Patient/${id}/$validate?mode=delete`, refused: 200 }],
  snapshot: (id) => [get(`/StructureDefinition/${id}/$snapshot`)],
  closure: () => [
    {
      method: 'POST',
      path: '/ConceptMap/$closure',
      body: {
        resourceType: 'Parameters',
        parameter: [
          { name: 'name', valueString: 'a' },
          { name: 'version', valueString: '0' },
        ],
      },
      refused: 403,
    },
  ],
  'find-matches': (id) => [get(`/CodeSystem/${id}/$find-matches?exact=true`)],
  expand: (id) => [get(`/ValueSet/${id}/$expand`)],
  translate: (id) => [
    get(`/ConceptMap/${id}/$translate?system=urn:a&code=b`),
    get(`/ConceptMap/$translate?source=ValueSet/${id}&system=urn:a&code=b`),
    get(`/ConceptMap/$translate?target=${id}&system=urn:a&code=b`),
  ],
  lookup: (id) => [get('/CodeSystem/$lookup?system=urn:any&code=x'), get(`/CodeSystem/${id}/$lookup?code=x`)],
  'validate-code': (id) =>
    ['CodeSystem', 'ValueSet'].flatMap((type) => [
      get(`/${type}/$validate-code?url=urn:any&code=x`),
      get(`/${type}/${id}/$validate-code?code=x`),
    ]),
  subsumes: (id) => [get('/CodeSystem/$subsumes?system=urn:any&codeA=x&codeB=y'), get(`/CodeSystem/${id}/$subsumes?codeA=x&codeB=y`)],
};

const SECRET = 'Xsecret';
const hidden: Access = {
  subject: 'somebody',
  restriction: () => ({ kind: 'not', of: { kind: 'match', param: '_tag', match: { kind: 'token', values: [{ code: 'hidden' }] } } }),
  mayChooseId: () => false,
};
const nothing: Access = { subject: 'nobody', restriction: () => undefined };
const accesses: Readonly<Record<string, Access>> = { hidden, nothing };
const accessOf = (req: IncomingMessage): Access => accesses[String(req.headers['x-access'])] ?? unrestricted;

describe.each(stores)('Everything that can be asked for is guarded on $name', ({ open }) => {
  const server = serverOn(open, { accessOf });
  const send = ({ method, path, body, headers }: Request, access: string): Promise<Answered> =>
    server.ask(method, path, body, { ...headers, 'x-access': access });

  beforeAll(async () => {
    const meta = { tag: [{ code: 'hidden' }] };
    const put = async (resource: { resourceType: string; id: string }) => {
      const { status, text } = await server.ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);
      if (status !== 201) throw new Error(text);
    };
    const observation = (id: string, of: string, more: object = {}) => ({
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { coding: [{ code: 'any' }] },
      subject: { reference: `Patient/${of}` },
      ...more,
    });
    await put({ ...patient('hidden'), meta, name: [{ text: SECRET }], identifier: [{ system: 'urn:a', value: 'hidden' }] } as never);
    await put(patient('seen'));
    await put(observation('of-hidden', 'hidden', { meta }));
    for (const id of ['hidden', 'absent']) {
      await put(observation(`about-${id}`, id));
      await put(observation(`seen-${id}`, 'seen', { focus: [{ reference: `Patient/${id}` }] }));
    }
    await put(observation('secret', 'seen', { meta, code: { coding: [{ code: 'hidden' }], text: SECRET } }));
    await put({
      resourceType: 'List',
      id: 'hidden',
      meta,
      status: 'current',
      mode: 'working',
      entry: [{ item: { reference: 'Patient/seen' } }],
    } as never);
    const differential = { element: [{ id: 'Patient', path: 'Patient', short: SECRET }] };
    const base = { url: 'http://example.org/hidden', name: 'H', status: 'draft', kind: 'resource', abstract: false, type: 'Patient' };
    const derived = { baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient', derivation: 'constraint', differential };
    await put({ resourceType: 'StructureDefinition', id: 'hidden', meta, ...base, ...derived } as never);
    const codes = {
      url: 'http://example.org/hidden-codes',
      status: 'active',
      content: 'complete',
      concept: [{ code: 'x', display: SECRET }],
    };
    await put({ resourceType: 'CodeSystem', id: 'hidden', meta, ...codes } as never);
    const [url, group] = [
      'http://example.org/hidden-set',
      [{ source: 'urn:a', target: 'urn:c', element: [{ code: 'b', target: [{ code: 'd', equivalence: 'equal' }] }] }],
    ];
    for (const [id, more] of Object.entries({ hidden: { meta }, source: { sourceUri: url }, target: { targetUri: url } })) {
      await put({ resourceType: 'ConceptMap', id, url: `http://example.org/map-${id}`, status: 'active', group, ...more } as never);
    }
    await put({
      resourceType: 'ValueSet',
      id: 'hidden',
      url,
      meta,
      status: 'active',
      compose: { include: [{ system: codes.url }] },
    } as never);
  });

  test('every operation has its row', () => {
    expect([...new Set(operations.map(({ name }) => name))].sort()).toEqual(Object.keys(operationSamples).sort());
  });

  test.each(Object.keys(samples) as InteractionName[])('%s: refused where access refuses everything, and nothing is told', async (name) => {
    for (const request of samples[name]('hidden')) {
      const { status, text } = await send(request, 'nothing');
      expect([request.method, request.path, status]).toEqual([request.method, request.path, request.refused ?? 403]);
      expect(text).not.toContain(SECRET);
      if (request.refused === 200 && name === 'bundle') expect(text.match(/403 Forbidden/g)).toHaveLength(2);
    }
  });

  test.each(Object.keys(samples) as InteractionName[])('%s: what is hidden looks like what is absent', async (name) => {
    const [of, ofAbsent] = [samples[name]('hidden'), samples[name]('absent')];
    for (const [at, request] of of.entries()) {
      const [one, other] = [await send(request, 'hidden'), await send(ofAbsent[at] ?? request, 'hidden')];
      expect(one.text).not.toContain(SECRET);
      expect([request.method, request.path, one.status]).toEqual([request.method, request.path, other.status]);
      const plain = ({ text }: Answered) => text.replaceAll('absent', 'hidden').replace(/"lastUpdated":"[^"]*"|_cursor=[^"]*/g, '');
      if (!request.makes) expect(plain(one)).toBe(plain(other));
    }
    const { headers } = await server.ask('GET', '/Patient/hidden');
    expect(headers.get('etag')).toBe('W/"1"');
  });
});
