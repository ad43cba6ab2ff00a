/**
 * The authorization endpoint by POST, which the library has for cookies of other sites only, and the prompt that it wants before it grants
 * offline access. Source: SMART App Launch 2.2 app-launch.html#request-4 (GET and POST)
 */
import { sendJson } from '../show.js';
import { type Exchange, readBody, type Step, setUrl } from './exchange.js';

/** Characters: what servers and proxies take in an address. */
const longest = 6000;

/** By GET the browser sends the cookie of the session; what is too long for an address is done on the spot, without it. */
export function postAuthorize(issuer: string): Step {
  return async (exchange) => {
    const { req, res, path } = exchange;
    if (path !== '/authorize' || req.method !== 'POST') return exchange;
    const isForm = req.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    const body = isForm ? await readBody(req) : undefined;
    if (body === undefined) return refused(exchange, isForm ? 413 : 400);
    if (body.length <= longest) {
      res.writeHead(303, { Location: `${issuer}/authorize?${body}`, 'Cache-Control': 'no-store' });
      res.end();
      return undefined;
    }
    req.method = 'GET';
    for (const name of ['content-length', 'content-type', 'transfer-encoding']) delete req.headers[name];
    setUrl(req, new URL(issuer).pathname, `/authorize?${body}`);
    return exchange;
  };
}

function refused({ res }: Exchange, status: number): undefined {
  const description = status === 413 ? 'the request is too long' : 'a form is expected: application/x-www-form-urlencoded';
  sendJson(res, status, { error: 'invalid_request', error_description: description });
}

/** Everybody is asked each time anyway: see `prompts.ts`. */
export function askForConsent(issuer: string): Step {
  const issuerPath = new URL(issuer).pathname;
  return async (exchange) => {
    const { req, path } = exchange;
    const [address = '', query] = cut(req.url ?? '');
    if (path !== '/authorize' || req.method !== 'GET' || query === undefined) return exchange;
    setUrl(req, issuerPath, `${address}?${withConsent(query)}`);
    return exchange;
  };
}

function cut(url: string): readonly [string, string | undefined] {
  const at = url.indexOf('?');
  return at === -1 ? [url, undefined] : [url.slice(0, at), url.slice(at + 1)];
}

function withConsent(query: string): string {
  const pairs = query.split('&');
  const asked = pairs.filter((pair) => pair.startsWith('prompt='));
  const [only] = asked;
  if (only === undefined) return `${query}&prompt=consent`;
  const prompts = new URLSearchParams(only).get('prompt')?.split(' ') ?? [];
  if (asked.length > 1 || prompts.includes('none') || prompts.includes('consent')) return query;
  return pairs.map((pair) => (pair === only ? `${pair}+consent` : pair)).join('&');
}
