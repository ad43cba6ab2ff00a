/**
 * The key under which a POST that stores may be sent again, and what tells equal requests.
 * Source: draft-ietf-httpapi-idempotency-key-header §2.1, §2.4; RFC 8941 §3.3.3 (String)
 */
import { createHash, webcrypto } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { onceName } from '../interactions/once-name.js';
import type { FhirRequest, Once } from '../interactions/request.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';

const FIELD = 'idempotency-key';

/** undefined where there is none, or where nothing is stored. Throws FhirError 400 for what is no key. */
export function idempotencyKey(req: IncomingMessage, { interaction }: FhirRequest): string | undefined {
  if (req.headers[FIELD] === undefined || (interaction !== 'create' && interaction !== 'bundle')) return undefined;
  const sent = req.headersDistinct[FIELD] ?? [];
  const [text = ''] = sent;
  const key = unquoted(text.trim());
  if (sent.length === 1 && key !== undefined && /^[!-~]{1,255}$/.test(key)) return key;
  throw noKey(sent.length === 1 ? `"${shortened(text)}"` : `${sent.length}`);
}

/** Clients send it bare or, as the draft has it, in quotation marks: both are the same key. */
function unquoted(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  const inside = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1];
  return inside?.replace(/\\(["\\])/g, '$1');
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function noKey(found: string) {
  const text = message(
    'bad-idempotency-key',
    `Idempotency-Key was ${found}; one key of 1 to 255 visible ASCII characters was expected, such as a UUID`,
    `Idempotency-Key 为 ${found}；应为一个由 1 至 255 个可见 ASCII 字符组成的键，例如 UUID`,
  );
  return fault('value', text, { expression: 'http.Idempotency-Key' });
}

/** Header fields that change what is stored or what is said of it. */
const fields = ['content-type', 'prefer', 'if-none-exist', 'x-security-context'] as const;

/** `bytes`: of the body, unpacked. They are hashed by another thread. */
export async function onceOf(req: IncomingMessage, { access }: FhirRequest, key: string, bytes: Buffer): Promise<Once> {
  const body = Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('base64url');
  const parts = [req.method, req.url, ...fields.map((field) => req.headers[field] ?? null), body];
  return { name: onceName(access, key), fingerprint: createHash('sha256').update(JSON.stringify(parts)).digest('base64url') };
}
