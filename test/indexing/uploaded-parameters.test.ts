/** Search parameters that are written through REST: over what is stored already and over what comes. */
import { describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

jest.setTimeout(120_000);

const eyes = 'http://a.cn/StructureDefinition/eyes';

const parameter = (id: string, more: object = {}) => ({
  resourceType: 'SearchParameter',
  id,
  url: `http://a.cn/SearchParameter/${id}`,
  version: '1',
  name: id,
  status: 'active',
  description: 'x',
  code: id,
  base: ['Patient'],
  type: 'token',
  expression: `Patient.extension('${eyes}').value`,
  ...more,
});

const patient = (at: number) => ({
  resourceType: 'Patient',
  id: `p${at}`,
  extension: [{ url: eyes, valueCode: at % 2 === 0 ? 'brown' : 'blue' }],
});

async function fill({ ask }: Pick<RunningServer, 'ask'>, count: number): Promise<void> {
  const entry = Array.from({ length: count }, (_, at) => ({ resource: patient(at), request: { method: 'PUT', url: `Patient/p${at}` } }));
  const answered = await ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  expect(answered.status).toBe(200);
}

/** As soon as it is answered. */
async function searched({ ask }: Pick<RunningServer, 'ask'>, query: string) {
  for (;;) {
    const answered = await ask('GET', query);
    if (answered.status !== 400) return answered;
    expect(issuesOf(answered)).toEqual([expect.stringMatching(/^error: search-parameter-indexing at /)]);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const codesOf = async ({ ask }: Pick<RunningServer, 'ask'>, type: string): Promise<readonly string[]> => {
  const { body } = await ask('GET', '/metadata');
  const found = body.rest[0].resource.find((one: { type: string }) => one.type === type);
  return found.searchParam.map(({ name }: { name: string }) => name);
};

describe.each(stores)('On $name', ({ open }) => {
  const server = serverOn(open);

  test('a parameter for an extension finds what was stored before it, and what comes meanwhile, when all of it has been indexed', async () => {
    await fill(server, 500);
    expect((await server.ask('PUT', '/SearchParameter/eyes', parameter('eyes'))).status).toBe(201);
    const at = await server.ask('GET', '/Patient?eyes=brown');
    expect([at.status, issuesOf(at)]).toEqual([400, ['error: search-parameter-indexing at eyes']]);
    expect(at.text).toMatch(/is being indexed \(\d+ %\)/);
    expect(await codesOf(server, 'Patient')).not.toContain('eyes');
    expect((await server.ask('PUT', '/Patient/p1', { ...patient(0), id: 'p1' })).status).toBe(200);
    expect((await server.ask('PUT', '/Patient/p500', patient(500))).status).toBe(201);
    const { body } = await searched(server, '/Patient?eyes=brown&_total=accurate&_count=0');
    expect(body.total).toBe(252);
    expect(await codesOf(server, 'Patient')).toContain('eyes');
    expect((await server.ask('GET', '/Patient?eyes:missing=true&_summary=count')).body.total).toBe(0);
  });

  test('one that is retired or deleted is no parameter any more, and begins anew when it comes back', async () => {
    expect((await server.ask('PUT', '/SearchParameter/eyes', { ...parameter('eyes'), status: 'retired' })).status).toBe(200);
    expect(issuesOf(await server.ask('GET', '/Patient?eyes=brown'))).toEqual(['error: search-parameter-unknown at eyes']);
    expect(await codesOf(server, 'Patient')).not.toContain('eyes');
    expect((await server.ask('PUT', '/Patient/p501', { ...patient(0), id: 'p501' })).status).toBe(201);
    expect((await server.ask('PUT', '/SearchParameter/eyes', parameter('eyes'))).status).toBe(200);
    expect((await searched(server, '/Patient?eyes=brown&_summary=count')).body.total).toBe(253);
    expect((await server.ask('DELETE', '/SearchParameter/eyes')).status).toBe(204);
    expect(issuesOf(await server.ask('GET', '/Patient?eyes=brown'))).toEqual(['error: search-parameter-unknown at eyes']);
  });

  test('one whose expression changes is indexed anew', async () => {
    expect((await server.ask('PUT', '/SearchParameter/look', parameter('look'))).status).toBe(201);
    expect((await searched(server, '/Patient?look=blue&_summary=count')).body.total).toBe(249);
    const other = parameter('look', { expression: "Patient.extension('http://a.cn/other').value" });
    expect((await server.ask('PUT', '/SearchParameter/look', other)).status).toBe(200);
    expect((await searched(server, '/Patient?look=blue&_summary=count')).body.total).toBe(0);
  });
});
