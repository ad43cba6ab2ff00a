import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

const asFhir = { accept: 'application/fhir+json' };
const chrome = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8';
const png = Buffer.from('89504e470d0a1a0a00ff80', 'hex');

describe('Binary as what it holds', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ limits: { bodyBytes: 1_000_000 } });
    const stored = { resourceType: 'Binary', id: 'png', contentType: 'image/png', securityContext: { reference: 'Patient/p' } };
    await server.ask('PUT', '/Binary/png', { ...stored, data: png.toString('base64') });
  });
  afterAll(() => server.close());

  const bytesOf = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(server.url + path, { headers });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  test.each(['*/*', 'image/png', 'image/*', 'application/pdf', 'application/json', 'application/xml', chrome])(
    'a read by who accepts %s gives the content under its own type (binary.html#rest)',
    async (accept) => {
      for (const path of ['/Binary/png', '/Binary/png/_history/1']) {
        const { status, headers, bytes } = await bytesOf(path, { accept });
        expect([status, headers.get('content-type'), bytes.equals(png)]).toEqual([200, 'image/png', true]);
        expect([headers.get('x-security-context'), headers.get('etag')]).toEqual(['Patient/p', 'W/"1"']);
        expect(headers.get('last-modified')).toMatch(/GMT$/);
      }
    },
  );

  test.each([
    ['', { accept: 'application/fhir+json' }, 'application/fhir+json; charset=utf-8'],
    ['', { accept: 'application/fhir+xml' }, 'application/fhir+xml; charset=utf-8'],
    ['', { accept: 'application/fhir+json, */*;q=0.1' }, 'application/fhir+json; charset=utf-8'],
    ['?_format=json', { accept: '*/*' }, 'application/fhir+json; charset=utf-8'],
    ['?_format=xml', { accept: 'image/png' }, 'application/fhir+xml; charset=utf-8'],
  ])('%s with %j gives the resource', async (query, headers, type) => {
    const answer = await server.ask('GET', `/Binary/png${query}`, undefined, headers);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.text).toContain(png.toString('base64'));
  });

  test('a conditional read, HEAD and failures are as for every resource', async () => {
    expect((await bytesOf('/Binary/png', { 'if-none-match': 'W/"1"' })).status).toBe(304);
    const head = await fetch(`${server.url}/Binary/png`, { method: 'HEAD' });
    expect([head.headers.get('content-length'), head.headers.get('content-type')]).toEqual([String(png.length), 'image/png']);
    const missing = await server.ask('GET', '/Binary/none', undefined, { accept: 'image/png' });
    expect([missing.status, missing.body.resourceType]).toEqual([404, 'OperationOutcome']);
  });

  test('content of any type is created, updated and comes back as it was', async () => {
    const sent = { 'content-type': 'application/dicom', 'x-security-context': 'Patient/p' };
    const created = await server.ask('POST', '/Binary', new Uint8Array(png), { ...sent, ...asFhir });
    const { id, contentType, securityContext, data } = created.body;
    expect([created.status, contentType, securityContext, data]).toEqual([
      201,
      'application/dicom',
      { reference: 'Patient/p' },
      png.toString('base64'),
    ]);
    expect((await bytesOf(`/Binary/${id}`)).bytes.equals(png)).toBe(true);
    const text = { 'content-type': 'text/plain; charset=utf-8', ...asFhir };
    const updated = await server.ask('PUT', `/Binary/${id}`, '你好', text);
    expect([updated.status, updated.body.contentType, updated.body.securityContext]).toEqual([200, 'text/plain; charset=utf-8', undefined]);
    const { bytes, headers } = await bytesOf(`/Binary/${id}`);
    expect([bytes.toString(), headers.get('content-type')]).toEqual(['你好', 'text/plain; charset=utf-8']);
    expect((await server.ask('PUT', '/Binary/mine', 'x', text)).status).toBe(201);
  });

  test.each([
    ['application/fhir+json', '{"resourceType":"Patient"}'],
    ['application/fhir+xml', '<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>'],
    ['application/json', '{"a":1}'],
    ['application/json', 'no JSON at all'],
    ['text/xml', '<cda/>'],
    ['application/x-www-form-urlencoded', 'a=b'],
  ])('what is no Binary resource is content, also as %s', async (type, body) => {
    const created = await server.ask('POST', '/Binary', body, { 'content-type': type, ...asFhir });
    expect([created.status, created.body.contentType]).toEqual([201, type]);
    const { bytes, headers } = await bytesOf(`/Binary/${created.body.id}`);
    expect([bytes.toString(), headers.get('content-type')]).toEqual([body, type]);
  });

  test.each([
    ['application/fhir+json', '{"resourceType":"Binary","contentType":"text/plain","data":"eA=="}'],
    ['application/json', '{"resourceType":"Binary","contentType":"text/plain","data":"eA=="}'],
    ['application/fhir+xml', '<Binary xmlns="http://hl7.org/fhir"><contentType value="text/plain"/><data value="eA=="/></Binary>'],
  ])('a Binary resource as %s is itself', async (type, body) => {
    const created = await server.ask('POST', '/Binary', body, { 'content-type': type, ...asFhir });
    expect([created.status, created.body.contentType, created.body.data]).toEqual([201, 'text/plain', 'eA==']);
  });

  test('what says that it is FHIR and cannot be read is refused; so is what is too long', async () => {
    expect((await server.ask('POST', '/Binary', '{', { 'content-type': 'application/fhir+json' })).status).toBe(400);
    expect((await server.ask('POST', '/Binary', 'x'.repeat(1_000_001), { 'content-type': 'text/plain' })).status).toBe(413);
    expect((await server.ask('POST', '/Binary', 'x', { 'content-type': 'nonsense' })).status).toBe(422);
  });

  test.each([
    ['text/html', '<script>alert(1)</script>', 'attachment'],
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'attachment'],
    ['application/pdf', '%PDF', 'inline'],
    ['image/png', 'x', 'inline'],
    ['text/plain', 'x', 'inline'],
  ])('%s cannot run as a page of ours', async (type, body, disposition) => {
    const created = await server.ask('POST', '/Binary', body, { 'content-type': type, ...asFhir });
    const { headers } = await bytesOf(`/Binary/${created.body.id}`, { accept: chrome });
    expect([headers.get('content-disposition'), headers.get('x-content-type-options')]).toEqual([disposition, 'nosniff']);
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });
});
