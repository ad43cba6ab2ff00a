/** A node:http server that ends politely, and that answers in FHIR even where node itself refuses a request. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { outcomeText } from '../interactions/outcome-text.js';
import { statusText } from '../interactions/status-text.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Handler } from './fhir.js';

export interface Bound {
  readonly address: AddressInfo;
  /** From now on this answers; until then requests wait. */
  serve(handler: Handler): void;
  /** What has been asked is answered, for at most `grace` milliseconds. */
  close(grace?: number): Promise<void>;
}

/** Requests that come before there is anyone to answer them wait here. */
export async function bind(port: number, host: string): Promise<Bound> {
  const early: Parameters<Handler>[] = [];
  const waiting: Handler = (req, res) => void early.push([req, res]);
  const server = createServer(waiting);
  // Longer than what load balancers keep a connection open for, so that it is never us who close under a request.
  server.keepAliveTimeout = 65_000;
  server.on('clientError', refuse);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    address: server.address() as AddressInfo,
    serve(handler) {
      server.off('request', waiting).on('request', handler);
      for (const [req, res] of early.splice(0)) handler(req, res);
    },
    close: (grace = 10_000) => close(server, grace),
  };
}

function close(server: Server, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** What node could not read as a request, or not in time. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, issues } = refusal(error.code);
  const body = outcomeText(issues, 'en');
  const head = ['Content-Type: application/fhir+json; charset=utf-8', `Content-Length: ${body.length}`, 'Connection: close'];
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${statusText(status)}\r\n${head.join('\r\n')}\r\n\r\n`), body]));
}

function refusal(code: string | undefined) {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const text = message('header-too-long', 'The URL and the header fields are too long together', 'URL 与首部字段合计过长');
    return fault('too-long', text, { status: 431 });
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return fault('timeout', message('request-timeout', 'The request did not come whole in time', '请求未能及时完整到达'), { status: 408 });
  }
  if (code === 'HPE_INVALID_URL') {
    const text = message(
      'url-not-encoded',
      'The URL holds characters that must be percent-encoded, such as Chinese ones (curl: -G --data-urlencode "name=…")',
      'URL 含有未经百分号编码的字符（例如中文；curl 请用 -G --data-urlencode "name=…"）',
    );
    return fault('structure', text, { status: 400 });
  }
  return fault('structure', message('bad-http', 'The request is not HTTP that can be read', '无法识别该 HTTP 请求'), { status: 400 });
}
