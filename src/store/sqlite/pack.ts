/**
 * A commit on its way to the writer's thread: its numbers, its texts and the bytes of its versions, each together, because thousands of
 * small objects cost four times as much to hand over. Guards are few and go as they are.
 */
import { Buffer } from 'node:buffer';
import type { AuditSheet } from '../audit-log.js';
import type { Commit, Contained, Guard, IndexEntry, Note, Reindex, SortValue, Write } from '../port.js';
import { methodNumber, methodOf } from './read.js';
import type { Steps } from './steps.js';

export interface Packed {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly texts: readonly string[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly guards: readonly Guard[];
  readonly notes: readonly PackedNote[];
  readonly audit?: readonly AuditSheet[];
}

type PackedNote = Omit<Note, 'value'> & { readonly value: Uint8Array };

/** What the next entry is; a text that says nothing new is left out. */
const code = {
  token: 0,
  tokenOfSystem: 1,
  reference: 2,
  string: 3,
  stringAsSent: 4,
  uri: 5,
  range: 6,
  rangeOfKey: 7,
  point: 8,
  stringWithin: 9,
  stringAsSentWithin: 10,
};
const DELETION = -1;
const ABSENT = -1;

/** Writes packed in one step. */
const STEP = 100;

export function* packInSteps({ writes, guards, notes = [], audit }: Commit): Steps<Packed> {
  const numbers: number[] = [];
  const texts: string[] = [];
  for (const [at, write] of writes.entries()) {
    packWrite(write, numbers, texts);
    if (at % STEP === STEP - 1) yield;
  }
  const packed = { numbers: Float64Array.from(numbers), texts, bytes: packBytes(writes), guards, notes: notes.map(packNote) };
  return audit === undefined ? packed : { ...packed, audit: audit.map(packSheet) };
}

/** Copied: of a piece of a larger buffer the whole would be handed over. */
function packNote({ value, ...note }: Note): PackedNote {
  return { ...note, value: Uint8Array.from(value) };
}

/** Copied for the same reason, but for memory that both threads see. */
export function packSheet({ chain, numbers, times, spans, bytes }: AuditSheet): AuditSheet {
  if (bytes.buffer instanceof SharedArrayBuffer) return { chain, numbers, times, spans, bytes };
  return { chain, numbers: numbers.slice(), times: times.slice(), spans: spans.slice(), bytes: Uint8Array.from(bytes) };
}

function packWrite({ version, replaces, compartments, contained, ...found }: Write, numbers: number[], texts: string[]): void {
  const bytes = version.json?.byteLength ?? DELETION;
  numbers.push(version.version, version.lastUpdated, methodNumber(version.method), bytes, replaces);
  numbers.push(compartments.length, contained?.length ?? ABSENT);
  texts.push(version.type, version.id, ...compartments);
  packFound(found, numbers, texts);
  for (const one of contained ?? []) {
    texts.push(one.type, one.id);
    packFound(one, numbers, texts);
  }
}

function packFound({ entries, sort }: Pick<Write, 'entries' | 'sort'>, numbers: number[], texts: string[]): void {
  numbers.push(entries.length, sort.length);
  for (const entry of entries) packEntry(entry, numbers, texts);
  for (const { slot, value } of sort) {
    texts.push(slot);
    if (typeof value === 'string') {
      numbers.push(1);
      texts.push(value);
    } else numbers.push(0, value);
  }
}

function packEntry(entry: IndexEntry, numbers: number[], texts: string[]): void {
  switch (entry.kind) {
    case 'token':
      numbers.push(entry.system === undefined ? code.token : code.tokenOfSystem);
      if (entry.system === undefined) texts.push(entry.param, entry.code);
      else texts.push(entry.param, entry.code, entry.system);
      return;
    case 'reference':
      numbers.push(code.reference);
      texts.push(entry.param, entry.target);
      return;
    case 'string':
      if (entry.raw === entry.value) numbers.push(entry.within ? code.stringAsSentWithin : code.stringAsSent);
      else numbers.push(entry.within ? code.stringWithin : code.string);
      if (entry.raw === entry.value) texts.push(entry.param, entry.value);
      else texts.push(entry.param, entry.value, entry.raw);
      return;
    case 'uri':
      numbers.push(code.uri);
      texts.push(entry.param, entry.value);
      return;
    case 'range':
      numbers.push(entry.key === undefined ? code.range : code.rangeOfKey, entry.low, entry.high);
      texts.push(entry.param);
      if (entry.key !== undefined) texts.push(entry.key);
      return;
    case 'point':
      numbers.push(code.point, entry.x, entry.y, entry.z);
      texts.push(entry.param);
      return;
  }
}

function packBytes(writes: readonly Write[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(writes.reduce((sum, { version }) => sum + (version.json?.byteLength ?? 0), 0));
  let at = 0;
  for (const { version } of writes) {
    if (version.json === null) continue;
    bytes.set(version.json, at);
    at += version.json.byteLength;
  }
  return bytes;
}

/** What is to be indexed anew travels like a write without a text. */
export function asWrite({ type, id, version, ...found }: Reindex): Write {
  return { version: { type, id, version, lastUpdated: 0, method: 'PUT', json: null }, replaces: version, ...found };
}

export function unpackReindex(packed: Packed): readonly Reindex[] {
  return unpack(packed).writes.map(({ version: { type, id, version }, replaces: _, ...found }) => ({ type, id, version, ...found }));
}

export function unpack(packed: Packed): Commit {
  const unpacker = new Unpacker(packed);
  const writes: Write[] = [];
  while (unpacker.more()) writes.push(unpacker.write());
  const notes = packed.notes.map(({ value, ...note }) => ({
    ...note,
    value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
  }));
  const commit = { writes, guards: packed.guards, notes };
  return packed.audit === undefined ? commit : { ...commit, audit: packed.audit };
}

class Unpacker {
  readonly #packed: Packed;
  #number = 0;
  #text = 0;
  #byte = 0;

  constructor(packed: Packed) {
    this.#packed = packed;
  }

  more(): boolean {
    return this.#number < this.#packed.numbers.length;
  }

  write(): Write {
    const [version, lastUpdated, method, bytes, replaces] = [
      this.#count(),
      this.#count(),
      methodOf(this.#count()),
      this.#count(),
      this.#count(),
    ];
    const [compartments, contained] = [this.#count(), this.#count()];
    const [type, id] = [this.#name(), this.#name()];
    return {
      version: { type, id, version, lastUpdated, method, json: this.#json(bytes) },
      replaces,
      compartments: this.#times(compartments, () => this.#name()),
      ...this.#found(),
      ...(contained === ABSENT ? {} : { contained: this.#times(contained, () => this.#contained()) }),
    };
  }

  #found(): Pick<Write, 'entries' | 'sort'> {
    const [entries, sorts] = [this.#count(), this.#count()];
    return { entries: this.#times(entries, () => this.#entry()), sort: this.#times(sorts, () => this.#sortValue()) };
  }

  #contained(): Contained {
    return { type: this.#name(), id: this.#name(), ...this.#found() };
  }

  #times<T>(count: number, next: () => T): readonly T[] {
    const all: T[] = [];
    for (let i = 0; i < count; i++) all.push(next());
    return all;
  }

  #count(): number {
    return this.#packed.numbers[this.#number++] ?? Number.NaN;
  }

  #name(): string {
    return this.#packed.texts[this.#text++] ?? '';
  }

  #json(length: number): Buffer | null {
    if (length === DELETION) return null;
    const { buffer } = this.#packed.bytes;
    this.#byte += length;
    return Buffer.from(buffer, this.#byte - length, length);
  }

  #entry(): IndexEntry {
    const kind = this.#count();
    const param = this.#name();
    switch (kind) {
      case code.token:
        return { kind: 'token', param, code: this.#name() };
      case code.tokenOfSystem:
        return { kind: 'token', param, code: this.#name(), system: this.#name() };
      case code.reference:
        return { kind: 'reference', param, target: this.#name() };
      case code.stringAsSent: {
        const value = this.#name();
        return { kind: 'string', param, value, raw: value };
      }
      case code.stringAsSentWithin: {
        const value = this.#name();
        return { kind: 'string', param, value, raw: value, within: true };
      }
      case code.stringWithin:
        return { kind: 'string', param, value: this.#name(), raw: this.#name(), within: true };
      case code.string:
        return { kind: 'string', param, value: this.#name(), raw: this.#name() };
      case code.uri:
        return { kind: 'uri', param, value: this.#name() };
      case code.rangeOfKey:
        return { kind: 'range', param, key: this.#name(), low: this.#count(), high: this.#count() };
      case code.point:
        return { kind: 'point', param, x: this.#count(), y: this.#count(), z: this.#count() };
      default:
        return { kind: 'range', param, low: this.#count(), high: this.#count() };
    }
  }

  #sortValue(): SortValue {
    const slot = this.#name();
    return { slot, value: this.#count() === 1 ? this.#name() : this.#count() };
  }
}
