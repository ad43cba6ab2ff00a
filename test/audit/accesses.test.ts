/**
 * Every access has its record: who, what, which patient, what came of it. Source: R4 auditevent.html, security.html#audit; IHE BALP 1.1
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyJournal } from '../../src/audit/verify.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { mulberry32 } from '../torture/races/storm.js';
import { type AuditedServer, startAudited, written } from './running-audited.js';

const BALP = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.';

function observation(patient: string, more: object = {}) {
  return { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${patient}` }, ...more };
}

/** What an AuditEvent says, in short. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every shape
function told(event: any): string {
  const references = event.entity?.flatMap(({ what }: { what?: { reference?: string } }) => what?.reference ?? []) ?? [];
  const query = event.entity?.find(({ query: text }: { query?: string }) => text !== undefined)?.description;
  const pattern = event.meta.profile?.[0]?.replace(BALP, '') ?? '–';
  return [event.subtype?.[0].code ?? 'request', event.action, event.outcome, pattern, ...references, ...(query ? [query] : [])].join(' ');
}

describe.each(stores)('with the audit on, in $name', (kind) => {
  let opened: OpenedStore;
  let server: AuditedServer;
  let refused: string | undefined;
  beforeAll(async () => {
    opened = await kind.open();
    server = await startAudited(opened.store, (act, type) => (type === refused && act !== 'read' ? undefined : { kind: 'all', of: [] }));
    for (const id of ['a', 'b']) await server.as('doctor', 'PUT', `/Patient/${id}`, { resourceType: 'Patient', id, name: [{ text: id }] });
  });
  afterAll(async () => {
    await server.close();
    expect((await verifyJournal(opened.store.audit)).faults).toEqual([]);
    await opened.close();
  });

  /** What was recorded of one request, by the id it was sent with. */
  let requests = 0;
  async function recorded(method: string, path: string, body?: unknown, enough = 1): Promise<readonly string[]> {
    const id = `request-${++requests}`;
    await server.as('doctor', method, path, body, { 'x-request-id': id });
    const all = await written(server, `entity:identifier=${id}`, enough);
    return all.map(told).reverse();
  }

  test('a create, an update, a patch and a delete name the version they made, and the patient', async () => {
    const created = await recorded('POST', '/Observation', observation('a'));
    const [, id = ''] = /Observation\/([^/]+)\//.exec(created[0] ?? '') ?? [];
    expect(created).toEqual([`create C 0 PatientCreate Patient/a Observation/${id}/_history/1`]);
    expect(await recorded('PUT', `/Observation/${id}`, observation('a', { id, note: [{ text: 'y' }] }))).toEqual([
      `update U 0 PatientUpdate Patient/a Observation/${id}/_history/2`,
    ]);
    expect(await recorded('DELETE', `/Observation/${id}`)).toEqual([`delete D 0 PatientDelete Patient/a Observation/${id}/_history/3`]);
  });

  test('an operation on terminology has its record by every door, also where it is refused', async () => {
    const lookup = 'CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=';
    const parameter = [{ name: 'valueSet', resource: { resourceType: 'ValueSet', status: 'active' } }];
    expect(await recorded('GET', `/${lookup}male`)).toEqual([`operation E 0 – ${lookup}male`]);
    expect(await recorded('GET', `/${lookup}none`)).toEqual([`operation E 4 – ${lookup}none`]);
    expect(await recorded('POST', '/ValueSet/$expand', { resourceType: 'Parameters', parameter })).toEqual([
      'operation E 4 – ValueSet/$expand',
    ]);
    const entry = [{ request: { method: 'GET', url: `${lookup}male` } }];
    const batch = await recorded('POST', '/', { resourceType: 'Bundle', type: 'batch', entry }, 2);
    expect(batch).toEqual([`operation E 0 – ${lookup}male`, 'batch E 0 –']);
  });

  test('a read names the version that was shown; what is not there is a refusal', async () => {
    expect(await recorded('GET', '/Patient/a')).toEqual(['read R 0 PatientRead Patient/a Patient/a/_history/1']);
    expect(await recorded('GET', '/Patient/a/_history/1')).toEqual(['vread R 0 PatientRead Patient/a Patient/a/_history/1']);
    expect(await recorded('GET', '/Patient/nobody')).toEqual(['read R 4 – Patient/nobody']);
    expect(await recorded('GET', '/Nonsense/1')).toEqual(['request E 4 – GET /fhir/Nonsense/1']);
  });

  test('a search has one AuditEvent for each patient found, and one where there is none', async () => {
    await server.as('doctor', 'PUT', '/Observation/of-a', observation('a', { id: 'of-a' }));
    await server.as('doctor', 'PUT', '/Observation/of-b', observation('b', { id: 'of-b' }));
    const query = 'Observation?_id=of-a,of-b';
    expect([...(await recorded('GET', `/${query}`, undefined, 2))].sort()).toEqual([
      `search-type E 0 PatientQuery Patient/a ${query}`,
      `search-type E 0 PatientQuery Patient/b ${query}`,
    ]);
    expect(await recorded('GET', '/Observation?_id=none')).toEqual(['search-type E 0 Query Observation?_id=none']);
    const form = await recorded('GET', '/Patient/a/Observation?code=none');
    expect(form).toEqual(['search E 0 Query Patient/a Patient/a/Observation?code=none']);
  });

  test('what access refuses is a refusal', async () => {
    refused = 'Condition';
    expect(await recorded('GET', '/Condition?code=x')).toEqual(['search-type E 4 – Condition?code=x']);
    refused = undefined;
  });

  test('a transaction has one for itself and one for each entry, written and read; refused it has one', async () => {
    const entry = [
      { request: { method: 'PUT', url: 'Observation/t1' }, resource: observation('b', { id: 't1' }) },
      { request: { method: 'GET', url: 'Patient/a' } },
      { request: { method: 'GET', url: 'Observation?_id=t1' } },
    ];
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    expect([...(await recorded('POST', '/', bundle, 4))].sort()).toEqual([
      'read R 0 PatientRead Patient/a Patient/a/_history/1',
      'search-type E 0 PatientQuery Patient/b Observation?_id=t1',
      'transaction E 0 –',
      'update C 0 – Patient/b Observation/t1/_history/1',
    ]);
    const bad = {
      ...bundle,
      entry: [...entry, { request: { method: 'POST', url: 'Patient' }, resource: { resourceType: 'Patient', nonsense: 1 } }],
    };
    expect(await recorded('POST', '/', bad)).toEqual(['transaction E 4 –']);
  });

  test('a batch has one for itself and one for each entry, whatever came of it', async () => {
    const entry = [
      { request: { method: 'GET', url: 'Patient/a' } },
      { request: { method: 'DELETE', url: 'Observation/nothing' } },
      { request: { method: 'GET', url: 'Patient/nobody' } },
    ];
    expect([...(await recorded('POST', '/', { resourceType: 'Bundle', type: 'batch', entry }, 4))].sort()).toEqual([
      'batch E 0 –',
      'delete D 0 Delete Observation/nothing',
      'read R 0 PatientRead Patient/a Patient/a/_history/1',
      'read R 4 – Patient/nobody',
    ]);
  });

  test('each is valid by R4', async () => {
    const events = await server.events('_count=100');
    const kinds = new Map(events.map((event) => [told(event).split(' ').slice(0, 4).join(' '), event]));
    expect(kinds.size).toBeGreaterThan(10);
    for (const event of kinds.values()) {
      const { body } = await server.as('auditor', 'POST', '/AuditEvent/$validate', event);
      const errors = body.issue.filter(({ severity }: { severity: string }) => severity === 'error' || severity === 'fatal');
      expect(errors).toEqual([]);
    }
  });

  test('of a random mix of requests each has exactly its own', async () => {
    const next = mulberry32(7);
    const pick = <T>(of: readonly [T, ...T[]]): T => of[Math.floor(next() * of.length)] ?? of[0];
    const single = () =>
      pick<readonly [method: string, path: string, body?: object]>([
        ['GET', `/Patient/${pick(['a', 'b', 'nobody'])}`],
        ['GET', `/Observation?subject=Patient/${pick(['a', 'none'])}`],
        ['PUT', `/Observation/r${Math.floor(next() * 3)}`, {}],
        ['POST', '/Observation', observation(pick(['a', 'b']))],
        ['DELETE', `/Observation/r${Math.floor(next() * 3)}`],
        ['GET', '/Nonsense'],
        ['GET', '/Patient/a/_history'],
        ['POST', '/Patient', { resourceType: 'Patient', nonsense: true }],
      ]);
    const expected = new Map<string, number>();
    const sent: Promise<unknown>[] = [];
    for (let i = 0; i < 60; i++) {
      const id = `mix-${i}`;
      const one = single();
      const size = next() < 0.2 ? 1 + Math.floor(next() * 4) : 0;
      const entries = Array.from({ length: size }, single).map(([method, url, body]) => ({
        request: { method, url: url.slice(1) },
        ...(body === undefined ? {} : { resource: filled(url, body) }),
      }));
      const [method, path, body] = size === 0 ? one : (['POST', '/', { resourceType: 'Bundle', type: 'batch', entry: entries }] as const);
      // A search that finds patients has one for each; here at most one is asked for.
      expected.set(id, size === 0 ? 1 : 1 + entries.length);
      sent.push(server.as('doctor', method, path, body && filled(path, body), { 'x-request-id': id }));
    }
    await Promise.all(sent);
    const total = [...expected.values()].reduce((sum, one) => sum + one, 0);
    let found = new Map<string, number>();
    for (let tries = 0; tries < 100 && [...found.values()].reduce((sum, one) => sum + one, 0) < total; tries++) {
      found = new Map();
      for (const event of await server.events('agent=Practitioner/wang&_count=500')) {
        const id = event.entity?.at(-1).what.identifier.value;
        if (expected.has(id)) found.set(id, (found.get(id) ?? 0) + 1);
      }
    }
    expect(found).toEqual(new Map([...expected]));
  });
});

function filled(path: string, body: object): object {
  const [, type, id] = path.split('/');
  return type === 'Observation' && id !== undefined ? observation('a', { id }) : body;
}
