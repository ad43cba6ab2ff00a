/**
 * The resources in files, one after the other: a file of JSON or XML is one, each line of NDJSON is one and only that line is held.
 * Plain, gzip or bzip2, told by the first bytes. Source: R4 json.html, xml.html, async.html (NDJSON)
 */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { bunzip2, type Source } from './load/sources.js';

export interface Document {
  readonly source: Source;
  /** undefined: the bytes are not UTF-8. */
  readonly text: string | undefined;
  readonly syntax: 'json' | 'xml';
  /** The line of the file on which it begins; undefined: it is the whole file. */
  readonly line: number | undefined;
}

const isLines = /\.(ndjson|jsonl)(\.(gz|bz2))?$/i;
const NEWLINE = 0x0a;

/** `onBytes` is told of what was read from the disk. Throws where a file cannot be read or unpacked. */
export async function* documentsIn(source: Source, onBytes: (bytes: number) => void): AsyncGenerator<Document> {
  const stream = source.name === '-' ? process.stdin : createReadStream(source.name);
  const chunks = unpacked(counted(stream, onBytes));
  const whole: Buffer[] = [];
  let inLines = source.name === '-' ? undefined : isLines.test(source.name);
  const lines = createLines();
  for await (const chunk of chunks) {
    if (inLines !== true) whole.push(chunk);
    inLines ??= judgedByFirstLine(Buffer.concat(whole));
    if (inLines !== true) continue;
    // What came before the first line was complete is cut into lines with the rest.
    const part = whole.length === 0 ? chunk : Buffer.concat(whole.splice(0));
    for (const line of lines.add(part)) yield documentOf(source, line.bytes, line.number);
  }
  if (inLines !== true) yield documentOf(source, Buffer.concat(whole), undefined);
  else for (const line of lines.end()) yield documentOf(source, line.bytes, line.number);
}

function documentOf(source: Source, bytes: Buffer, line: number | undefined): Document {
  // A mark of the byte order is no part of the first line: editors do not count it as a column.
  const text = isUtf8(bytes) ? bytes.toString().replace(/^\ufeff/, '') : undefined;
  return { source, text, syntax: line === undefined && /^\s*</.test(text ?? '') ? 'xml' : 'json', line };
}

/** NDJSON that came without its name: the first line is an object of its own. undefined: it has not ended yet. */
function judgedByFirstLine(bytes: Buffer): boolean | undefined {
  const end = bytes.indexOf(NEWLINE);
  if (end < 0) return undefined;
  const first = bytes.toString('utf8', 0, end).trim();
  return first.startsWith('{') && first.endsWith('}');
}

interface Line {
  readonly bytes: Buffer;
  readonly number: number;
}

/** Empty lines are counted and left out. */
function createLines() {
  const begun: Buffer[] = [];
  let number = 0;
  const finish = (rest: Buffer): readonly Line[] => {
    const bytes = begun.length === 0 ? rest : Buffer.concat([...begun.splice(0), rest]);
    number++;
    return bytes.every(isSpace) ? [] : [{ bytes, number }];
  };
  return {
    *add(chunk: Buffer): Generator<Line> {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        yield* finish(chunk.subarray(from, end));
        from = end + 1;
      }
      if (from < chunk.length) begun.push(chunk.subarray(from));
    },
    end: () => finish(Buffer.alloc(0)),
  };
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0d || byte === 0x09;

async function* counted(stream: Readable, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    const bytes = chunk as Buffer;
    onBytes(bytes.length);
    yield bytes;
  }
}

async function* unpacked(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await chunks.next();
  if (first.done) return;
  const all = startingWith(first.value, chunks);
  const [one, two, three] = first.value;
  if (one === 0x1f && two === 0x8b) yield* gunzipped(all);
  else if (one === 0x42 && two === 0x5a && three === 0x68) yield Buffer.from(await bunzip2(await gathered(all)));
  else yield* all;
}

async function* startingWith(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function gathered(chunks: AsyncGenerator<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

async function* gunzipped(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // What goes wrong comes out of the loop below.
  pipeline(Readable.from(chunks), gunzip, () => undefined);
  for await (const chunk of gunzip) yield chunk as Buffer;
}
