/** The header field Idempotency-Key itself. Source: draft-ietf-httpapi-idempotency-key-header §2.1; RFC 8941 §3.3.3 */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';

const patient = { resourceType: 'Patient', active: true };
let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
}, 60_000);
afterAll(async () => {
  await server.close();
});

const post = (key: string, path = '/Patient', body: object = patient) => server.ask('POST', path, body, { 'idempotency-key': key });
const bad = ['error: bad-idempotency-key at http.Idempotency-Key'];
const replayed = ({ headers }: Answered) => headers.get('idempotency-replayed');

describe('Idempotency-Key', () => {
  test.each([
    ['nothing', ''],
    ['nothing between quotation marks', '""'],
    ['a space', 'two words'],
    ['more than 255 characters', 'k'.repeat(256)],
    ['a letter beyond ASCII', '\u00e9'],
    ['a quotation mark without its other', '"open'],
    ['something behind the quotation marks', '"key";a=1'],
  ])('with %s is 400', async (_name, key) => {
    const answer = await post(key);
    expect([answer.status, issuesOf(answer)]).toEqual([400, bad]);
  });

  test('is one key bare and in quotation marks, and may have 255 characters', async () => {
    const pairs = [
      ['8e03978e-40d5-43dd-bc93-6894a57f9324', '"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
      ['a"b\\c', '"a\\"b\\\\c"'],
      ['k'.repeat(255), `"${'k'.repeat(255)}"`],
    ];
    for (const [bare = '', quoted = ''] of pairs) {
      const [first, again] = [await post(bare), await post(quoted)];
      expect([first.status, again.status, replayed(first), replayed(again)]).toEqual([201, 201, null, 'true']);
    }
  });

  test('sent twice is 400', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const body = JSON.stringify(patient);
      const headers = ['Host', 'localhost', 'Content-Type', 'application/fhir+json', 'Content-Length', String(body.length)];
      const twice = ['Idempotency-Key', 'a', 'Idempotency-Key', 'a'];
      const asked = request(`${server.url}/Patient`, { method: 'POST', headers: [...headers, ...twice] }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on('error', reject).end(body);
    });
    expect(status).toBe(400);
  });

  test('is passed over where nothing is stored, or where what is stored has its place already', async () => {
    for (const key of ['one', 'two words']) {
      const headers = { 'idempotency-key': key };
      const put = () => server.ask('PUT', '/Patient/own', { ...patient, id: 'own', language: 'zh' }, headers);
      const search = () =>
        server.ask('POST', '/Patient/_search', 'active=true', { ...headers, 'content-type': 'application/x-www-form-urlencoded' });
      const validate = () => server.ask('POST', '/Patient/$validate', patient, headers);
      const read = () => server.ask('GET', '/Patient/own', undefined, headers);
      for (const ask of [put, put, search, search, validate, validate, read]) {
        const answer = await ask();
        expect([answer.status < 300, replayed(answer)]).toEqual([true, null]);
      }
    }
  });

  test('counts for a body that comes packed, or in XML, and the answer has the form that is asked for now', async () => {
    const ask = (accept: string) =>
      server.ask('POST', '/Patient', '<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>', {
        'idempotency-key': 'xml',
        'content-type': 'application/fhir+xml',
        accept,
      });
    const [first, again] = [await ask('application/fhir+xml'), await ask('application/fhir+json')];
    expect([first.status, again.status, replayed(again)]).toEqual([201, 201, 'true']);
    expect(first.text).toContain(`<id value="${again.body.id}"/>`);
  });

  test('for a Binary its bytes count', async () => {
    const ask = (text: string, key: string) =>
      server.ask('POST', '/Binary', text, { 'idempotency-key': key, 'content-type': 'text/plain' });
    const [first, again, other] = [await ask('one', 'binary'), await ask('one', 'binary'), await ask('two', 'binary')];
    expect([first.status, again.status, replayed(again), other.status]).toEqual([201, 201, 'true', 422]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });
});
