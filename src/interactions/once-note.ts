/** What a note remembers of a request and its answer, as bytes. Source: draft-ietf-httpapi-idempotency-key-header §2 */
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { NOTE_BYTES } from '../store/port.js';
import type { Answer } from './intent.js';

export interface Remembered {
  readonly fingerprint: string;
  /** One, or one for each entry of a transaction, undefined where it only read; absent of a batch. */
  readonly answers?: readonly (Answer | undefined)[];
}

export interface Recalled {
  readonly fingerprint: string;
  readonly answers?: readonly (RecalledAnswer | undefined)[];
}

/** `shown`: with the resource, which is the version its location names. */
export type RecalledAnswer = Omit<Answer, 'resource'> & { readonly shown: boolean };

/** As it is written: version and moment, location, whether with the resource, outcome, notice. */
interface Written {
  readonly s: number;
  readonly v?: readonly [version: number, lastUpdated: number];
  readonly l?: string;
  readonly r?: true;
  readonly o?: string;
  readonly n?: string;
}

const [deflated, inflated] = [promisify(deflateRaw), promisify(inflateRaw)];

/** What is shorter gains nothing by being packed. */
const SHORT = 512;
const PLAIN = Buffer.of(0);
const PACKED = Buffer.of(1);

/** Where it would be too long it is what was done, without what was said of it. */
export async function noteValue({ fingerprint, answers }: Remembered): Promise<Buffer> {
  const written = answers?.map((answer) => (answer === undefined ? null : writtenOf(answer)));
  const value = await packed({ fingerprint, written });
  if (value.length <= NOTE_BYTES) return value;
  return packed({ fingerprint, written: written?.map((one) => one && { ...one, o: undefined, n: undefined }) });
}

async function packed(note: unknown): Promise<Buffer> {
  const text = Buffer.from(JSON.stringify(note));
  return text.length < SHORT ? Buffer.concat([PLAIN, text]) : Buffer.concat([PACKED, await deflated(text)]);
}

function writtenOf({ status, version, location, resource, outcome, notice }: Answer): Written {
  return {
    s: status,
    v: version && [version.version, version.lastUpdated],
    l: location,
    r: resource !== undefined && location !== undefined ? true : undefined,
    o: outcome?.toString(),
    n: notice?.toString(),
  };
}

export async function rememberedIn(value: Buffer): Promise<Recalled> {
  const text = value[0] === PACKED[0] ? await inflated(value.subarray(1)) : value.subarray(1);
  const { fingerprint, written } = JSON.parse(text.toString()) as {
    readonly fingerprint: string;
    readonly written?: readonly (Written | null)[];
  };
  return { fingerprint, answers: written?.map((one) => (one === null ? undefined : answerOf(one))) };
}

function answerOf({ s, v, l, r, o, n }: Written): RecalledAnswer {
  const [type, id] = l?.split('/') ?? [];
  const named = l === undefined ? {} : { type, id };
  return {
    status: s,
    ...(v && { version: { version: v[0], lastUpdated: v[1], ...named } }),
    ...(l !== undefined && { location: l }),
    ...(o !== undefined && { outcome: Buffer.from(o) }),
    ...(n !== undefined && { notice: Buffer.from(n) }),
    shown: r === true,
  };
}
