import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

const page = 'https://app.example.org';
const preflight = { origin: page, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'if-match,authorization' };

describe('OPTIONS and pages of other origins', () => {
  let open: RunningServer;
  let closed: RunningServer;
  beforeAll(async () => {
    // Who may come in is not asked of a preflight: it carries no token.
    open = await startServer();
    closed = await startServer({ corsOrigins: ['https://one.example.org', page] });
    for (const server of [open, closed]) await server.ask('PUT', '/Patient/p', { resourceType: 'Patient', id: 'p' });
  });
  afterAll(() => Promise.all([open.close(), closed.close()]));

  test.each([
    ['', 'GET, POST, HEAD, OPTIONS'],
    ['/', 'GET, POST, HEAD, OPTIONS'],
    ['/metadata', 'GET, HEAD, OPTIONS'],
    ['/Patient', 'GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS'],
    ['/Patient/p', 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS'],
    ['/Patient/p/_history', 'GET, HEAD, OPTIONS'],
    ['/Patient/_search', 'POST, OPTIONS'],
    ['/$validate', 'GET, POST, HEAD, OPTIONS'],
  ])('OPTIONS %s says what may be done', async (path, allow) => {
    const { status, text, headers } = await open.ask('OPTIONS', path);
    expect([status, text, headers.get('allow')]).toEqual([204, '', allow]);
    expect(headers.get('link')).toBe(`<${open.url}/metadata>; rel="service-desc"`);
    expect(headers.get('accept-patch')?.includes('application/json-patch+json') ?? false).toBe(allow.includes('PATCH'));
  });

  test('OPTIONS where nothing is served is 404', async () => {
    const answer = await open.ask('OPTIONS', '/Foo');
    expect([answer.status, issuesOf(answer)]).toEqual([404, ['error: unknown-type']]);
  });

  test('a preflight is told what a page may send and see (security.html#cors)', async () => {
    const { status, headers } = await open.ask('OPTIONS', '/Patient/p', undefined, preflight);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(headers.get('access-control-allow-methods')).toBe('GET, PUT, PATCH, DELETE, HEAD, OPTIONS');
    const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
    for (const field of [
      'accept',
      'authorization',
      'content-type',
      'prefer',
      'if-match',
      'if-none-match',
      'if-none-exist',
      'x-request-id',
    ]) {
      expect(allowed).toContain(field);
    }
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('an answer, a failure too, shows a page its header fields; without an origin nothing is said', async () => {
    for (const path of ['/Patient/p', '/Patient/none']) {
      const { headers } = await open.ask('GET', path, undefined, { origin: page });
      const exposed = headers.get('access-control-expose-headers')?.split(', ');
      expect(headers.get('access-control-allow-origin')).toBe('*');
      for (const field of ['ETag', 'Location', 'Content-Location', 'Last-Modified', 'X-Request-Id', 'Link'])
        expect(exposed).toContain(field);
    }
    expect((await open.ask('GET', '/Patient/p')).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('where origins are named, others are told nothing, and caches know that it matters', async () => {
    const asked = async (origin: string) => (await closed.ask('GET', '/Patient/p', undefined, { origin })).headers;
    expect((await asked(page)).get('access-control-allow-origin')).toBe(page);
    expect((await asked('https://evil.example.org')).get('access-control-allow-origin')).toBeNull();
    expect((await asked(page)).get('vary')).toContain('Origin');
    const refused = await closed.ask('OPTIONS', '/Patient/p', undefined, { ...preflight, origin: 'https://evil.example.org' });
    expect([refused.status, refused.headers.get('access-control-allow-methods')]).toEqual([204, null]);
  });
});
