import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

const KIBI = 1024;
const large = (id: string) => ({ resourceType: 'Binary', id, contentType: 'text/plain', data: 'AAAA'.repeat(2.25 * KIBI) });

describe('An answer has room for so many bytes of resources', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ limits: { answerBytes: 65 * KIBI } });
    for (let n = 0; n < 8; n++) await server.ask('PUT', `/Binary/b${n}`, large(`b${n}`));
  });
  afterAll(() => server.close());

  test.each(['batch', 'transaction'])('of a %s: what is read beyond is 413, what is written stands', async (type) => {
    const reads = Array.from({ length: 8 }, (_, n) => ({ request: { method: 'GET', url: `Binary/b${n}` } }));
    const write = { resource: { resourceType: 'Basic', id: type, code: { text: 'x' } }, request: { method: 'PUT', url: `Basic/${type}` } };
    const answer = await server.ask('POST', '', { resourceType: 'Bundle', type, entry: [...reads, write] });
    const failed = answer.body.entry.filter(({ response }: { response: { status: string } }) => response.status.startsWith('413'));
    expect([answer.status, failed.length, answer.body.entry[8].response.status]).toEqual([200, 1, '201 Created']);
    expect(issuesOf({ ...answer, body: failed[0].response.outcome })).toEqual([expect.stringMatching(/^error: answer-too-long at Bundle/)]);
    expect((await server.ask('GET', `/Basic/${type}`)).status).toBe(200);
  });

  test('of a transaction: what it reads is not held beyond the room, however often it is asked for', async () => {
    const reads = Array.from({ length: 12 }, (_, n) => ({ request: { method: 'GET', url: `Binary/b${n % 8}` } }));
    const small = { request: { method: 'GET', url: 'Binary/b0?_elements=contentType' } };
    const answer = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [...reads, small] });
    const statuses = answer.body.entry.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3));
    expect(statuses).toEqual([...Array.from({ length: 7 }, () => '200'), ...Array.from({ length: 5 }, () => '413'), '200']);
    const missing = { request: { method: 'GET', url: 'Binary/never' } };
    const refused = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [...reads, missing] });
    expect([refused.status, issuesOf(refused)]).toEqual([404, ['error: not-found at Bundle.entry[12]']]);
  });

  test('of a search: its page ends early and leads on', async () => {
    const first = await server.ask('GET', '/Binary');
    expect([first.body.entry.length, first.body.total]).toEqual([7, 8]);
    const next = first.body.link.find(({ relation }: { relation: string }) => relation === 'next');
    expect((await server.ask('GET', next.url)).body.entry.map(({ resource }: { resource: { id: string } }) => resource.id)).toEqual(['b7']);
  });
});
