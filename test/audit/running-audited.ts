/** A server that records what is done, and its journal as it stands when all is written. */
import type { Access } from '../../src/access/access.js';
import type { Principal } from '../../src/access/principal.js';
import type { ResourceStore } from '../../src/store/port.js';
import type { Answered, RunningServer } from '../running-server.js';
import { startServer } from '../running-server.js';

export const doctor: Principal = {
  client: 'his',
  account: 'dr-wang',
  name: '王医生',
  fhirUser: 'Practitioner/wang',
  role: 'clinician',
  institution: 'hospital-1',
  scope: 'user/*.cruds',
  tokenId: 'token-1',
  issuer: 'https://issuer.example.org',
  expires: Date.UTC(2099, 0, 1),
};

export const auditor: Principal = {
  ...doctor,
  account: 'auditor',
  name: 'Auditor',
  fhirUser: 'Person/auditor',
  role: 'auditor',
  tokenId: 'token-2',
};

/** Who asks stands in a header, as it would in a token: `x-test-who`. */
const people: Readonly<Record<string, Principal>> = { doctor, auditor };

export interface AuditedServer extends RunningServer {
  /** As the doctor. */
  as(
    who: 'doctor' | 'auditor',
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answered>;
  /** AuditEvents a search finds, the newest first, all pages. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every shape
  events(query: string): Promise<any[]>;
}

export async function startAudited(store: ResourceStore | string, access?: Access['restriction']): Promise<AuditedServer> {
  const everything = { kind: 'all', of: [] } as const;
  const server = await startServer({
    store,
    audit: { days: 365 },
    accessOf: (req) => {
      const principal = people[String(req.headers['x-test-who'])];
      return { subject: principal?.client, ...(principal && { principal }), restriction: access ?? (() => everything) };
    },
  });
  const as: AuditedServer['as'] = (who, method, path, body, headers) => server.ask(method, path, body, { 'x-test-who': who, ...headers });
  return {
    ...server,
    as,
    async events(query) {
      const found = [];
      let next: string | undefined = `/AuditEvent?${query}`;
      while (next !== undefined) {
        const { body }: Answered = await as('auditor', 'GET', next);
        for (const { resource } of body.entry ?? []) found.push(resource);
        next = body.link.find(({ relation }: { relation: string }) => relation === 'next')?.url;
      }
      return found;
    },
  };
}

/** Longer than a record waits for its writing. */
export async function written(server: AuditedServer, query: string, enough: number): Promise<Awaited<ReturnType<AuditedServer['events']>>> {
  const end = performance.now() + 10_000;
  for (;;) {
    const found = await server.events(query);
    if (found.length >= enough || performance.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
}
