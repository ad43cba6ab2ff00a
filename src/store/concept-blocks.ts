/**
 * Tables of concepts as they lie beside the resources: packed, in blocks small enough for every store, each table under the digest of its
 * bytes, so that a copy or a backup takes them along and the same table is kept once. First comes a note that says how many blocks there
 * are, then the blocks, then the note says that all are there; a CodeSystem names the digest afterwards. Source: store/state.ts
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { overOutages } from './over-outages.js';
import { eachItem, type StateItem, type StateStore } from './state.js';

const kinds = { note: 'concept-table', block: 'concepts' } as const;

export interface TableNote {
  readonly digest: string;
  readonly concepts: number;
  /** Of the table, and packed. */
  readonly bytes: number;
  readonly packed: number;
  readonly blocks: number;
  /** False while it is being written. */
  readonly isComplete: boolean;
}

/** Bytes of a block before they are written as text. */
const BLOCK = 48 * 1024;
/** Written at once: a store makes many durable in the time of one. */
const WRITTEN = 64;
/** Read at once. */
const TOGETHER = 16;
/** A higher level takes three times as long for a tenth less. */
const LEVEL = 1;

const pack = promisify<Buffer, { readonly level: number }, Buffer>(gzip);
const unpack = promisify<Buffer, { readonly maxOutputLength: number }, Buffer>(gunzip);

/** A table as it is kept: packed, with what it is known by. */
export interface PackedTable extends Pick<TableNote, 'digest' | 'concepts' | 'bytes'> {
  readonly packed: Uint8Array;
}

/** Bytes packed at once; pieces are packed side by side, and unpacked as one. Source: RFC 1952 section 2.2 */
const PIECE = 2 * 1024 * 1024;

export async function packTable(table: Buffer, concepts: number): Promise<PackedTable> {
  const pieces = Array.from({ length: Math.ceil(table.length / PIECE) }, (_, at) => table.subarray(at * PIECE, (at + 1) * PIECE));
  const packing = Promise.all(pieces.map((piece) => pack(piece, { level: LEVEL })));
  const digest = digestOf(table);
  return { digest, concepts, bytes: table.length, packed: Buffer.concat(await packing) };
}

function digestOf(table: Buffer): string {
  return createHash('sha256').update(table).digest('hex');
}

/** To be done inside a claim on the digest: `concept-sweep.ts`. */
export async function keepTable(
  states: StateStore,
  { packed, ...about }: PackedTable,
  onBlocks?: (written: number, of: number) => void,
): Promise<void> {
  const all = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const blocks = Math.ceil(all.length / BLOCK);
  const note: TableNote = { ...about, packed: all.length, blocks, isComplete: false };
  await putNote(states, note);
  for (let from = 0; from < blocks; from += WRITTEN) {
    const some = Array.from({ length: Math.min(WRITTEN, blocks - from) }, (_, at) => from + at);
    await Promise.all(some.map((at) => putOnce(states, blockOf(note.digest, at, all.subarray(at * BLOCK, (at + 1) * BLOCK)))));
    onBlocks?.(from + some.length, blocks);
  }
  await putNote(states, { ...note, isComplete: true });
}

function putNote(states: StateStore, note: TableNote): Promise<boolean> {
  return putOnce(states, { kind: kinds.note, id: note.digest, value: JSON.stringify(note), refs: [refOf(note.digest)] });
}

/** The same bytes under the same id: where it is not known whether they are there they are put there again. */
function putOnce(states: StateStore, item: StateItem): Promise<boolean> {
  return overOutages(() => states.put(item));
}

const refOf = (digest: string) => `concept-table:${digest}`;

function blockOf(digest: string, at: number, bytes: Buffer): StateItem {
  return { kind: kinds.block, id: `${digest}:${String(at).padStart(6, '0')}`, value: bytes.toString('base64'), refs: [refOf(digest)] };
}

/** undefined: nothing is known of such a table, or not all of it was written. */
export async function tableNote(states: Pick<StateStore, 'get'>, digest: string): Promise<TableNote | undefined> {
  const found = await states.get(kinds.note, digest);
  const note = found && (JSON.parse(found.value) as TableNote);
  return note?.isComplete ? note : undefined;
}

/** Also those that are not complete. */
export async function* tableNotes(states: Pick<StateStore, 'list'>): AsyncGenerator<TableNote> {
  for await (const { value } of eachItem(states, kinds.note)) yield JSON.parse(value) as TableNote;
}

/** The bytes of a table, at a place in memory that is a multiple of eight. Throws an Error with a sentence where they are not as they were written. */
export async function readTableBytes(states: Pick<StateStore, 'list'>, { digest, bytes, blocks }: TableNote): Promise<Buffer> {
  const packed: Buffer[] = [];
  for await (const { value } of eachBlock(states, digest)) packed.push(Buffer.from(value, 'base64'));
  if (packed.length !== blocks) throw new Error(`the store has ${packed.length} of its ${blocks} blocks`);
  const table = await unpack(Buffer.concat(packed), { maxOutputLength: bytes }).catch((error: unknown) => {
    throw new Error(`its blocks cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (digestOf(table) !== digest) throw new Error('its blocks do not hold what was written');
  if (table.byteOffset % 8 === 0) return table;
  const aligned = Buffer.allocUnsafeSlow(table.length);
  table.copy(aligned);
  return aligned;
}

async function* eachBlock(states: Pick<StateStore, 'list'>, digest: string) {
  const ref = refOf(digest);
  for (let after: string | undefined; ; ) {
    const some = await states.list(kinds.block, { ref, count: TOGETHER, ...(after === undefined ? {} : { after }) });
    yield* some;
    after = some.at(-1)?.id;
    if (some.length < TOGETHER) return;
  }
}

/** Lets a table go at that time, milliseconds UTC: whoever is reading it meanwhile reads it whole. */
export async function retireTable(states: StateStore, digest: string, expires: number): Promise<void> {
  const note = await states.get(kinds.note, digest);
  if (note !== undefined && note.expires === undefined) await states.put({ ...itemOf(note), expires });
  for await (const block of eachBlock(states, digest)) if (block.expires === undefined) await states.put({ ...itemOf(block), expires });
}

function itemOf({ kind, id, value, refs }: StateItem): StateItem {
  return { kind, id, value, ...(refs === undefined ? {} : { refs }) };
}
