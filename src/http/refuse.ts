/** Answers to what node could not read as a request, or not in time: there is no request, so they are JSON. */
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { outcomeText } from '../interactions/outcome-text.js';
import { statusText } from '../interactions/status-text.js';
import { type Language, message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';

/** Connections on which nothing more is read. */
const refused = new WeakSet<Duplex>();

type Unread = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/** What came before it on its connection is answered first. Source: RFC 9112 §9.3.2 */
export function refuse(error: Unread, socket: Duplex): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else if (!refused.has(socket)) {
    refused.add(socket);
    answerInTurn(error, socket);
  } else if (socket.writableFinished) socket.destroy();
}

function answerInTurn(error: Unread, socket: Duplex & { readonly _httpMessage?: ServerResponse | null }): void {
  if (socket.destroyed || socket.writableEnded) return;
  // Node's own note of which answer is under way; behind it the next one takes its place. One may wait for what could not be read.
  const underWay = socket._httpMessage;
  if (underWay?.req.complete) underWay.once('close', () => answerInTurn(error, socket));
  else answer(socket, refusal(error.code), languageIn(error.rawPacket));
}

/** The head was not read, but what it holds tells who would rather have Chinese. */
function languageIn(packet: Buffer | undefined): Language {
  return /^accept-language:[ \t]*zh/im.test(packet?.toString('latin1') ?? '') ? 'zh' : 'en';
}

/** CONNECT asks for a way through to somewhere else. */
export function refuseTunnel(socket: Duplex): void {
  const text = message('method-not-allowed', 'CONNECT is not possible: this server is no proxy', '不支持 CONNECT：本服务器不是代理');
  answer(socket, fault('not-supported', text, { status: 405 }), 'en');
}

function answer(socket: Duplex, { status, issues }: FhirError, language: Language): void {
  const body = outcomeText(issues, language);
  const head = [
    `HTTP/1.1 ${statusText(status)}`,
    `Date: ${new Date().toUTCString()}`,
    'Content-Type: application/fhir+json; charset=utf-8',
    `Content-Length: ${body.length}`,
    'Cache-Control: private, no-cache',
    'Connection: close',
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
}

function refusal(code: string | undefined): FhirError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const text = message('header-too-long', 'The URL and the header fields are too long together', 'URL 与首部字段合计过长');
    return fault('too-long', text, { status: 431 });
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return fault('timeout', message('request-timeout', 'The request did not come whole in time', '请求未能及时完整到达'), { status: 408 });
  }
  if (code === 'HPE_INVALID_METHOD') {
    const text = message('unknown-method', 'The method is none that HTTP knows', '不是 HTTP 所知的方法');
    return fault('structure', text, { status: 400 });
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
