/** Where the loader sends its Bundles: a running server, or the store itself through the same interactions. */
import { readFile } from 'node:fs/promises';

export interface Answer {
  readonly status: number;
  /** A Bundle or an OperationOutcome, as JSON text. */
  readonly body: string;
  /** Seconds the server asks to wait. */
  readonly retryAfter?: number;
  /** The server had had it before, and gave the answer it gave then. */
  readonly replayed: boolean;
}

export interface Target {
  readonly name: string;
  /** What the store is told from others by: its own id or, where the server tells none, its address. */
  readonly store: string;
  /** It takes no reference to nothing. */
  readonly enforced: boolean;
  /** Posts a batch or transaction Bundle. `key`: the same for the same Bundle, however often it is sent. Throws when nobody answers. */
  post(bundle: string, key: string): Promise<Answer>;
  close(): Promise<void>;
}

/** A FHIR base such as http://127.0.0.1:8080/fhir. Throws a sentence where no server answers there. `tokenFile`: with an access token. */
export async function serverTarget(base: string, tokenFile?: string): Promise<Target> {
  if (tokenFile !== undefined) await bearer(tokenFile);
  return {
    name: base,
    ...(await askedOf(base)),
    async post(bundle, key) {
      const response = await fetch(base, {
        method: 'POST',
        headers: {
          ...(tokenFile === undefined ? {} : { authorization: await bearer(tokenFile) }),
          'content-type': 'application/fhir+json',
          accept: 'application/fhir+json',
          prefer: 'return=minimal',
          'idempotency-key': key,
        },
        body: bundle,
      });
      const wait = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
      const replayed = response.headers.get('idempotency-replayed') === 'true';
      return { status: response.status, body: await response.text(), replayed, ...(wait >= 0 ? { retryAfter: wait } : {}) };
    },
    async close() {},
  };
}

/** Read for every Bundle: a load may last longer than a token, and goes on with the next one that is put there. */
async function bearer(tokenFile: string): Promise<string> {
  return `Bearer ${(await readFile(tokenFile, 'utf8')).trim()}`;
}

interface Statement {
  readonly rest?: readonly { readonly resource?: readonly { readonly referencePolicy?: readonly string[] }[] }[];
}

/** Source: R4 capabilitystatement-definitions.html#CapabilityStatement.rest.resource.referencePolicy */
async function askedOf(base: string): Promise<Pick<Target, 'store' | 'enforced'>> {
  const response = await fetch(`${base}/metadata`, { headers: { accept: 'application/fhir+json' } }).catch(() => undefined);
  const statement = response?.status === 200 ? ((await response.json().catch(() => undefined)) as Statement | undefined) : undefined;
  if (response === undefined || statement === undefined)
    throw new Error(`No FHIR server answers at ${base}/metadata. --server is the FHIR base, such as http://127.0.0.1:8080/fhir`);
  const policies = (statement.rest ?? []).flatMap(({ resource = [] }) => resource).flatMap(({ referencePolicy = [] }) => referencePolicy);
  return { store: response.headers.get('lianyi-store') ?? base, enforced: policies.includes('enforced') };
}
