/**
 * The web site of the demo: the app's pages, the browser build of `fhirclient`, and the workstation of a hospital out of which the app is
 * launched for a patient. A server of its own, on a port of its own, as apps are.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Listed, workstation } from './workstation.js';

const pages = fileURLToPath(new URL('../../../scripts/demo/app', import.meta.url));
const library = createRequire(import.meta.url).resolve('fhirclient/build/fhir-client.pure.min.js');

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
};

/** What the site needs to know of the server, and of the client that it is there. */
export interface Connected {
  /** The FHIR base. */
  readonly fhir: string;
  readonly clientId: string;
  /** Whom the workstation shows. */
  readonly patients: readonly Listed[];
  /** What the workstation's own back end does: a launch for a patient, as the value of `launch`. */
  launchFor(patient: string): Promise<string>;
}

export interface Site {
  readonly url: string;
  /** Until then it answers 503. */
  connect(connected: Connected): void;
  close(): Promise<void>;
}

/** `port` 0 takes a free one. */
export async function openSite(port: number): Promise<Site> {
  let connected: Connected | undefined;
  const server = createServer((req, res) => {
    answer(connected, req, res).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      send(res, 500, 'html', '500');
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', listening);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connect(known) {
      connected = known;
    },
    close: () => new Promise((closed) => server.close(() => closed()).closeAllConnections()),
  };
}

async function answer(connected: Connected | undefined, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://site');
  if (connected === undefined) return send(res, 503, 'html', '503');
  const { fhir, clientId, patients, launchFor } = connected;
  switch (pathname) {
    case '/settings.json':
      return send(res, 200, 'json', JSON.stringify({ fhir, clientId }));
    case '/fhir-client.js':
      return send(res, 200, 'js', await readFile(library));
    case '/ehr':
      return send(res, 200, 'html', workstation(patients));
    case '/ehr/launch': {
      const patient = patients.find(({ id }) => id === searchParams.get('patient'));
      if (patient === undefined) return send(res, 404, 'html', '404');
      const launch = new URLSearchParams({ iss: fhir, launch: await launchFor(patient.id) });
      return void res.writeHead(303, { location: `/launch.html?${launch}` }).end();
    }
    default:
      return page(res, pathname === '/' ? 'index.html' : pathname.slice(1));
  }
}

/** Names of files in one folder: nothing that leads out of it. */
async function page(res: ServerResponse, name: string): Promise<void> {
  const [, kind = ''] = /^[a-z-]+\.(html|js|css)$/.exec(name) ?? [];
  const text = kind === '' ? undefined : await readFile(join(pages, name)).catch(() => undefined);
  return text === undefined ? send(res, 404, 'html', '404') : send(res, 200, kind, text);
}

function send(res: ServerResponse, status: number, kind: string, body: string | Buffer): void {
  res.writeHead(status, { 'content-type': types[kind], 'cache-control': 'no-store' }).end(body);
}
