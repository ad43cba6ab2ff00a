/** What the loader sends, in which order, and what it does not send again: against a server. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bundle } from 'fhir/r4.js';
import { openLedger } from '../../src/cli/load/ledger.js';
import { type Loading, load } from '../../src/cli/load/run.js';
import { findSources } from '../../src/cli/load/sources.js';
import { serverTarget, type Target } from '../../src/cli/load/target.js';
import { type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

interface Sent {
  readonly bundle: Bundle;
  readonly status: number;
  readonly key: string;
}

/** Runs a load of a folder; `posted` is what it sent. */
async function loadFolder(folder: string, base: string, more: Partial<Loading> & { readonly onPost?: (sent: Sent) => void } = {}) {
  const posted: Sent[] = [];
  const target = await serverTarget(base);
  const watched: Target = {
    ...target,
    async post(body, key) {
      const answer = await target.post(body, key);
      const sent = { bundle: JSON.parse(body) as Bundle, status: answer.status, key };
      posted.push(sent);
      more.onPost?.(sent);
      return answer;
    },
  };
  const ledger = more.ledger ?? (await openLedger(join(folder, 'ledger.jsonl'), target.store, more.again !== undefined));
  const quiet = () => undefined;
  const progress = { stored: quiet, skipped: quiet, finished: quiet };
  const loading = { target: watched, ledger, connections: 8, keepIds: false, progress, halt: new AbortController(), ...more };
  const report = await load(await findSources([folder], /\.(json|ndjson)$/), loading);
  await ledger.close();
  return { report, posted };
}

