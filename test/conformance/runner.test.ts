/** What runs the REST cases: every case can fail, and what is put in, sent and found is what the case says. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { loadBundleCases } from '../../conformance/bundle/case.js';
import { type Case, loadCases, type Step } from '../../conformance/rest/case.js';
import { createLook } from '../../conformance/rest/look.js';
import { judgeAll } from '../../conformance/rest/run.js';
import { summaryOf } from '../../conformance/rest/summary.js';
import { loadSearchCases } from '../../conformance/search/case.js';
import { loadTerminologyCases } from '../../conformance/terminology/case.js';
import { definitions } from '../built-definitions.js';

const look = createLook(definitions);
const json = { 'content-type': 'application/fhir+json', etag: 'W/"1"', location: 'Patient/a/_history/1' };

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Runs cases against a server that answers everything with the same. */
async function against(cases: readonly Case[], answer: { readonly status: number; readonly body: string }) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(answer.status, json).end(answer.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
  try {
    const judged = await judgeAll(cases, { base, headers: {}, look }, { atOnce: 8 });
    return { judged, seen: seen.slice(1) };
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

const caseOf = (...steps: Step[]): Case => ({ id: 'one', source: 'R4', title: 'A title', steps });
const outcome = '{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception"}]}';

test.each([
  ['an empty object', { status: 200, body: '{}' }],
  ['a fault', { status: 500, body: outcome }],
])('no case passes on a server that answers everything with %s', async (_what, answer) => {
  const { judged } = await against(
    [...loadCases(), ...loadSearchCases({ apart: false }), ...loadBundleCases(), ...loadTerminologyCases()].map((one) => ({
      ...one,
      claimed: undefined,
    })),
    answer,
  );
  expect(judged.filter(({ verdict }) => verdict.kind !== 'failed').map(({ one }) => one.id)).toEqual([]);
});

test('what a server does not claim is not judged', async () => {
  const claimed = { ...caseOf({ request: 'GET Patient' }), claimed: 'CapabilityStatement.exists()' };
  const { judged, seen } = await against([claimed], { status: 200, body: '{}' });
  expect([judged[0]?.verdict.kind, seen]).toEqual(['unclaimed', []]);
});

test('a later step takes what an earlier one got', async () => {
  const body = '{"resourceType":"Patient","id":"a","name":[{"family":"\\"张"}]}';
  const { judged, seen } = await against(
    [
      caseOf(
        { request: 'POST', body: { entry: [{ $repeat: 2, of: { n: '第{{n}}' } }], value: 1 }, as: 'first' },
        {
          request: 'PUT Patient/{{first.id}}/{{first.version}}?q={{first: Patient.name.family}}',
          headers: { 'If-Match': '{{first.header.etag}}', Accept: null },
          body: { family: '{{first: Patient.name.family}}', uuid: '{{uuid:x}}{{uuid:x}}' },
          gzip: true,
        },
        { request: 'GET {{base}}/x', expect: { status: '2xx', text: { equals: '{{first.text}}' } } },
      ),
    ],
    { status: 200, body },
  );
  expect(judged[0]?.verdict).toEqual({ kind: 'passed' });
  expect([seen[0]?.line, String(seen[0]?.body)]).toEqual(['POST /fhir', '{"entry":[{"n":"第0"},{"n":"第1"}],"value":1}']);
  expect([seen[1]?.line, seen[1]?.headers['if-match'], seen[1]?.headers.accept]).toEqual([
    'PUT /fhir/Patient/a/1?q=%22%E5%BC%A0',
    'W/"1"',
    undefined,
  ]);
  const { family, uuid } = JSON.parse(gunzipSync(seen[1]?.body ?? '').toString()) as Record<string, string>;
  expect([family, uuid]).toEqual(['"张', expect.stringMatching(/^([0-9a-f-]{36})\1$/)]);
});

test.each<[string, Step['expect'], string]>([
  ['a status', { status: [201, '3xx'] }, 'status 200 instead of 201 or 3xx'],
  ['statuses', { statuses: { 201: 1 } }, 'statuses {"200":1} instead of {"201":1}'],
  ['a header', { headers: { ETag: 'W/"2"' } }, 'ETag is W/"1" instead of W/"2"'],
  ['a header that should match', { headers: { Vary: { matches: '.' } } }, 'Vary is absent, which does not match .'],
  ['a header that should be absent', { headers: { ETag: { absent: true } } }, 'ETag is W/"1" though it should be absent'],
  ['a condition', { fhirpath: ["Patient.id = 'b'"] }, "not so: Patient.id = 'b'"],
  ['a condition on nothing', { fhirpath: ['Patient.active'] }, 'not so: Patient.active'],
  ['an outcome', { outcome: true }, expect.stringContaining('not so: OperationOutcome.issue') as unknown as string],
  ['a text', { text: { equals: 'x' } }, 'another text than x'],
  ['a part of the text', { text: { contains: ['b'] } }, 'the text lacks b'],
  ['what should not be in the text', { text: { lacks: ['Patient'] } }, 'the text has Patient'],
  ['no body', { empty: true }, 'a body of 35 bytes instead of none'],
  ['bytes', { bytes: 'AAEC' }, 'other bytes than expected'],
  ['a match', { found: { matches: ['b'] } }, 'a Patient instead of a Bundle'],
  ['a placeholder for nothing', { text: { equals: '{{other.id}}' } }, 'There is nothing for {{other.id}}'],
])('%s that is not as expected is told', async (_what, expected, finding) => {
  const answer = { status: 200, body: '{"resourceType":"Patient","id":"a"}' };
  const { judged } = await against([caseOf({ request: 'GET Patient/a', expect: expected })], answer);
  expect(judged[0]?.verdict).toMatchObject({ kind: 'failed', step: '1. GET Patient/a', findings: expect.arrayContaining([finding]) });
});

const link = (relation: string) => ({ relation, url: `http://b/Patient?name=%E5%BC%A0+x&page=${relation}` });
const entry = (id: string, mode = 'match') => ({
  fullUrl: `http://b/Patient/${id}`,
  resource: { resourceType: 'Patient', id },
  search: { mode },
});
const searchset = {
  resourceType: 'Bundle',
  type: 'searchset',
  total: 3,
  link: [link('self')],
  entry: [entry('a'), entry('b'), entry('c', 'include')],
};

test.each<[string, Step['expect'], string]>([
  ['other matches', { found: { matches: ['a'] } }, 'matches: a b instead of a'],
  ['another order', { found: { matches: ['b', 'a'], inOrder: true } }, 'matches: a b instead of b a'],
  ['more that is included', { found: { matches: ['b', 'a'] } }, 'included: c instead of none'],
  ['a total that does not fit', { found: { matches: ['b', 'a'], included: ['c'] } }, 'total 3 instead of 2'],
  ['another total', { found: { total: 4 } }, 'total 3 instead of 4'],
  [
    'a self link',
    { found: { self: { contains: ['name=张 x', 'x=1'], lacks: ['page'] } } },
    'the self link http://b/Patient?name=张 x&page=self lacks x=1',
  ],
])('of a search %s is told', async (_what, expected, finding) => {
  const answer = { status: 200, body: JSON.stringify(searchset) };
  const { judged } = await against([caseOf({ request: 'GET Patient', expect: expected })], answer);
  expect(judged[0]?.verdict).toMatchObject({ kind: 'failed', findings: expect.arrayContaining([finding]) });
});

test('of a search an entry that stands twice, has no URL or no mode is told', async () => {
  const { search: _left, ...without } = entry('d');
  const { fullUrl: _url, ...nameless } = entry('e');
  const body = JSON.stringify({ ...searchset, total: undefined, entry: [entry('a'), entry('a'), without, nameless] });
  const { judged } = await against([caseOf({ request: 'GET Patient', expect: { found: {} } })], { status: 200, body });
  expect(judged[0]?.verdict).toMatchObject({
    findings: expect.arrayContaining(['1 entries without a fullUrl', 'an entry stands twice', 'an entry without search.mode']),
  });
});

test('the summary tells what failed from what is a choice and what is known, in both languages', async () => {
  const cases = ['failed', 'choice', 'known'].map((id) => ({ ...caseOf({ request: 'GET Patient/a', expect: { status: 418 } }), id }));
  const { judged } = await against(
    cases.map((one) => (one.id === 'choice' ? { ...one, choice: true } : one)),
    { status: 200, body: '{}' },
  );
  const misses = [{ id: 'known', reason: 'because' }];
  const { text, good } = summaryOf(judged, { base: 'http://b', language: 'en', misses });
  expect([good, text]).toEqual([false, expect.stringContaining('3 cases, 0 passed, 1 failed, 1 decided otherwise')]);
  expect(text).toContain('FAILED  failed  (R4)\n  A title\n  1. GET Patient/a\n    status 200 instead of 418');
  expect(text).toContain('    because');
  expect(summaryOf(judged, { base: 'http://b', language: 'zh', misses }).text).toContain('共 3 例，通过 0，未通过 1');
  expect(summaryOf(judged.slice(1), { base: 'http://b', language: 'en', misses }).good).toBe(true);
});
