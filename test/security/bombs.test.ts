/**
 * Bodies, words and connections made to exhaust a server, sent to one in a process of its own with its default limits: each is refused or
 * done properly, and others are answered meanwhile. Machines are shared: the bounds are seconds where milliseconds are usual.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { servingOn } from '../end-to-end/serving.js';
import { talk } from '../http/raw-socket.js';
import { patchParameters } from '../interactions/patch/parameters.js';
import { type Answered, ask as askUrl, issuesOf, type RunningServer } from '../running-server.js';
import { stores } from '../stores.js';
import { openSite } from './a-site.js';
import { patterns, places } from './evil-patterns.js';
import { documents, resolved } from './hostile-xml.js';

jest.setTimeout(120_000);

/** Milliseconds in which others must be answered beside a bomb, and in which a search with an evil pattern must be. */
const ALIVE = 4000;
const FOUND = 3000;

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const xml = { 'content-type': 'application/fhir+xml' };
const jsonPatch = { 'content-type': 'application/json-patch+json' };
const many = (count: number, one: (n: number) => string) => Array.from({ length: count }, (_, n) => one(n)).join();
const extensions = (count: number) => many(count, (n) => `{"url":"urn:x:${n}","valueString":"y"}`);
const basic = (rest: string) => `{"resourceType":"Basic","code":{"text":"x"},${rest}}`;
const bundle = (type: string, entry: (n: number) => string) =>
  `{"resourceType":"Bundle","type":"${type}","entry":[${many(20_000, entry)}]}`;
const creation = `{"resource":${basic('"language":"en"')},"request":{"method":"POST","url":"Basic"}}`;
const member = (n: number) => `{"fullUrl":"http://example.org/Basic/${n}","resource":${basic(`"id":"${n}"`)}}`;
const ofType = (count: number) => `identifier:of-type=${encodeURIComponent(many(count, (n) => `urn:types|MR|${n}`))}`;
const doubling = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/extension/0', path: '/extension/0/extension/-' }));

type Request = Parameters<RunningServer['ask']>;
type Bomb = readonly [what: string, request: () => Request, status: number, issue: string];

const refused: readonly Bomb[] = [
  ['40 MB of JSON', () => ['POST', '/Basic', basic(`"extension":[${extensions(1_000_000)}]`).padEnd(40e6)], 413, 'body-too-long'],
  ['40 MB at the root', () => ['POST', '', bundle('batch', () => creation).padEnd(40e6)], 413, 'body-too-long'],
  ['a transaction of 20,000 entries', () => ['POST', '', bundle('transaction', () => creation)], 413, 'too-many-entries'],
  ['a batch of 20,000 entries', () => ['POST', '', bundle('batch', () => creation)], 413, 'too-many-entries'],
  ['100,000 lists in one another', () => ['POST', '/Basic', '['.repeat(1e5) + ']'.repeat(1e5)], 400, 'json-too-deep'],
  [
    '100,000 extensions in one another',
    () => ['POST', '/Basic', basic(`"extension":${'[{"url":"x","extension":'.repeat(1e5)}[]${'}]'.repeat(1e5)}`)],
    400,
    'json-too-deep',
  ],
  [
    'XML 100,000 deep',
    () => ['POST', '/Basic', `<Basic xmlns="http://hl7.org/fhir">${'<extension>'.repeat(1e5)}`, xml],
    400,
    'xml-too-deep',
  ],
  ['5,000 values of :of-type', () => ['POST', '/Patient/_search', ofType(5000), form], 400, 'search-too-many-values'],
  [
    '5,000 names to choose from',
    () => ['POST', '/Patient/_search', `name=${many(5000, (n) => `n${n}`)}`, form],
    400,
    'search-too-many-values',
  ],
  [
    'a parameter 5,000 times',
    () => ['POST', '/Patient/_search', many(5000, (n) => `name=n${n}`).replaceAll(',', '&'), form],
    400,
    'search-too-many-parameters',
  ],
  [
    '200 MB in a gzip of 200 KB',
    () => ['POST', '/Basic', gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20), { level: 9 }), { 'content-encoding': 'gzip' }],
    413,
    'body-too-long',
  ],
  ['a patch that doubles 40 times', () => ['PATCH', '/Basic/doubled', doubling, jsonPatch], 422, 'patched-too-large'],
];

