/** A whole server on a free port, asked by fetch as a client would. */

import { createServer } from '../src/server.js';
import type { ServerOptions } from '../src/server-options.js';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface RunningServer {
  /** The FHIR base. */
  readonly url: string;
  /** `path` follows the base, or is a whole URL; a body that is no string is sent as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  close(): Promise<void>;
}

/** What is logged would be a fault of the server: `logged` shows it. */
export interface Recorder {
  readonly logged: unknown[];
}

export async function startServer(options: Partial<ServerOptions> & Partial<Recorder> = {}): Promise<RunningServer> {
  const { logged = [], ...rest } = options;
  const note = (fields: object) => void logged.push(fields);
  const server = await createServer({ store: 'sqlite::memory:', logger: { info: () => undefined, warn: note, error: note }, ...rest });
  const { url, close } = await server.listen(0);
  return { url, close, ask: (...asked) => ask(url, ...asked) };
}

export async function ask(url: string, ...[method, path, body, headers = {}]: Parameters<RunningServer['ask']>): Promise<Answered> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/fhir+json' };
  const response = await fetch(path.startsWith('http') ? path : url + path, { method, headers: { ...type, ...headers }, ...sent });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, text, body: text !== '' && isJson ? JSON.parse(text) : undefined };
}

/** `error: id at expression` for each issue of an OperationOutcome. */
export function issuesOf({ body }: Answered): string[] {
  return body.issue.map(
    (issue: { severity: string; details: { coding: [{ code: string }] }; expression?: string[] }) =>
      `${issue.severity}: ${issue.details.coding[0].code}${issue.expression === undefined ? '' : ` at ${issue.expression.join(', ')}`}`,
  );
}
