/** What the door tells those whose access does not reach, and those who ask too much. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Access, Act } from '../../src/access/access.js';
import type { Principal } from '../../src/access/principal.js';
import { askedText } from '../../src/http/asked-text.js';
import { weightOf } from '../../src/http/weight.js';
import type { FhirRequest } from '../../src/interactions/request.js';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

const wang: Principal = {
  client: 'app',
  account: 'wang',
  role: 'clinician',
  scope: 'user/Patient.rs',
  tokenId: 't',
  issuer: 'https://example.org/auth',
  expires: 0,
};

/** Reads and searches Patients alone. */
function access(principal: Principal): Access {
  const may = (act: Act, type: string) => type === 'Patient' && (act === 'read' || act === 'search');
  return { principal, subject: principal.client, restriction: (act, type) => (may(act, type) ? { kind: 'all', of: [] } : undefined) };
}

let principal = wang;
let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ accessOf: () => access(principal) });
});
afterAll(() => server.close());

describe('a token that does not reach', () => {
  test.each([
    ['GET', '/Observation/1', undefined, 'user/Observation.r'],
    ['GET', '/Observation?code=1', undefined, 'user/Observation.s'],
    ['GET', '/Observation/_history', undefined, 'user/Observation.s'],
    ['POST', '/Patient', { resourceType: 'Patient' }, 'user/Patient.c'],
    ['PUT', '/Patient/1', { resourceType: 'Patient', id: '1' }, 'user/Patient.u'],
    ['DELETE', '/Patient/1', undefined, 'user/Patient.d'],
    ['GET', '/Patient?organization.name=x', undefined, 'user/Organization.s'],
    ['GET', '/Patient?_has:Observation:subject:code=1', undefined, 'user/Observation.s'],
  ])('is told which scope would: %s %s', async (method, path, body, scope) => {
    const answer = await server.ask(method, path, body);
    const challenge = `Bearer realm="fhir", error="insufficient_scope", scope="${scope}"`;
    expect([answer.status, answer.headers.get('www-authenticate'), answer.body.issue[0].code]).toEqual([403, challenge, 'forbidden']);
  });

  test('is told so in its context', async () => {
    const { account: _, ...system } = wang;
    const asked = async (who: Principal) => {
      principal = who;
      const { headers } = await server.ask('GET', '/Observation/1');
      principal = wang;
      return headers.get('www-authenticate');
    };
    expect(await asked({ ...wang, patient: '1' })).toContain('scope="patient/Observation.r"');
    expect(await asked(system)).toContain('scope="system/Observation.r"');
  });
});

test('a token in the URL is not written down', () => {
  const url = '/fhir/Patient?name=王&access_token=eyJ.a.b&id_token=c&x=1';
  expect(askedText({ method: 'GET', url })).toBe('GET /fhir/Patient?name=王&access_token=…&id_token=…&x=1');
  expect(askedText({ method: 'GET', url: '/fhir/Patient?%74oken=1' })).toBe('GET /fhir/Patient?%74oken=…');
  expect(askedText({ method: 'GET', url: '/fhir/Patient/token?a=b=c&_elements=id' })).toBe('GET /fhir/Patient/token?a=b=c&_elements=id');
});

describe('who asks too much', () => {
  test('is told when to come again', async () => {
    const limited = await startServer({ accessOf: () => access(wang), allowances: { perMinute: { person: 100, system: 100 } } });
    const entry = Array.from({ length: 300 }, () => ({ request: { method: 'GET', url: 'Patient/1' } }));
    expect((await limited.ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry })).status).toBe(200);
    const refused = await limited.ask('GET', '/Patient/1', undefined, { origin: 'https://app.example.org' });
    expect([refused.status, issuesOf(refused), refused.body.issue[0].code]).toEqual([429, ['error: too-many-requests'], 'throttled']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30);
    expect(refused.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect((await limited.ask('GET', '/metadata')).status).toBe(200);
    await limited.close();
  });

  test('is asked to wait also when nothing comes of what is asked', async () => {
    const limited = await startServer({ accessOf: () => access(wang), allowances: { perMinute: { person: 1, system: 1 } } });
    expect((await limited.ask('GET', '/Nonsense')).status).toBe(404);
    expect((await limited.ask('GET', '/Nonsense')).status).toBe(429);
    await limited.close();
  });

  test('is counted by what is asked for: a read 1, a search 1 and 1 for each include, a Bundle its entries', () => {
    const weigh = (interaction: string, more: Partial<FhirRequest> = {}) =>
      weightOf({ interaction, parameters: [], ...more } as FhirRequest);
    expect(weigh('read')).toBe(1);
    expect(
      weigh('search-type', {
        parameters: [
          ['name', 'a'],
          ['_include', 'x'],
          ['_revinclude:iterate', 'y'],
        ],
      }),
    ).toBe(3);
    expect(weigh('bundle', { body: { entry: [{}, {}, {}] } })).toBe(3);
    expect(weigh('bundle', { body: [] })).toBe(1);
  });
});
