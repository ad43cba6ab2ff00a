/** What the bench imports: Bundles whose links lead somewhere, and messages that are sent until they are taken. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { bundlesOfPeople, bundlesWithCommons, commonEntries } from '../../bench/import-bundles.js';
import { insist } from '../../bench/insist.js';

interface Bundle {
  readonly entry: readonly { readonly fullUrl?: string; readonly request: { readonly url: string } }[];
}

function bundleIn(message: Buffer | undefined): Bundle & { readonly text: string } {
  const text = message?.toString('utf8').split('\r\n\r\n')[1] ?? '';
  return { ...(JSON.parse(text) as Bundle), text };
}

describe('Bundles to be imported', () => {
  test('hold so many resources, each linked to others of its Bundle, and no two Bundles are about the same person', () => {
    const bundles = bundlesOfPeople(7, 2, 40).map(bundleIn);
    const fullUrls = bundles.map(({ entry }) => entry.map(({ fullUrl }) => fullUrl));
    expect(fullUrls.map(({ length }) => length)).toEqual([40, 40]);
    expect(new Set(fullUrls.flat()).size).toBe(80);
    for (const [i, { text }] of bundles.entries()) {
      const links = [...text.matchAll(/"reference":"(urn:uuid:[0-9a-f-]{36})"/g)].map(([, urn]) => urn);
      expect(links.length).toBeGreaterThan(40);
      expect(links.filter((urn) => !fullUrls[i]?.includes(urn))).toEqual([]);
    }
  });

  test('have resources in common where that is what is measured', () => {
    const [first, second] = bundlesWithCommons(0, 9, 0).map(bundleIn);
    expect(first?.entry).toHaveLength(commonEntries);
    const updates = (bundle: Bundle | undefined) =>
      bundle?.entry.map(({ request }) => request.url).filter((url) => url.includes('/')) ?? [];
    expect(updates(first).some((url) => updates(second).includes(url))).toBe(true);
  });
});

describe('an importer', () => {
  test('comes again when the server is busy, and counts how often; what is refused is told', async () => {
    const tries = new Map<string | undefined, number>();
    const server = createServer((request, response) => {
      const times = (tries.get(request.url) ?? 0) + 1;
      tries.set(request.url, times);
      const status = request.url === '/bad' ? 422 : times < 3 ? 503 : 200;
      response.writeHead(status, { 'retry-after': '0' }).end('{}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const messages = ['/1', '/2', '/bad'].map((path) => Buffer.from(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`));
    try {
      const { port } = server.address() as AddressInfo;
      const outcome = await insist({ host: '127.0.0.1', port }, { connections: 2, messages, patience: 60_000 });
      expect(outcome).toMatchObject({ requests: 2, busy: 4, givenUp: 0, errors: 1 });
      expect(outcome.refusal).toMatch(/^422: HTTP/);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
