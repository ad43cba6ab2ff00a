/** What HTTP itself asks of the head of a request. Source: RFC 9110 §10.1.1 (Expect), RFC 9112 §3.2 (Host) */
import type { IncomingMessage } from 'node:http';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';

/** Throws FhirError 400 without Host, 417 for an expectation other than to be told to go on. */
export function checkHead({ headers, httpVersionMinor }: IncomingMessage): void {
  if (headers.host === undefined && httpVersionMinor === 1) throw hostMissing();
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') throw unknownExpectation(headers.expect);
}

function hostMissing() {
  const text = message('host-missing', 'HTTP/1.1 asks for the field Host, and there is none', 'HTTP/1.1 要求 Host 首部字段，但请求中没有');
  return fault('structure', text, { expression: 'http.Host' });
}

function unknownExpectation(found: string) {
  const text = message(
    'expectation-failed',
    `"${found}" was expected of the server; it knows 100-continue only`,
    `请求期望服务器“${found}”；本服务器仅支持 100-continue`,
  );
  return fault('not-supported', text, { status: 417, expression: 'http.Expect' });
}
