/** What Node and Express can do at best on this machine: the measure for the ratios of the bench. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { person } from './people.js';

const body = Buffer.from(JSON.stringify(person(1).patient).padEnd(2048));

const bare: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/fhir+json; charset=utf-8', 'content-length': body.length });
  response.end(body);
};

function hello(): RequestListener {
  const app = express();
  app.get('/{*path}', (_request, response) => {
    response.json({ hello: 'world' });
  });
  return app;
}

const server = createServer(process.argv[2] === 'express' ? hello() : bare);
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