describe.each(stores)('On $name', ({ name, open }) => {
  const serving = servingOn(open, { FULL_TEXT: 'all' });
  const ask: RunningServer['ask'] = (...asked) => askUrl(serving().base, ...asked);
  const logged: string[] = [];

  beforeAll(async () => {
    // What is printed at the start is no fault.
    serving().child.stdout?.on('data', (lines: Buffer) => void logged.push(...(lines.toString().match(/^\{.*/gm) ?? [])));
    const inner = { url: 'urn:x', extension: [{ url: 'urn:x', valueString: 'x' }] };
    await ask('PUT', '/Basic/doubled', { resourceType: 'Basic', id: 'doubled', code: { text: 'x' }, extension: [inner] });
  });
  afterAll(() => expect(logged).toEqual([]));

  /** The answer, and how long others waited for theirs at most: while it was awaited, and behind it. */
  async function besideOthers(request: Request): Promise<{ readonly answer: Answered; readonly slowest: number }> {
    const state = { done: false };
    const asking = ask(...request).finally(() => {
      state.done = true;
    });
    const waited: number[] = [];
    for (let last = false; !last; ) {
      last = state.done;
      const start = performance.now();
      expect((await ask('GET', '/metadata')).status).toBe(200);
      waited.push(performance.now() - start);
    }
    return { answer: await asking, slowest: Math.max(...waited) };
  }

  test.each(refused)('%s: refused, and others are answered meanwhile', async (_what, request, status, issue) => {
    const { answer, slowest } = await besideOthers(request());
    expect([answer.status, issuesOf(answer)[0]?.split(' ')[1]]).toEqual([status, issue]);
    expect(slowest).toBeLessThan(ALIVE);
  });

  test.each([
    ['20,000 extensions', '/Basic', basic(`"extension":[${extensions(20_000)}]`)],
    ['a collection of 20,000 resources', '/Bundle', bundle('collection', member)],
  ])('%s: stored whole, as they are legal, and others are answered meanwhile', async (_what, path, body) => {
    const { answer, slowest } = await besideOthers(['POST', path, body]);
    expect([answer.status, slowest < ALIVE]).toEqual([201, true]);
    const { id, meta, ...stored } = (await ask('GET', `${path}/${answer.body.id}`)).body;
    expect(stored).toEqual(JSON.parse(body));
  });

  test('2,000 values of :of-type: searched, as they are allowed', async () => {
    const type = { coding: [{ system: 'urn:types', code: 'MR' }] };
    const created = await ask('POST', '/Patient', { resourceType: 'Patient', identifier: [{ type, system: 'urn:ids', value: '1999' }] });
    const { answer, slowest } = await besideOthers(['POST', '/Patient/_search', ofType(2000), form]);
    expect(answer.body.entry.map(({ resource }: { resource: { id: string } }) => resource.id)).toEqual([created.body.id]);
    expect(slowest).toBeLessThan(ALIVE);
  });

  test.each(places)('evil patterns, each up to what is allowed, end soon: %s', async (_what, path, around, ordinary) => {
    const victim = patterns.map(({ fill }) => `${fill.repeat(40)}!`.trim());
    const patient = { resourceType: 'Patient', name: victim.map((text) => ({ text })), identifier: victim.map((value) => ({ value })) };
    await ask('PUT', '/Patient/victim', { ...patient, id: 'victim' });
    const search = (value: string) => ask('POST', `${path}/_search`, around(value).replace(/(?<==).*/s, encodeURIComponent), form);
    expect((await search(ordinary)).status).toBe(200);
    for (const { pattern, fill } of patterns) {
      for (const length of [0, 80, 1900, 7900]) {
        const start = performance.now();
        const { status } = await search(`${pattern}${fill.repeat(length / fill.length)}!`);
        const took = performance.now() - start;
        expect([pattern, length, [200, 400].includes(status), took < FOUND]).toEqual([pattern, length, true, true]);
      }
    }
  });

  // What is read, and how long a connection may take, is no matter of the store.
  if (name !== 'SQLite') return;

  test.each(patterns)('$pattern in a path of a patch ends soon: refused, or it does not match', async ({ pattern, fill }) => {
    const text = `-${fill.repeat(5000)}!`;
    await ask('PUT', '/Basic/victim', { resourceType: 'Basic', id: 'victim', code: { text } });
    const path = `Basic.code.where(text.substring(1).matches('${pattern.replaceAll('\\', '\\\\')}')).text`;
    const start = performance.now();
    const answer = await ask('PATCH', '/Basic/victim', patchParameters({ type: 'replace', path, value: { valueString: 'matched' } }));
    expect(performance.now() - start).toBeLessThan(FOUND);
    expect([answer.status, issuesOf(answer)]).toEqual([422, [expect.stringMatching(/^error: patch-path-(failed|missing)/)]]);
    expect((await ask('GET', '/Basic/victim')).body.code.text).toBe(text);
  });

  test('hostile XML is refused, shows no file, and makes the server ask nobody', async () => {
    const site = await openSite();
    const { url, hits } = site;
    expect(documents.length).toBeGreaterThanOrEqual(8);
    for (const [what, text, issue] of documents) {
      const answer = await ask('POST', '/Patient', text.replaceAll('{{url}}', url), xml);
      const status = issue === 'xml-doctype' ? 400 : 422;
      expect([what, answer.status, issuesOf(answer)[0]?.split(' ')[1]]).toEqual([what, status, issue]);
      expect([what, resolved.test(answer.text)]).toEqual([what, false]);
    }
    // The listener would have heard it.
    await fetch(`${url}/heard`);
    await site.close();
    expect(hits).toEqual(['GET /heard']);
  });

  test('150 heads that come byte by byte hold nobody up, and are cut when their time is over', async () => {
    const { port } = new URL(serving().base);
    const start = performance.now();
    const slow = Array.from({ length: 150 }, () => dribble(Number(port)));
    await Promise.all(slow.map(({ connected }) => connected));
    const first = performance.now();
    const { status } = await ask('GET', '/Basic/doubled', undefined, { connection: 'close' });
    expect([status, performance.now() - first < 5000]).toEqual([200, true]);
    const answers = await Promise.all(slow.map(({ cut }) => cut));
    expect(new Set(answers.map((text) => text.slice(0, 12)))).toEqual(new Set(['HTTP/1.1 408']));
    // A head has fifteen seconds, and who takes longer is looked for every five.
    const took = performance.now() - start;
    expect([took > 10_000, took < 40_000]).toEqual([true, true]);
  });

  test('who is still sending when the answer goes out sees it all the same, and what comes behind is no request', async () => {
    const head = (line: string, ...fields: string[]) => [line, 'Host: x', ...fields, '', ''].join('\r\n');
    const length = 40e6;
    const sent = head('POST /fhir/Basic HTTP/1.1', 'Content-Type: application/fhir+json', `Content-Length: ${length}`);
    const pieces = [sent, ' '.repeat(length), head('DELETE /fhir/Basic/kept HTTP/1.1')];
    await ask('PUT', '/Basic/kept', { resourceType: 'Basic', id: 'kept', code: { text: 'x' } });
    for (let time = 0; time < 10; time++) {
      const answer = await talk(serving().base, { pieces });
      expect([answer.match(/HTTP\/1\.1 \d{3}/g), answer.includes('body-too-long')]).toEqual([['HTTP/1.1 413'], true]);
    }
    expect((await ask('GET', '/Basic/kept')).status).toBe(200);
  });
});

/** A head that goes on, byte by byte, until the server closes the connection; what came back by then. */
function dribble(port: number): { readonly connected: Promise<unknown>; readonly cut: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  const connected = once(socket, 'connect');
  const head = 'GET /fhir/Basic/doubled HTTP/1.1\r\nHost: x\r\nX-Slow: ';
  let at = 0;
  const timer = setInterval(() => socket.write(head[at++] ?? 'x'), 200);
  const cut = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('end', () => clearInterval(timer)).on('error', () => clearInterval(timer));
    socket.on('close', () => {
      clearInterval(timer);
      resolve(text);
    });
  });
  return { connected, cut };
}