const identifier = (value: string) => [{ system: 'urn:load', value }];
const patient = (id: string, practitioner?: string) => ({
  resourceType: 'Patient',
  id,
  identifier: identifier(id),
  ...(practitioner === undefined ? {} : { generalPractitioner: [{ reference: `Practitioner?identifier=urn:load|${practitioner}` }] }),
});
const practitioner = (id: string, organization?: string) => ({
  resourceType: 'Practitioner',
  id,
  identifier: identifier(id),
  ...(organization === undefined
    ? {}
    : { qualification: [{ code: { text: 'x' }, issuer: { reference: `Organization?identifier=urn:load|${organization}` } }] }),
});
const organization = (id: string) => ({ resourceType: 'Organization', id, name: id, identifier: identifier(id) });
const bundle = (type: 'batch' | 'transaction', ...resources: { readonly resourceType: string; readonly [element: string]: unknown }[]) => ({
  resourceType: 'Bundle',
  type,
  entry: resources.map((resource, at) => ({
    fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${at}`,
    resource,
    request: { method: 'POST', url: resource.resourceType },
  })),
});
const encounter = (id: string, subject: string, more = {}) => ({
  resourceType: 'Encounter',
  id,
  status: 'finished',
  class: { code: 'AMB' },
  subject: { reference: subject },
  ...more,
});
const lines = (count: number, resource: (at: number) => object) =>
  Array.from({ length: count }, (_, at) => JSON.stringify(resource(at))).join('\n');

// Decided above the stores: one of them is enough.
describe.each(stores.slice(0, 1))('a load into $name', ({ open }) => {
  let opened: readonly OpenedStore[];
  let server: RunningServer;
  let strict: RunningServer;
  let folder = '';
  beforeAll(async () => {
    const [one, other] = await Promise.all([open(), open()]);
    opened = [one, other];
    server = await startServer({ store: one.store });
    strict = await startServer({ store: other.store, referentialIntegrity: 'refuse' });
  });
  afterAll(async () => {
    await Promise.all([server.close(), strict.close()]);
    await Promise.all(opened.map(({ close }) => close()));
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lianyi-load-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const put = (files: Readonly<Record<string, object | string>>) =>
    Promise.all(
      Object.entries(files).map(([name, content]) =>
        writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content)),
      ),
    );
  const count = async (query: string, of = server) => (await of.ask('GET', `/${query}&_summary=count`)).body.total as number;

  test('sends what brings a thing before what names it by criteria, whatever the files are called, and each once', async () => {
    await put({
      'a.json': bundle('transaction', patient('chain', 'chain')),
      'b.json': bundle('transaction', practitioner('chain', 'chain')),
      'c.json': bundle('batch', organization('chain')),
    });
    const { report, posted } = await loadFolder(folder, server.url);
    expect(report).toMatchObject({ files: 3, resources: 3, failures: [], skipped: 0 });
    expect(posted.map(({ bundle: { entry }, status }) => [entry?.[0]?.resource?.resourceType, status])).toEqual([
      ['Organization', 200],
      ['Practitioner', 200],
      ['Patient', 200],
    ]);
  });

  test('sends what nobody here brings, and what waits for each other, and tells what came of it', async () => {
    await put({
      'a.json': bundle('transaction', patient('circle', 'circle'), organization('circle')),
      'b.json': bundle('transaction', practitioner('circle', 'circle')),
      'c.json': bundle('transaction', patient('alone', 'nobody')),
    });
    const { report } = await loadFolder(folder, server.url);
    expect(report.resources).toBe(0);
    expect(report.failures.map(({ reasons }) => reasons[0])).toEqual(Array(3).fill(expect.stringMatching(/^HTTP 412: .*finds nothing/)));
    await server.ask('POST', '/Practitioner', practitioner('nobody'));
    expect((await loadFolder(folder, server.url)).report).toMatchObject({ resources: 1, skipped: 0 });
  });

  test('run again sends nothing of what was acknowledged, and everything with --again', async () => {
    await put({ 'a.json': bundle('transaction', patient('again')), 'b.ndjson': lines(3, (at) => organization(`again-${at}`)) });
    const first = await loadFolder(folder, server.url);
    expect(new Set(first.posted.map(({ key }) => key)).size).toBe(2);
    const second = await loadFolder(folder, server.url);
    expect([second.posted.length, second.report]).toEqual([0, { files: 2, resources: 0, skipped: 2, failures: [] }]);
    const third = await loadFolder(folder, server.url, { again: 'third' });
    expect(third.report.resources).toBe(4);
    expect(third.posted.some(({ key }) => first.posted.some((sent) => sent.key === key))).toBe(false);
    expect(await count('Patient?identifier=urn:load|again')).toBe(2);
    expect(await count('Organization?identifier=urn:load|again-0')).toBe(1);
  });

  test('with keepIds puts every resource under its id, links and all, however often', async () => {
    const link = { reference: 'urn:uuid:00000000-0000-4000-8000-000000000000' };
    const { id: _, ...nameless } = patient('nameless');
    await put({ 'a.json': bundle('transaction', { ...patient('kept') }, encounter('kept-1', link.reference), nameless) });
    await loadFolder(folder, server.url, { keepIds: true });
    const { body } = await server.ask('GET', '/Encounter/kept-1');
    expect(body.subject).toEqual({ reference: 'Patient/kept' });
    await loadFolder(folder, server.url, { keepIds: true, again: 'second' });
    expect(await count('Encounter?subject=Patient/kept')).toBe(1);
    expect(await count('Patient?identifier=urn:load|kept')).toBe(1);
  });

  test('sends again of a batch only what failed', async () => {
    await put({ 'a.json': bundle('batch', organization('part'), { resourceType: 'Encounter' }, patient('part')) });
    const first = await loadFolder(folder, server.url);
    expect(first.report).toMatchObject({ resources: 2, failures: [{ reasons: [expect.stringMatching(/^entry\[1\]: HTTP 422/)] }] });
    const second = await loadFolder(folder, server.url);
    expect(second.report).toMatchObject({ resources: 0, failures: [{ reasons: [expect.stringMatching(/^entry\[1\]: HTTP 422/)] }] });
    expect(second.posted.map((sent) => sent.bundle.entry?.length)).toEqual([1]);
    expect(await count('Patient?identifier=urn:load|part')).toBe(1);
  });

  test('never sends a unit whole that once went resource by resource: nothing is stored twice', async () => {
    const nameless = ({ id: _, ...rest }: ReturnType<typeof organization>) => rest;
    await put({ 'a.ndjson': lines(5, (at) => (at === 3 ? { resourceType: 'Encounter' } : nameless(organization(`single-${at}`)))) });
    const first = await loadFolder(folder, server.url);
    expect(first.report).toMatchObject({ resources: 4, failures: [{ name: expect.stringMatching(/: line 4: Encounter$/) }] });
    const second = await loadFolder(folder, server.url);
    expect(second.report).toMatchObject({ resources: 0, skipped: 4, failures: [{ name: expect.stringMatching(/: line 4: Encounter$/) }] });
    expect(second.posted).toHaveLength(1);
    expect(await count('Organization?identifier=urn:load|single-0')).toBe(1);
  });

  test('that is halted waits for what is under way, and goes on from there when it is run again', async () => {
    await put(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`${at}.json`, bundle('transaction', patient(`halt-${at}`))])));
    const halt = new AbortController();
    const first = await loadFolder(folder, server.url, { halt, connections: 2, onPost: () => halt.abort(new Error('enough')) });
    const sent = first.posted.length;
    expect(first.report).toMatchObject({ resources: sent, failures: [], stopped: { reason: new Error('enough') } });
    expect(sent).toBeLessThan(4);
    const second = await loadFolder(folder, server.url);
    expect(second.report).toEqual({ files: 8, resources: 8 - sent, skipped: sent, failures: [] });
    for (const at of [0, 7]) expect(await count(`Patient?identifier=urn:load|halt-${at}`)).toBe(1);
  });

  test('ends in order when its ledger cannot be written any more', async () => {
    await put({ 'a.json': bundle('transaction', patient('full')) });
    const { report } = await loadFolder(folder, server.url, { ledger: await openLedger('/dev/full', 's', true) });
    expect(report.stopped?.reason).toEqual(new Error('The ledger /dev/full cannot be written: the disk is full'));
  });

  test('sends types after those they refer to where the server takes no reference to nothing; only a bad one fails', async () => {
    await put({
      'a.ndjson': lines(110, (at) => encounter(`e-${at}`, at === 105 ? 'Patient/none' : `Patient/p-${at}`)),
      'b.ndjson': lines(110, (at) => ({ ...patient(`p-${at}`), managingOrganization: { reference: 'Organization/o' } })),
      'c.json': bundle('transaction', { ...patient('bundled'), managingOrganization: { reference: 'Organization/from-bundle' } }),
      'd.json': {
        ...bundle('transaction'),
        entry: [{ resource: organization('from-bundle'), request: { method: 'PUT', url: 'Organization/from-bundle' } }],
      },
      'e.json': organization('o'),
    });
    const { report, posted } = await loadFolder(folder, strict.url);
    expect(report).toMatchObject({ resources: 222, failures: [{ name: expect.stringMatching(/line 106: Encounter\/e-105$/) }] });
    const refused = posted.filter(({ status }) => status !== 200);
    expect(refused.every(({ bundle: { entry = [] } }) => entry.some(({ resource }) => resource?.id === 'e-105'))).toBe(true);
    expect(await count('Encounter?status=finished', strict)).toBe(109);
  });
});
