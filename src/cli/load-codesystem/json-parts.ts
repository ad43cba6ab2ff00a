/** Walks JSON in a Buffer without making objects of all of it: files of codes can be larger than one text may be. Source: RFC 8259 */

export interface Part {
  readonly start: number;
  readonly end: number;
}

/** What is no JSON, and where. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  constructor(readonly at: number) {
    super('no JSON');
  }
}

const byte = { quote: 0x22, escape: 0x5c, colon: 0x3a, comma: 0x2c, object: 0x7b, objectEnd: 0x7d, array: 0x5b, arrayEnd: 0x5d } as const;

/** Each member of the object that begins at `start`. */
export function* membersOf(bytes: Buffer, start: number): Generator<Part & { readonly name: string }> {
  let at = expected(bytes, start, byte.object);
  if (bytes[space(bytes, at)] === byte.objectEnd) return;
  for (;;) {
    at = space(bytes, at);
    const named = stringEnd(bytes, at);
    const from = space(bytes, expected(bytes, named, byte.colon));
    const end = valueEnd(bytes, from);
    yield { name: parsed(bytes, { start: at, end: named }) as string, start: from, end };
    at = space(bytes, end);
    if (bytes[at] === byte.objectEnd) return;
    at = expected(bytes, at, byte.comma);
  }
}

/** Each item of the array that begins at `start`. */
export function* itemsOf(bytes: Buffer, start: number): Generator<Part> {
  let at = expected(bytes, start, byte.array);
  if (bytes[space(bytes, at)] === byte.arrayEnd) return;
  for (;;) {
    const from = space(bytes, at);
    const end = valueEnd(bytes, from);
    yield { start: from, end };
    at = space(bytes, end);
    if (bytes[at] === byte.arrayEnd) return;
    at = expected(bytes, at, byte.comma);
  }
}

export function parsed(bytes: Buffer, { start, end }: Part): unknown {
  try {
    return JSON.parse(bytes.toString('utf8', start, end));
  } catch {
    throw new JsonFault(start);
  }
}

export function isArrayAt(bytes: Buffer, at: number): boolean {
  return bytes[at] === byte.array;
}

export function isObjectAt(bytes: Buffer, at: number): boolean {
  return bytes[at] === byte.object;
}

export function space(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

function expected(bytes: Buffer, from: number, wanted: number): number {
  const at = space(bytes, from);
  if (bytes[at] !== wanted) throw new JsonFault(at);
  return at + 1;
}

function stringEnd(bytes: Buffer, start: number): number {
  if (bytes[start] !== byte.quote) throw new JsonFault(start);
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === byte.escape) at++;
    else if (bytes[at] === byte.quote) return at + 1;
  }
  throw new JsonFault(start);
}

/** Brackets are counted, not matched: what is between them is parsed when it is read. */
export function valueEnd(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; ) {
    const one = bytes[at];
    if (one === byte.quote) {
      at = stringEnd(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (one === byte.object || one === byte.array) depth++;
    else if (one === byte.objectEnd || one === byte.arrayEnd) {
      if (depth === 0) return plainEnd(start, at);
      depth--;
      if (depth === 0) return at + 1;
    } else if (one === byte.comma && depth === 0) return plainEnd(start, at);
    at++;
  }
  throw new JsonFault(start);
}

function plainEnd(start: number, end: number): number {
  if (end === start) throw new JsonFault(start);
  return end;
}
