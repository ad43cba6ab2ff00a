/**
 * The body of a request as text: within its limit, of a type we read, in UTF-8.
 * Source: R4 http.html#mime-type; RFC 9110 §15.5.14 (413), §15.5.16 (415)
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { patchFormatOf, patchMediaTypes } from '../interactions/patch/format.js';
import type { PatchFormat } from '../interactions/request.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { isOurVersion, jsonTypes } from './negotiate.js';

export type BodyKind = 'resource' | 'form' | 'patch';

/** The client went away before all of its request had come: nobody waits for an answer. */
export class RequestAborted extends Error {
  override readonly name = 'RequestAborted';
}

/** Throws FhirError: 415 for another media type. No type at all counts as JSON, but for a patch: there are too many kinds of it. */
export function checkMediaType(req: IncomingMessage, kind: BodyKind): void {
  const coding = req.headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity') throw unsupportedCoding(coding);
  const header = req.headers['content-type'];
  if ((header === undefined && kind !== 'patch') || (kind === 'resource' && header === 'application/fhir+json')) return;
  const [name = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim());
  if (!isKnown(name.toLowerCase(), kind) || !parameters.every(isUnderstood)) throw unsupportedType(header ?? '', kind);
}

function isKnown(mediaType: string, kind: BodyKind): boolean {
  if (kind === 'form') return mediaType === 'application/x-www-form-urlencoded';
  return kind === 'resource' ? jsonTypes.has(mediaType) : patchFormatOf(mediaType) !== undefined;
}

/** What the body of a PATCH is written in; its media type is checked already. */
export function patchFormatFrom(req: IncomingMessage): PatchFormat | undefined {
  return patchFormatOf((req.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '');
}

function isUnderstood(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=');
  if (name.toLowerCase() === 'charset') return /^"?utf-?8"?$/i.test(value);
  return name !== 'fhirVersion' || isOurVersion(value);
}

/** Throws FhirError: 413 beyond `limit` bytes, 400 for what is not UTF-8. */
export async function readBody(req: IncomingMessage, limit: number): Promise<string> {
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLong(limit);
  const bytes = await gather(req, limit);
  if (!isUtf8(bytes)) throw notUtf8();
  return bytes.toString('utf8');
}

function gather(req: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (settle: () => void) => {
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      settle();
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) end(() => reject(tooLong(limit)));
      else chunks.push(chunk);
    };
    const onEnd = () => end(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)));
    const onClose = () => end(() => reject(new RequestAborted()));
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

function tooLong(limit: number) {
  const size = limit >= 1024 * 1024 ? `${Math.round(limit / 1024 / 1024)} MB` : `${limit} bytes`;
  return fault('too-long', message('body-too-long', `The body is longer than ${size}`, `正文超过 ${size}`));
}

function notUtf8() {
  return fault('invalid', message('not-utf8', 'The body is not UTF-8', '正文不是 UTF-8 编码'));
}

function unsupportedCoding(coding: string) {
  return fault(
    'not-supported',
    message(
      'content-encoding',
      `The body came with Content-Encoding "${coding}"; only unencoded bodies are read`,
      `正文的 Content-Encoding 为“${coding}”；仅接受未编码的正文`,
    ),
    { status: 415, expression: 'http.Content-Encoding' },
  );
}

function unsupportedType(found: string, kind: BodyKind) {
  const wanted =
    kind === 'form' ? 'application/x-www-form-urlencoded' : kind === 'patch' ? patchMediaTypes.join(', ') : 'application/fhir+json';
  const only = kind !== 'resource' ? ['', ''] : [' (JSON only for now, in UTF-8, FHIR 4.0)', '（目前仅支持 JSON，UTF-8 编码，FHIR 4.0）'];
  return fault(
    'not-supported',
    message(
      'media-type',
      `The body came as "${found}"; ${wanted} was expected${only[0]}`,
      `正文的类型为“${found}”；应为 ${wanted}${only[1]}`,
    ),
    { status: 415, expression: 'http.Content-Type' },
  );
}
