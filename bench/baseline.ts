/**
 * What Node and Express can do at best on this machine with the same requests: the measure for the ratios of the bench. Whatever
 * is asked, the answer is a Patient of 2 KB: a ready buffer from bare node:http, an object from Express.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { person } from './people.js';

const { patient } = person(1);
const ready = Buffer.from(JSON.stringify(patient));

const bare: RequestListener = (request, response) => {
  const answer = () => {
    response.writeHead(200, { 'content-type': 'application/fhir+json; charset=utf-8', 'content-length': ready.length });
    response.end(ready);
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
