/**
 * The body of a request as bytes and as text: within its limit, unpacked, in UTF-8.
 * Source: R4 http.html#mime-type; RFC 9110 §8.4 (Content-Encoding), §15.5.9 (408), §15.5.14 (413), §15.5.16 (415)
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { decoded } from '../model/parse-stored.js';

/** The client went away before all of its request had come: nobody waits for an answer. */
export class RequestAborted extends Error {
  override readonly name = 'RequestAborted';
}

export interface BodyLimit {
  /** Also of what is unpacked. */
  readonly bytes: number;
  /** Milliseconds in which something must come. */
  readonly idle: number;
}

const CHUNK = { chunkSize: 64 * 1024 };
const decoders: ReadonlyMap<string, () => Decoder> = new Map<string, () => Decoder>([
  ['gzip', () => createGunzip(CHUNK)],
  ['x-gzip', () => createGunzip(CHUNK)],
  ['deflate', () => createInflate(CHUNK)],
  ['br', () => createBrotliDecompress(CHUNK)],
]);
type Decoder = Readable & NodeJS.WritableStream;

/** Throws FhirError: 413 beyond the limit, 415 for an unknown coding, 400 for what cannot be unpacked, 408 when nothing more comes. */
export async function readBody(req: IncomingMessage, limit: BodyLimit): Promise<Buffer> {
  const coding = req.headers['content-encoding']?.trim().toLowerCase();
  const decoder = coding === undefined || coding === 'identity' || coding === '' ? undefined : decoders.get(coding);
  if (decoder === undefined && coding !== undefined && coding !== 'identity' && coding !== '') throw unsupportedCoding(coding);
  if (Number(req.headers['content-length'] ?? 0) > limit.bytes) throw tooLong(limit.bytes);
  return decoder === undefined ? gather(req, req, limit) : unpack(req, decoder(), limit, coding ?? '');
}

/** Throws FhirError 400 for what is not UTF-8. */
export function textOf(bytes: Buffer): string {
  refuseOtherThanUtf8(bytes);
  return bytes.toString('utf8');
}

/** The same, with places to let other work in between. */
export function* textInSteps(bytes: Buffer): Generator<undefined, string> {
  refuseOtherThanUtf8(bytes);
  return yield* decoded(bytes);
}

function refuseOtherThanUtf8(bytes: Buffer): void {
  if (!isUtf8(bytes))
    throw fault(
      'invalid',
      message(
        'not-utf8',
        'The body is not UTF-8; what is in GBK, GB 18030 or another encoding has to be converted first',
        '正文不是 UTF-8 编码；GBK、GB 18030 等其他编码须先转换',
      ),
    );
}

/** Unpacking ends where the limit is reached, however much more would come of what was sent. */
async function unpack(req: IncomingMessage, decoder: Decoder, limit: BodyLimit, coding: string): Promise<Buffer> {
  try {
    return await gather(req, req.pipe(decoder), limit, () => badCoding(coding));
  } finally {
    req.unpipe(decoder);
    // What it still has to say when it is cut off is of no interest.
    decoder.on('error', () => undefined);
    decoder.destroy();
  }
}

/** `source` is the request itself, or what unpacks it and may be `broken`. */
function gather(req: IncomingMessage, source: Readable, limit: BodyLimit, broken?: () => Error): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      source.off('data', onData).off('end', onEnd).off('error', onBroken);
      req.off('close', onClose).off('error', onClose);
      settle();
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      timer.refresh();
      if (length > limit.bytes) end(() => reject(tooLong(limit.bytes)));
      else chunks.push(chunk);
    };
    const onEnd = () => end(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)));
    const onClose = () => {
      if (!req.complete) end(() => reject(new RequestAborted()));
    };
    const onBroken = () => end(() => reject(broken?.() ?? new RequestAborted()));
    const timer = setTimeout(() => end(() => reject(tooSlow())), limit.idle);
    source.on('data', onData).on('end', onEnd).on('error', onBroken);
    req.on('close', onClose).on('error', onClose);
  });
}

function tooLong(limit: number) {
  const size = limit >= 1024 * 1024 ? `${Math.round(limit / 1024 / 1024)} MB` : `${limit} bytes`;
  return fault('too-long', message('body-too-long', `The body is longer than ${size}`, `正文超过 ${size}`));
}

function tooSlow() {
  return fault('timeout', message('request-timeout', 'The request did not come whole in time', '请求未能及时完整到达'), { status: 408 });
}

function badCoding(coding: string) {
  const text = message('bad-content-encoding', `The body cannot be unpacked as ${coding}`, `正文无法按 ${coding} 解压`);
  return fault('invalid', text, { expression: 'http.Content-Encoding' });
}

function unsupportedCoding(coding: string) {
  return fault(
    'not-supported',
    message(
      'content-encoding',
      `The body came with Content-Encoding "${coding}"; gzip, deflate, br or none was expected`,
      `正文的 Content-Encoding 为“${coding}”；应为 gzip、deflate、br 或不编码`,
    ),
    { status: 415, expression: 'http.Content-Encoding', headers: { 'Accept-Encoding': 'gzip, deflate, br' } },
  );
}
