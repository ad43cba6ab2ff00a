/** What was asked for, as it may be written down: a token that stood in the URL is no part of it. Source: RFC 6750 §5.3 (URLs are logged) */
import type { IncomingMessage } from 'node:http';

const secret = /token|secret|assertion/i;

/** `GET /fhir/Patient/1` */
export function askedText({ method = '', url = '' }: Pick<IncomingMessage, 'method' | 'url'>): string {
  const mark = url.indexOf('?');
  if (mark === -1) return `${method} ${url}`;
  const parts = url.slice(mark + 1).split('&');
  return `${method} ${url.slice(0, mark + 1)}${parts.map(withoutSecret).join('&')}`;
}

function withoutSecret(parameter: string): string {
  const [name = ''] = parameter.split('=', 1);
  return secret.test(name.replace(/%([2-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))))
    ? `${name}=…`
    : parameter;
}
