import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RunningServer, startServer } from '../running-server.js';
import { talk } from './raw-socket.js';

jest.setTimeout(60_000);

describe('The line for every request', () => {
  let server: RunningServer;
  const lines: Record<string, unknown>[] = [];
  let heard: () => void = () => undefined;
  beforeAll(async () => {
    const info = (fields: object) => {
      lines.push({ ...fields });
      heard();
    };
    server = await startServer({ logRequests: true, logger: { info, warn: info, error: info } });
  });
  afterAll(() => server.close());

  /** The line is written when the connection has taken the answer, which the client may see first. */
  const lineOf = async (asking: Promise<unknown>) => {
    const line = new Promise<void>((resolve) => {
      heard = resolve;
    });
    await asking;
    if (lines.length === 0) await line;
    return lines.splice(0);
  };

  test.each([
    ['GET', '/Patient/Zhang?_format=json', '/Patient/[id]', 404],
    ['GET', '/Patient/7/_history/3', '/Patient/[id]/_history/[vid]', 404],
    ['GET', '/Patient?identifier=110101199001011234&name=%E5%BC%A0', '/Patient', 200],
    ['GET', '/Patient/7/Observation?code=x', '/Patient/[id]/Observation', 200],
    ['POST', '/Patient/$validate', '/Patient/$validate', 200],
    ['GET', '/110101199001011234', '/[unknown]', 404],
    ['GET', '/metadata', '/metadata', 200],
    ['DELETE', '/Patient/7', '/Patient/[id]', 204],
  ])('%s %s is told as %s: neither ids nor parameters nor content', async (method, path, template, status) => {
    const body = method === 'POST' ? { resourceType: 'Patient', name: [{ family: '张' }] } : undefined;
    const [line, ...more] = await lineOf(server.ask(method, path, body, { 'x-request-id': 'trace-1' }));
    expect(more).toEqual([]);
    expect(line).toEqual({ requestId: 'trace-1', method, path: template, status, milliseconds: expect.any(Number) });
  });

  test('a request whose client went away is told too', async () => {
    const head = 'POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\nContent-Length: 500\r\n\r\n{';
    const [line] = await lineOf(talk(server.url, { pieces: [head], leaveAfter: 30 }));
    expect(line).toEqual(expect.objectContaining({ method: 'POST', path: '/Patient', aborted: true }));
  });

  test('without the setting nothing is written', async () => {
    const written: object[] = [];
    const note = (fields: object) => void written.push(fields);
    const silent = await startServer({ logger: { info: note, warn: note, error: note } });
    await silent.ask('GET', '/metadata');
    await silent.close();
    expect(written).toEqual([]);
  });
});
