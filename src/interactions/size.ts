/**
 * How long one version may be, text and index entries together, alike on every store: MongoDB keeps both in one document of at most
 * 16 MiB, and what one store takes, another must, for data to be copied. Counted generously, so that no store has to refuse the rest.
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { IndexEntry, Write } from '../store/port.js';

const MEBI = 1024 * 1024;
/** What stands around them is far less than the rest of 16 MiB. */
const MOST = 15.75 * MEBI;

/** What a store puts around a value and the names of its type and parameter, in bytes. */
const AROUND = 60;
/** A UTF-16 unit takes at most three bytes. */
const WIDEST = 3;

/** Throws FhirError 413. */
export function refuseTooLong(write: Write): void {
  const { version } = write;
  const json = version.json?.length ?? 0;
  // Counting bytes takes longer than adding lengths, and is hardly ever needed.
  if (json + wholeIndexSize(write, atMost) <= MOST) return;
  const size = json + wholeIndexSize(write, Buffer.byteLength);
  if (size <= MOST) return;
  const [name, found] = [`${version.type}/${version.id}`, (size / MEBI).toFixed(1)];
  throw fault(
    'too-long',
    message(
      'resource-too-long',
      `${name} takes ${found} MiB with what it is found by; at most ${MOST / MEBI} MiB are stored for one resource`,
      `${name} 连同索引项共 ${found} MiB；单个资源最多存储 ${MOST / MEBI} MiB`,
    ),
  );
}

function atMost(text: string): number {
  return text.length * WIDEST;
}

type Measure = (text: string) => number;

function wholeIndexSize({ version, entries, compartments, sort, contained = [] }: Write, bytes: Measure): number {
  let size = indexSize(version.type, entries, [...compartments, ...sortTexts(sort)], bytes);
  for (const one of contained) size += indexSize(`#${one.type}`, one.entries, [one.id, ...compartments, ...sortTexts(one.sort)], bytes);
  return size;
}

function sortTexts(sort: Write['sort']): readonly string[] {
  return sort.map(({ value }) => (typeof value === 'string' ? value : ''));
}

function indexSize(type: string, entries: readonly IndexEntry[], texts: readonly string[], bytes: Measure): number {
  let size = 0;
  for (const entry of entries) size += AROUND + 2 * (type.length + entry.param.length) + entrySize(entry, bytes);
  for (const text of texts) size += AROUND + type.length + bytes(text);
  return size;
}

/** Each value as often as a store may write it: a code with and without its system, whose signs may be escaped. */
function entrySize(entry: IndexEntry, bytes: Measure): number {
  switch (entry.kind) {
    case 'token':
      return 2 * bytes(entry.code) + WIDEST * bytes(entry.system ?? '');
    case 'reference':
      return bytes(entry.target);
    case 'uri':
      return bytes(entry.value);
    case 'string':
      return bytes(entry.value) + bytes(entry.raw);
    case 'range':
      return bytes(entry.key ?? '');
    case 'point':
      return 0;
  }
}
