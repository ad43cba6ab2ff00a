import type { IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Access, unrestricted } from '../../src/access/access.js';
import { restrictedToCompartment } from '../../src/access/compartment-access.js';
import { definitions } from '../built-definitions.js';
import type { Answered, RunningServer } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

jest.setTimeout(60_000);

/** Patient a alone; with `shared`, Binaries without a context too. */
const asA = { 'x-patient': 'a' };
const sharing = { 'x-patient': 'a', 'x-shared': 'yes' };
const contexts: Readonly<Record<string, object | undefined>> = {
  'of-a': { reference: 'Patient/a' },
  'of-a-version': { reference: 'Patient/a/_history/1' },
  'of-as-observation': { reference: 'Observation/of-a' },
  'of-b': { reference: 'Patient/b' },
  'of-bs-observation': { reference: 'Observation/of-b' },
  'of-nobody': { reference: 'Patient/nobody' },
  'of-elsewhere': { reference: 'https://elsewhere.example.org/Patient/a' },
  'of-a-number': { identifier: { value: 'a' } },
  plain: undefined,
};
const ofA = ['of-a', 'of-a-version', 'of-as-observation'];

describe.each(stores)('Binary.securityContext on $name', ({ open }) => {
  const accessOf = ({ headers }: IncomingMessage): Access => {
    const id = headers['x-patient'];
    if (typeof id !== 'string') return unrestricted;
    const sharedTypes = headers['x-shared'] === undefined ? [] : ['Binary'];
    return restrictedToCompartment({ definitions, compartment: 'Patient', id, sharedTypes });
  };
  const server = serverOn(open, { accessOf });

  beforeAll(async () => {
    for (const id of ['a', 'b']) {
      await server.ask('PUT', `/Patient/${id}`, { resourceType: 'Patient', id });
      const about = { status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${id}` } };
      await server.ask('PUT', `/Observation/of-${id}`, { resourceType: 'Observation', id: `of-${id}`, ...about });
    }
    for (const [id, securityContext] of Object.entries(contexts)) {
      const { status } = await server.ask('PUT', `/Binary/${id}`, binary(id, securityContext));
      expect([id, status]).toEqual([id, 201]);
    }
  });

  const binary = (id: string, securityContext?: object) => ({
    resourceType: 'Binary',
    id,
    contentType: 'text/plain',
    securityContext,
    data: 'eA==',
  });
  const statusOf = async (...asked: Parameters<RunningServer['ask']>): Promise<number> => (await server.ask(...asked)).status;
  const found = ({ body }: Answered): string[] =>
    (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id).sort();

  test('a Binary is seen by who may see its context, however it is asked for', async () => {
    for (const id of Object.keys(contexts)) {
      const expected = ofA.includes(id) ? 200 : 404;
      for (const path of [`/Binary/${id}`, `/Binary/${id}/_history/1`, `/Binary/${id}/_history`]) {
        expect([path, await statusOf('GET', path, undefined, asA)]).toEqual([path, expected]);
        expect(await statusOf('GET', path)).toBe(200);
      }
    }
    expect(found(await server.ask('GET', '/Binary', undefined, asA))).toEqual(ofA);
    expect(found(await server.ask('GET', '/Binary'))).toEqual(Object.keys(contexts).sort());
  });

  test('where Binaries may be read as such, a context still restricts them', async () => {
    for (const id of Object.keys(contexts)) {
      expect([id, await statusOf('GET', `/Binary/${id}`, undefined, sharing)]).toEqual([id, [...ofA, 'plain'].includes(id) ? 200 : 404]);
    }
    expect(found(await server.ask('GET', '/Binary', undefined, sharing))).toEqual([...ofA, 'plain']);
  });

  test('who may update the context may write its Binaries, and those of no other', async () => {
    expect(await statusOf('PUT', '/Binary/new-a', binary('new-a', contexts['of-a']), asA)).toBe(201);
    expect(await statusOf('PUT', '/Binary/new-b', binary('new-b', contexts['of-b']), asA)).toBe(403);
    expect(await statusOf('PUT', '/Binary/new-a', binary('new-a', contexts['of-b']), asA)).toBe(403);
    expect(await statusOf('PUT', '/Binary/of-b', binary('of-b', contexts['of-a']), asA)).toBe(404);
    expect(await statusOf('DELETE', '/Binary/of-b', undefined, asA)).toBe(404);
    expect(await statusOf('DELETE', '/Binary/new-a', undefined, asA)).toBe(204);
    expect(await statusOf('GET', '/Binary/new-a', undefined, asA)).toBe(410);
    const raw = (context: string) => ({ ...asA, 'content-type': 'text/plain', 'x-security-context': context });
    expect(await statusOf('POST', '/Binary', 'hello', raw('Patient/a'))).toBe(201);
    expect(await statusOf('POST', '/Binary', 'hello', raw('Patient/b'))).toBe(403);
  });

  test('nobody can search for it', async () => {
    expect(await statusOf('GET', '/Binary?security-context=Patient/a')).toBe(400);
  });

  test.each([
    ['a', 200],
    ['b', 403],
  ] as const)('a Binary may come in one Bundle with its context, which is about %s: %i', async (about, expected) => {
    const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${about}` } };
    const context = 'urn:uuid:6f8c5c1e-4d1b-4f0e-9d57-0d1b0a7f6a11';
    const { id: _, ...scan } = binary('', { reference: context });
    const entry = [
      { resource: scan, request: { method: 'POST', url: 'Binary' } },
      { fullUrl: context, resource: observation, request: { method: 'POST', url: 'Observation' } },
    ];
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    expect(await statusOf('POST', '/', bundle, asA)).toBe(expected);
  });
});
