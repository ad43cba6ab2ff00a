/** Many clients at one resource. Source: R4 http.html#concurrency, http.html#update, http.html#ccreate */
import { describe, expect, test } from '@jest/globals';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

const CLIENTS = 64;

describe.each(stores)('64 clients at once on $name', ({ open }) => {
  const server = serverOn(open);

  const patient = (id: string, text: string) => ({ resourceType: 'Patient', id, name: [{ text }] });
  const everybody = <T>(act: (client: number) => Promise<T>) => Promise.all(Array.from({ length: CLIENTS }, (_, client) => act(client)));

  /** Version → name, of every version of an instance. */
  async function history(id: string): Promise<readonly (readonly [string, string])[]> {
    const { body } = await server.ask('GET', `/Patient/${id}/_history?_count=1000`);
    return body.entry.map((entry: { response: { etag: string }; resource: { name: [{ text: string }] } }) => [
      entry.response.etag,
      entry.resource.name[0].text,
    ]);
  }

  const numbered = (from: number) => Array.from({ length: from }, (_, at) => `W/"${from - at}"`);

  test('updates without If-Match all succeed: versions 1 to n without a gap, each client at the version it was told', async () => {
    const rounds = 4;
    const told = await everybody(async (client) => {
      const versions: [string, string][] = [];
      for (let round = 0; round < rounds; round++) {
        const text = `${client}-${round}`;
        const { status, headers } = await server.ask('PUT', '/Patient/open', patient('open', text));
        expect([200, 201]).toContain(status);
        versions.push([headers.get('etag') ?? '', text]);
      }
      return versions;
    });
    const stored = await history('open');
    expect(stored.map(([etag]) => etag)).toEqual(numbered(CLIENTS * rounds));
    expect(new Map(stored)).toEqual(new Map(told.flat()));
  });

  test('of updates with the same If-Match one is stored and every other is told 412', async () => {
    await server.ask('PUT', '/Patient/guarded', patient('guarded', 'first'));
    for (let version = 1; version <= 4; version++) {
      const statuses = await everybody(async (client) => {
        const answer = await server.ask('PUT', '/Patient/guarded', patient('guarded', String(client)), { 'if-match': `W/"${version}"` });
        return answer.status;
      });
      expect(statuses.filter((status) => status === 200).length).toBe(1);
      expect(statuses.filter((status) => status === 412).length).toBe(CLIENTS - 1);
    }
    expect((await history('guarded')).map(([etag]) => etag)).toEqual(numbered(5));
  });

  test('of creates under the same If-None-Match: * one is stored and every other is told 412', async () => {
    const statuses = await everybody(async (client) => {
      const answer = await server.ask('PUT', '/Patient/claimed', patient('claimed', String(client)), { 'if-none-match': '*' });
      return answer.status;
    });
    expect(statuses.filter((status) => status === 201).length).toBe(1);
    expect(statuses.filter((status) => status === 412).length).toBe(CLIENTS - 1);
    expect((await history('claimed')).length).toBe(1);
  });

  test('updates and deletions of one resource leave versions without a gap, each as its client was told', async () => {
    const told = await everybody(async (client) => {
      const isDeletion = client % 4 === 0;
      const body = isDeletion ? undefined : patient('mixed', String(client));
      const { status, headers } = await server.ask(isDeletion ? 'DELETE' : 'PUT', '/Patient/mixed', body);
      expect([200, 201, 204]).toContain(status);
      return { isDeletion, etag: headers.get('etag'), text: String(client) };
    });
    const { body } = await server.ask('GET', '/Patient/mixed/_history?_count=1000');
    const entries: readonly { request: { method: string }; response: { etag: string }; resource?: { name: [{ text: string }] } }[] =
      body.entry;
    expect(entries.map(({ response }) => response.etag)).toEqual(numbered(entries.length));
    for (const { etag, text } of told.filter(({ isDeletion }) => !isDeletion)) {
      expect(entries.find(({ response }) => response.etag === etag)?.resource?.name[0].text).toBe(text);
    }
  });
});
