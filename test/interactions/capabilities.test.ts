/** Nothing in the CapabilityStatement is untrue: each claim is tried. Source: R4 http.html#capabilities, capabilitystatement.html */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { CapabilityStatement, CapabilityStatementRestResource, TerminologyCapabilities } from 'fhir/r4.js';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

jest.setTimeout(120_000);

const bodies: Readonly<Record<string, object>> = {
  Patient: { resourceType: 'Patient' },
  Basic: { resourceType: 'Basic', code: { text: 'x' } },
  Location: { resourceType: 'Location' },
  List: { resourceType: 'List', status: 'current', mode: 'working' },
  Organization: { resourceType: 'Organization', name: 'x' },
  Observation: { resourceType: 'Observation', status: 'final', code: { text: 'x' } },
};

/** As many as one search may well ask for. */
const inFews = (all: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(all.length / 10) }, (_, at) => all.slice(at * 10, at * 10 + 10));

/** Filters and lists are nothing that could be missing. */
const asked = (name: string): string => valued[name] ?? `${name}:missing=true`;
const valued: Readonly<Record<string, string>> = { _filter: '_filter=_id pr true', _list: '_list=none' };

describe.each(stores)('What is claimed is so on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  let statement: CapabilityStatement;
  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.store });
    statement = (await server.ask('GET', '/metadata')).body;
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  const rest = () => {
    const [found] = statement.rest ?? [];
    if (found === undefined) throw new Error('no rest');
    return found;
  };
  const resourceOf = (wanted: string): CapabilityStatementRestResource => {
    const found = rest().resource?.find(({ type }) => type === wanted);
    if (found === undefined) throw new Error(`nothing about ${wanted}`);
    return found;
  };
  const statusOf = async (...asked: Parameters<RunningServer['ask']>): Promise<number> => (await server.ask(...asked)).status;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const merge = { 'content-type': 'application/merge-patch+json' };
  const bundle = (type: string) => ({ resourceType: 'Bundle', type, entry: [{ request: { method: 'GET', url: 'Basic?_count=1' } }] });

  test('it names the server, its version of FHIR and all types', () => {
    expect([statement.resourceType, statement.fhirVersion, statement.kind, statement.implementation?.url]).toEqual([
      ...['CapabilityStatement', '4.0.1', 'instance', server.url],
    ]);
    expect(rest().resource).toHaveLength(146);
  });

  test.each(Object.keys(bodies))('%s: each interaction', async (type) => {
    const id = `claim-${type.toLowerCase()}`;
    const body = { ...bodies[type], id };
    const tries: Readonly<Record<string, () => Promise<number[]>>> = {
      create: async () => [await statusOf('POST', `/${type}`, bodies[type])],
      read: async () => [await statusOf('GET', `/${type}/${id}`)],
      vread: async () => [await statusOf('GET', `/${type}/${id}/_history/1`)],
      update: async () => [await statusOf('PUT', `/${type}/${id}`, body)],
      patch: async () => [await statusOf('PATCH', `/${type}/${id}`, { language: 'zh' }, merge)],
      'history-instance': async () => [await statusOf('GET', `/${type}/${id}/_history`)],
      'history-type': async () => [await statusOf('GET', `/${type}/_history?_count=1`)],
      'search-type': async () => [await statusOf('GET', `/${type}?_count=1`), await statusOf('POST', `/${type}/_search`, '_count=1', form)],
      delete: async () => [await statusOf('DELETE', `/${type}/${id}`)],
    };
    const claimed = resourceOf(type).interaction?.map(({ code }) => code) ?? [];
    expect(Object.keys(tries).toSorted()).toEqual(claimed.toSorted());
    expect(await statusOf('PUT', `/${type}/${id}`, body)).toBe(201);
    const expected: Readonly<Record<string, number[]>> = { create: [201], delete: [204], 'search-type': [200, 200] };
    for (const [code, attempt] of Object.entries(tries)) expect([code, await attempt()]).toEqual([code, expected[code] ?? [200]]);
  });

  test('each interaction of the system', async () => {
    const tries: Readonly<Record<string, () => Promise<number>>> = {
      transaction: () => statusOf('POST', '', bundle('transaction')),
      batch: () => statusOf('POST', '', bundle('batch')),
      'search-system': () => statusOf('GET', '?_type=Basic,Patient&_count=1'),
      'history-system': () => statusOf('GET', '/_history?_count=1'),
    };
    const claimed = rest().interaction?.map(({ code }) => code) ?? [];
    expect(Object.keys(tries).toSorted()).toEqual(claimed.toSorted());
    for (const [code, attempt] of Object.entries(tries)) expect([code, await attempt()]).toEqual([code, 200]);
  });

  test('versions and conditions, as each type has them', async () => {
    const claims = ({ type, interaction: _, profile: __, ...all }: CapabilityStatementRestResource): object =>
      Object.fromEntries(Object.entries(all).filter(([name]) => /^(version|readH|update|conditional|referenceP)/.test(name)));
    const [first] = rest().resource ?? [];
    for (const resource of rest().resource ?? []) expect(claims(resource)).toEqual(first && claims(first));
    expect(first && claims(first)).toEqual({
      ...{ versioning: 'versioned', readHistory: true, updateCreate: true, referencePolicy: ['literal', 'logical'] },
      ...{ conditionalCreate: true, conditionalRead: 'full-support', conditionalUpdate: true, conditionalDelete: 'single' },
    });
    const named = (value: string) => ({ ...bodies.Location, identifier: [{ system: 'urn:claims', value }] });
    const criteria = (value: string) => `identifier=urn:claims|${value}`;
    expect(await statusOf('PUT', '/Location/claims', { ...named('a'), id: 'claims' })).toBe(201);
    expect(await statusOf('PUT', '/Location/claims', { ...named('a'), id: 'claims' })).toBe(200);
    expect(await statusOf('POST', '/Location', named('a'), { 'if-none-exist': criteria('a') })).toBe(200);
    expect(await statusOf('PUT', `/Location?${criteria('b')}`, named('b'))).toBe(201);
    expect(await statusOf('GET', '/Location/claims', undefined, { 'if-none-match': 'W/"2"' })).toBe(304);
    const { headers } = await server.ask('GET', '/Location/claims');
    const lastModified = headers.get('last-modified') ?? '';
    expect(await statusOf('GET', '/Location/claims', undefined, { 'if-modified-since': lastModified })).toBe(304);
    await server.ask('POST', '/Location', named('a'));
    expect(await statusOf('DELETE', `/Location?${criteria('a')}`)).toBe(412);
    expect(await statusOf('DELETE', `/Location?${criteria('b')}`)).toBe(204);
    const references = { partOf: { reference: 'Location/claims' }, managingOrganization: { identifier: { system: 'urn:o', value: '1' } } };
    expect(await statusOf('POST', '/Location', { ...named('c'), ...references })).toBe(201);
  });

  test('each format, by Accept and _format; others are 406', async () => {
    for (const format of statement.format) {
      const syntax = format.includes('xml') ? 'xml' : 'json';
      const answers = [await server.ask('GET', `/Basic?_count=0&_format=${encodeURIComponent(format)}`)];
      if (format.includes('/')) answers.push(await server.ask('GET', '/Basic?_count=0', undefined, { accept: format }));
      for (const { status, headers } of answers)
        expect([format, status, headers.get('content-type')]).toEqual([format, 200, expect.stringContaining(syntax)]);
    }
    expect(await statusOf('GET', '/Basic?_format=ttl')).toBe(406);
    expect(await statusOf('GET', '/Basic', undefined, { accept: 'text/turtle' })).toBe(406);
  });

  test('each format of a patch; others are 415', async () => {
    const path = '/Basic/patched';
    await server.ask('PUT', path, { ...bodies.Basic, id: 'patched' });
    const parameters = {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'add' },
            { name: 'path', valueString: 'Basic' },
            { name: 'name', valueString: 'language' },
            { name: 'value', valueCode: 'zh' },
          ],
        },
      ],
    };
    const part = (name: string, type: string, value: string) => `<part><name value="${name}"/><value${type} value="${value}"/></part>`;
    const xmlParts =
      part('type', 'Code', 'add') +
      part('path', 'String', 'Basic') +
      part('name', 'String', 'implicitRules') +
      part('value', 'Uri', 'urn:x');
    const patches: Readonly<Record<string, object | string>> = {
      'application/json-patch+json': [{ op: 'test', path: '/id', value: 'patched' }],
      'application/merge-patch+json': {},
      'application/fhir+json': parameters,
      'application/fhir+xml': `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/>${xmlParts}</parameter></Parameters>`,
    };
    expect(Object.keys(patches).toSorted()).toEqual(statement.patchFormat?.toSorted());
    for (const [format, patch] of Object.entries(patches)) {
      expect([format, await statusOf('PATCH', path, patch, { 'content-type': format })]).toEqual([format, 200]);
    }
    expect(await statusOf('PATCH', path, 'x', { 'content-type': 'text/plain' })).toBe(415);
  });

  test('each search parameter of each of the types; those R4 has and this server has not are refused', async () => {
    for (const type of Object.keys(bodies)) {
      const names = resourceOf(type).searchParam?.map(({ name }) => name) ?? [];
      expect(names).toEqual(expect.arrayContaining(['_id', '_lastUpdated', '_tag']));
      for (const few of inFews(names)) {
        const query = few.map(asked).join('&');
        expect([type, query, await statusOf('GET', `/${type}?_id=none&${query}`)]).toEqual([type, query, 200]);
      }
    }
    const names = resourceOf('Observation').searchParam?.map(({ name }) => name) ?? [];
    expect(names).toEqual(
      expect.arrayContaining(['code', 'subject', 'value-quantity', 'code-value-quantity', 'combo-code-value-quantity']),
    );
    expect(names).not.toContain('_query');
    expect(await statusOf('GET', '/Observation?_query=x')).toBe(400);
  });

  test('the modifiers of each search parameter; others are refused', async () => {
    const modifiersOf = (type: string) =>
      Object.fromEntries(resourceOf(type).searchParam?.map(({ name, documentation }) => [name, documentation]) ?? []);
    expect(modifiersOf('Observation')).toMatchObject({
      _id: ':not, :missing',
      _lastUpdated: ':missing',
      _profile: ':below, :above, :missing',
      code: ':not, :text, :in, :not-in, :above, :below, :missing',
      identifier: ':not, :text, :of-type, :missing',
      encounter: ':[type], :identifier, :above, :below, :missing',
      'has-member': ':[type], :identifier, :missing',
      'value-quantity': ':missing',
    });
    expect(modifiersOf('PlanDefinition')['depends-on']).toBe(':[type], :below, :missing');
    for (const name of ['_id:text', '_lastUpdated:not', 'code:of-type', 'identifier:in', 'has-member:below', 'value-quantity:not']) {
      expect([name, await statusOf('GET', `/Observation?${name}=1`)]).toEqual([name, 400]);
    }
  });

  test('each parameter of a search over all types', async () => {
    const names = rest().searchParam?.map(({ name }) => name) ?? [];
    expect(names.toSorted()).toEqual(['_filter', '_id', '_lastUpdated', '_list', '_profile', '_security', '_source', '_tag']);
    for (const name of names) expect([name, await statusOf('GET', `?_type=Basic,Patient&${asked(name)}`)]).toEqual([name, 200]);
  });

  test('each _include and _revinclude of some types', async () => {
    for (const type of ['Observation', 'Basic', 'Location']) {
      const { searchInclude = [], searchRevInclude = [] } = resourceOf(type);
      expect(searchRevInclude.length).toBeGreaterThan(0);
      for (const few of inFews([
        ...searchInclude.map((one) => `_include=${one}`),
        ...searchRevInclude.map((one) => `_revinclude=${one}`),
      ])) {
        const query = few.join('&');
        expect([type, query, await statusOf('GET', `/${type}?_id=none&${query}`)]).toEqual([type, query, 200]);
      }
    }
    expect(resourceOf('Patient').searchRevInclude).toEqual(expect.arrayContaining(['Observation:subject', 'Observation:patient']));
    expect(resourceOf('Location').searchRevInclude).not.toContain('Observation:specimen');
  });

  test('each operation where it is; others are 404', async () => {
    const tries: Readonly<Record<string, (type: string) => Promise<number>>> = {
      validate: (type) => statusOf('POST', `/${type}/$validate`, bodies[type]),
    };
    for (const type of Object.keys(bodies)) {
      for (const { name, definition } of resourceOf(type).operation ?? []) {
        expect([type, name, await tries[name]?.(type)]).toEqual([type, name, 200]);
        expect((await server.ask('GET', `/OperationDefinition?url=${definition}`)).body.total).toBe(1);
      }
      expect(resourceOf(type).operation?.map(({ name }) => name)).toEqual(Object.keys(tries));
    }
    expect(resourceOf('StructureDefinition').operation?.map(({ name }) => name)).toEqual([...Object.keys(tries), 'snapshot']);
    expect(await statusOf('GET', '/StructureDefinition/Patient/$snapshot')).toBe(200);
    expect(await statusOf('POST', '/Patient/$snapshot', bodies.Patient)).toBe(404);
    expect(rest().operation?.map(({ name }) => name)).toEqual(['closure']);
    expect(await statusOf('POST', '/$snapshot', bodies.Patient)).toBe(404);
    expect(await statusOf('POST', '/Patient/$match', bodies.Patient)).toBe(404);
  });

  test('each compartment can be searched', async () => {
    expect(rest().compartment?.length).toBe(5);
    for (const url of rest().compartment ?? []) {
      const [entry] = (await server.ask('GET', `/CompartmentDefinition?url=${url}`)).body.entry;
      const { code, resource } = entry.resource;
      const member = resource.find(({ param = [] }: { param?: string[] }) => param.length > 0).code;
      expect([code, await statusOf('GET', `/${code}/none/${member}`)]).toEqual([code, 200]);
    }
  });

  test('profiles it supports are there', async () => {
    const all = (rest().resource ?? []).flatMap(({ profile = '', supportedProfile = [] }) => [profile, ...supportedProfile]);
    const sample = all.filter((url, at) => !url.startsWith('http://hl7.org/') || at % 20 === 0);
    expect(sample.length).toBeGreaterThan(8);
    for (const url of sample) {
      const found = await server.ask('GET', `/StructureDefinition?url=${url.split('|')[0]}&_summary=count`);
      expect([url, found.body.total]).toEqual([url, 1]);
    }
  });
});

