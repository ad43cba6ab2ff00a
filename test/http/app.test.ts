import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createServer } from '../../src/server.js';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

describe('What is not FHIR', () => {
  let server: RunningServer;
  let root: string;
  beforeAll(async () => {
    server = await startServer();
    root = new URL(server.url).origin;
  });
  afterAll(() => server.close());

  test('the landing page comes as JSON, or to a browser as HTML in its language', async () => {
    const { body } = await server.ask('GET', `${root}/`);
    expect([body.fhirVersion, body.links.fhir]).toEqual(['4.0.1', server.url]);
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const html = await server.ask('GET', `${root}/`, undefined, { accept, 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' });
    expect(html.headers.get('content-type')).toContain('text/html');
    expect(html.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'");
    expect(html.text).toMatch(/<html lang="zh-CN">[\s\S]*访问控制<\/dt><dd>未启用/);
    const english = await server.ask('GET', `${root}/?lang=en`, undefined, { accept, 'accept-language': 'zh-CN' });
    expect(english.text).toMatch(/<html lang="en">[\s\S]*Access<\/dt><dd>off/);
    expect(english.text).not.toMatch(/<script|smart-configuration/);
  });

  test('what the landing page shows to try can be tried', async () => {
    const { text } = await server.ask('GET', `${root}/`, undefined, { accept: 'text/html' });
    const plain = text.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(code));
    const patient = / -d '(\{[^']*\})'/.exec(plain)?.[1];
    expect((await server.ask('POST', '/Patient', patient)).status).toBe(201);
    const links = [...plain.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href).filter((href) => href.startsWith(server.url));
    const answers = await Promise.all(links.map((link) => server.ask('GET', link)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(answers.slice(1, 3).map(({ body }) => body.total)).toEqual([1, 1]);
    expect(answers.slice(3).map(({ text: told }) => /女性|维吾尔族/.test(told))).toEqual([true, true]);
  });

  test('health is well while the store answers', async () => {
    const { status, body } = await server.ask('GET', `${root}/health`);
    expect([status, body.status]).toEqual([200, 'ok']);
  });

  test('other paths are a 404 OperationOutcome that says where FHIR is', async () => {
    for (const path of ['/nothing', '/fhirx', '/%zz']) {
      const answer = await server.ask('GET', root + path);
      expect([path, Math.floor(answer.status / 100), answer.body.resourceType]).toEqual([path, 4, 'OperationOutcome']);
    }
    expect(issuesOf(await server.ask('GET', `${root}/nothing`))).toEqual(['error: unknown-path']);
  });

  test('a fault of ours is 500 with the request id, and its cause is only in the log', async () => {
    const logged: unknown[] = [];
    const accessOf = () => {
      throw new Error('the secret cause');
    };
    const broken = await startServer({ logged, accessOf });
    const answer = await broken.ask('GET', '/Patient/1', undefined, { 'x-request-id': 'trace-me' });
    await broken.close();
    expect([answer.status, issuesOf(answer)]).toEqual([500, ['error: unexpected']]);
    expect(answer.body.issue[0].code).toBe('exception');
    expect(answer.text).toContain('trace-me');
    expect(answer.text).not.toContain('secret');
    expect(logged).toEqual([{ err: expect.objectContaining({ message: 'the secret cause' }), requestId: 'trace-me' }]);
  });

  test('those who listen themselves get the same handler', async () => {
    const embedded = await createServer({ store: 'sqlite::memory:', baseUrl: 'https://fhir.example.org/base' });
    const listener = createHttpServer(await embedded.handler());
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
    const origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    const created = await server.ask('POST', `${origin}/base/Patient`, { resourceType: 'Patient' });
    expect(created.headers.get('location')).toBe(`https://fhir.example.org/base/Patient/${created.body.id}/_history/1`);
    listener.closeAllConnections();
    await new Promise((done) => listener.close(done));
    await embedded.close();
  });

  test('what has been asked is answered before the server ends', async () => {
    const ending = await startServer();
    const create = ending.ask('POST', '/Patient', { resourceType: 'Patient' });
    const asked = Array.from({ length: 5 }, () => ending.ask('GET', '/metadata'));
    await create;
    const closed = ending.close();
    const answers = await Promise.all(asked);
    await closed;
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await expect(ending.ask('GET', '/metadata')).rejects.toThrow();
  });
});
