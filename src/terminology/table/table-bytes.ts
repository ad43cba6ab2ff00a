/**
 * A table of concepts as bytes, to be kept and read again: a mark, the length of the header, the header as JSON, then the columns, each
 * beginning at a multiple of eight. Numbers are little-endian, as on every machine this runs on.
 */
import { type Columns, type ConceptTable, partsOf, type TableHeader, tableOf } from './concept-table.js';

/** Another form of the columns is another mark: what an older program wrote is refused, not misread. */
const MARK = 'LYCT0001';
const ALIGNED = 8;

interface Written extends TableHeader {
  /** Bytes of each column, in the order of `partsOf`. */
  readonly lengths: readonly number[];
}

/** Piece by piece: together they may be larger than one Buffer should be. */
export function writeTable({ count, caseSensitive, isComplete, properties, columns }: ConceptTable): readonly Buffer[] {
  const parts = partsOf(columns);
  const header: Written = { count, caseSensitive, isComplete, properties, lengths: parts.map(({ byteLength }) => byteLength) };
  const json = Buffer.from(JSON.stringify(header));
  const lead = Buffer.alloc(MARK.length + ALIGNED);
  lead.write(MARK);
  lead.writeUInt32LE(json.length, MARK.length);
  const pieces = [lead, json, ...parts.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))];
  return pieces.flatMap((piece) => [piece, Buffer.alloc(paddingOf(piece.length))]).filter(({ length }) => length > 0);
}

function paddingOf(length: number): number {
  return (ALIGNED - (length % ALIGNED)) % ALIGNED;
}

/** `bytes` begin at a multiple of eight and belong to the table from now on. Throws an Error with a sentence for what is none. */
export function* readTable(bytes: Buffer): Generator<undefined, ConceptTable> {
  if (bytes.toString('latin1', 0, MARK.length) !== MARK) throw new Error('what is kept is no table of concepts that this program reads');
  let at = MARK.length + ALIGNED;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error(`the table of concepts ends after ${bytes.length} bytes, in the middle`);
    const part = bytes.subarray(at, at + length);
    at += length + paddingOf(length);
    return part;
  };
  const { lengths, ...header } = JSON.parse(take(bytes.readUInt32LE(MARK.length)).toString()) as Written;
  return yield* tableOf(header, columnsOf(header.count, lengths.map(take)));
}

function columnsOf(count: number, parts: readonly Buffer[]): Columns {
  let next = 0;
  const bytes = (): Buffer => {
    const part = parts[next++];
    if (part === undefined) throw new Error('the table of concepts has too few columns');
    return part;
  };
  const numbers = (): Uint32Array => {
    const { buffer, byteOffset, byteLength } = bytes();
    return new Uint32Array(buffer, byteOffset, byteLength / Uint32Array.BYTES_PER_ELEMENT);
  };
  const texts = () => ({ bytes: bytes(), ends: numbers() });
  // As `partsOf` lists them.
  const [codes, displays, extras, keyCodes, keyTexts, sounds, initials] = [texts(), texts(), texts(), texts(), texts(), texts(), texts()];
  const flags = bytes();
  const parents = { places: numbers(), ends: numbers() };
  const keys = { count, codes: keyCodes, texts: keyTexts, sounds, initials, syllables: bytes() };
  return { codes, displays, extras, flags, parents, keys };
}