describe('capabilities', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  const ask = (query: string, headers?: Readonly<Record<string, string>>): Promise<Answered> =>
    server.ask('GET', `/metadata${query}`, undefined, headers);

  test.each(['full', 'normative', 'terminology'])('mode=%s is valid by our own validator', async (mode) => {
    const { status, body } = await ask(`?mode=${mode}`);
    const outcome = (await server.ask('POST', `/${body.resourceType}/$validate`, body)).body;
    expect([status, outcome.issue.filter(({ severity }: { severity: string }) => severity === 'error')]).toEqual([200, []]);
  });

  test('mode=normative leaves out what the definition marks as for trial use', async () => {
    const { body } = await ask('?mode=normative');
    expect(Object.keys(body.rest[0])).toEqual([
      ...['mode', 'documentation', 'resource', 'interaction', 'searchParam', 'operation', 'compartment'],
    ]);
    expect(body.rest[0].documentation).toMatch(/Idempotency-Key .* For 24 hours the same request with the same key is answered as before/);
    expect(Object.keys(body.rest[0].resource[0])).toEqual(['type', 'profile', 'interaction', 'searchParam', 'operation']);
  });

  test('the operations of terminology stand at their types', async () => {
    const { resource }: CapabilityStatement['rest'] extends (infer R)[] | undefined ? R : never = (await ask('')).body.rest[0];
    const at = (type: string) => resource?.find((one) => one.type === type)?.operation?.map(({ name }) => name);
    expect(at('CodeSystem')).toEqual(['validate', 'lookup', 'validate-code', 'subsumes', 'find-matches']);
    expect(at('ValueSet')).toEqual(['validate', 'validate-code', 'expand']);
    expect(at('ConceptMap')).toEqual(['validate', 'translate']);
  });

  test('mode=terminology names the code systems that are here whole, and what can be asked of them', async () => {
    const body: TerminologyCapabilities = (await ask('?mode=terminology')).body;
    const uris = body.codeSystem?.map(({ uri }) => uri) ?? [];
    expect(uris).toEqual(expect.arrayContaining(['http://hl7.org/fhir/administrative-gender', 'urn:ietf:bcp:47']));
    // Of LOINC and SNOMED CT there is no more than a name.
    expect(uris.filter((uri) => uri === 'http://loinc.org' || uri === 'http://snomed.info/sct')).toEqual([]);
    expect(new Set(uris).size).toBe(uris.length);
    const { expansion, codeSearch, validateCode, translation, closure } = body;
    expect({ codeSearch, validateCode, translation, closure }).toEqual({
      ...{
        codeSearch: 'explicit',
        validateCode: { translations: true },
        translation: { needsMap: false },
        closure: { translation: false },
      },
    });
    expect(expansion).toMatchObject({ hierarchical: true, paging: true, incomplete: false });
    for (const { name } of expansion?.parameter ?? []) {
      const { text } = await server.ask('GET', `/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/link-type&${name}=`);
      expect([name, text.includes('parameter-not-supported'), text.includes('-not-supported')]).toEqual([name, false, false]);
    }
    const medication = body.codeSystem?.find(({ uri }) => uri === 'http://terminology.hl7.org/CodeSystem/v3-ActCode');
    expect(medication?.subsumption).toBe(true);
    for (const { code, op } of medication?.version?.[0]?.filter ?? []) {
      for (const one of op) {
        const filter = [{ property: code, op: one, value: one === 'exists' ? 'true' : 'AMB' }];
        const valueSet = { resourceType: 'ValueSet', status: 'draft', compose: { include: [{ system: medication?.uri, filter }] } };
        const { status, text } = await server.ask('POST', '/ValueSet/$validate-code?code=AMB', valueSet);
        expect([code, one, status, text.includes('code-undecided')]).toEqual([code, one, 200, false]);
      }
    }
    const gender = await server.ask('POST', '/Patient/$validate', { resourceType: 'Patient', gender: 'nonsense' });
    expect(issuesOf(gender).join()).toContain('error');
  });

  test('_summary and _elements shorten it, and mark it', async () => {
    const whole = await ask('');
    const summary = await ask('?_summary=true');
    expect(summary.text.length).toBeLessThan(whole.text.length / 10);
    expect(summary.body.meta.tag[0].code).toBe('SUBSETTED');
    expect(Object.keys((await ask('?_elements=software')).body)).toEqual([
      ...['resourceType', 'meta', 'status', 'date', 'kind', 'software', 'fhirVersion', 'format'],
    ]);
  });

  test('its ETag changes with what it says, and a client that has it is told so', async () => {
    const { headers } = await ask('');
    const [etag, lastModified] = [headers.get('etag') ?? '', headers.get('last-modified') ?? ''];
    expect([etag, headers.get('content-location')]).toEqual([expect.stringMatching(/^W\/"\d+"$/), null]);
    expect((await ask('?mode=terminology')).headers.get('etag')).not.toBe(etag);
    const known = await ask('', { 'if-none-match': etag });
    expect([known.status, known.text]).toEqual([304, '']);
    expect((await ask('', { 'if-modified-since': lastModified })).status).toBe(304);
    expect((await ask('?mode=normative', { 'if-none-match': etag })).status).toBe(200);
    expect((await server.ask('HEAD', '/metadata')).headers.get('etag')).toBe(etag);
  });

  test.each([
    ['?mode=most', 'error: capabilities-mode at mode'],
    ['?mode=full&mode=normative', 'error: parameter-repeated at mode'],
    ['?_summary=count', 'error: summary-count at _summary'],
    ['?_elements=nonsense', 'error: elements-unknown at _elements'],
    ['?_count=1', 'error: parameter-not-supported at _count'],
  ])('%s is 400', async (query, issue) => {
    const answer = await ask(query);
    expect([answer.status, issuesOf(answer)]).toEqual([400, [issue]]);
  });

  test('CORS is claimed where it is given', async () => {
    const origin = { origin: 'https://app.example.org' };
    const open = await ask('', origin);
    expect([open.body.rest[0].security.cors, open.headers.get('access-control-allow-origin')]).toEqual([true, '*']);
    const closed = await startServer({ corsOrigins: [] });
    const answer = await closed.ask('GET', '/metadata', undefined, origin);
    await closed.close();
    expect([answer.body.rest[0].security.cors, answer.headers.get('access-control-allow-origin')]).toEqual([false, null]);
  });
});
