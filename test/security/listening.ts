/** Where a server that can be made to ask would be seen. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export async function listening(): Promise<{ readonly url: string; readonly hits: string[]; readonly server: Server }> {
  const hits: string[] = [];
  const server = createServer((req, res) => {
    hits.push(`${req.method} ${req.url}`);
    res.end('{"keys":[]}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hits, server };
}
