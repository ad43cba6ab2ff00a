/**
 * What Node and Express can do at best on this machine with the same requests: the measure for the ratios of the bench. Whatever
 * is asked, the answer is a Patient of 2 KB: a ready buffer from bare node:http, an object from Express. At `/bytes/<n>` bare node:http
 * answers with a ready buffer of that length.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { person } from './people.js';

const { patient } = person(1);
const ready = Buffer.from(JSON.stringify(patient));

const bySize = new Map<string, Buffer>();

function sized(url: string): Buffer {
  const [, length] = /^\/bytes\/(\d{1,8})$/.exec(url) ?? [];
  if (length === undefined) return ready;
  const made = bySize.get(url) ?? Buffer.alloc(Number(length), 'x');
  bySize.set(url, made);
  return made;
}

const bare: RequestListener = (request, response) => {
  const answer = () => {
    const body = sized(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/fhir+json; charset=utf-8', 'content-length': body.length });
    response.end(body);
  };
  if (request.method === 'GET') answer();
  else request.resume().once('end', answer);
};

function withExpress(): RequestListener {
  const app = express();
  app.use(express.json({ type: () => true }));
  app.all('/{*path}', (_request, response) => {
    response.json(patient);
  });
  return app;
}

const server = createServer(process.argv[2] === 'express' ? withExpress() : bare);
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
