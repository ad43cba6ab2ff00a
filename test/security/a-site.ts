/** A place on this machine that a server could be made to ask: what it was asked is seen, and what was only connected to it. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Site {
  readonly url: string;
  readonly port: number;
  /** Method and path of each request. */
  readonly hits: string[];
  /** How often somebody connected, whatever was said then. */
  connections(): number;
  close(): Promise<void>;
}

export async function openSite(answer: RequestListener = (_req, res) => void res.end('{"keys":[]}')): Promise<Site> {
  const hits: string[] = [];
  let connections = 0;
  const server = createServer((req, res) => {
    hits.push(`${req.method} ${req.url}`);
    answer(req, res);
  });
  server.on('connection', () => void connections++);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    hits,
    connections: () => connections,
    async close() {
      server.closeAllConnections();
      if (server.listening) await new Promise((done) => server.close(done));
    },
  };
}
