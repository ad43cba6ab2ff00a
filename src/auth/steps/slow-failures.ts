/**
 * Whoever guesses at a secret again and again waits: by their address and the client they say they are, so that nobody makes another wait.
 * What cannot be guessed is not counted: behind one address many people's apps come with codes and tokens that have grown too old. Source: RFC 6749 §2.3.1 and §10.10 (guessing), RFC 6585 §4; RFC 7591 §5 (registration)
 */
import { createCounter } from '../counter.js';
import { sendJson } from '../show.js';
import type { Exchange, Step } from './exchange.js';

export interface Failures {
  /** Whether it is let through; otherwise it has been answered. `client`: as the request names it; undefined: no secret is shown. */
  letThrough(exchange: Exchange, client: string | undefined): boolean;
}

export interface FailuresOptions {
  /** Of one client from one address in a minute. */
  readonly perMinute: number;
  readonly now: () => number;
  /** Called once when somebody has to wait. */
  readonly onLocked: (address: string, client: string) => void;
}

export function createFailures({ perMinute, now, onLocked }: FailuresOptions): Failures {
  const onFull = (name: string) => {
    const [address = '', ...client] = name.split(' ');
    onLocked(address, client.join(' '));
  };
  const counter = createCounter({ perMinute, now, onFull });
  return {
    letThrough({ req, res }, client) {
      if (client === undefined) return true;
      // As `pin-host.ts` has settled it.
      const name = `${req.headers['x-forwarded-for']} ${client.slice(0, 200)}`;
      const seconds = counter.wait(name);
      if (seconds > 0) {
        const description = `too many requests failed; ask again in ${seconds} s`;
        sendJson(res, 429, { error: 'temporarily_unavailable', error_description: description }, { 'Retry-After': String(seconds) });
        return false;
      }
      res.once('finish', () => {
        if (res.statusCode === 401) counter.add(name);
      });
      return true;
    },
  };
}

/** Registration has no client yet: the address alone is counted. */
export function slowRegistration(failures: Failures | undefined): Step {
  return async (exchange) => {
    const isRegistration = exchange.path === '/register' || exchange.path.startsWith('/register/');
    return failures === undefined || !isRegistration || failures.letThrough(exchange, '') ? exchange : undefined;
  };
}

/** Who shows a secret, in the header or the form; undefined where none is shown. */
export function showsSecretOf(form: URLSearchParams, authorization: string | undefined): string | undefined {
  const basic = /^basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (basic !== undefined) return decoded(Buffer.from(basic, 'base64').toString().split(':', 1).join(''));
  return form.has('client_secret') ? (form.get('client_id') ?? '') : undefined;
}

/** Each half is encoded as in a form, so one client has many spellings. Source: RFC 6749 §2.3.1 */
function decoded(half: string): string {
  return new URLSearchParams(`half=${half.replaceAll('&', '%26')}`).get('half') ?? '';
}
