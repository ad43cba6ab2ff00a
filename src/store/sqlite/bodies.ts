/**
 * The texts of versions as they stand in the file: compressed where that saves a tenth, with a dictionary of what the resources of their
 * type have in common. Dictionaries are made from what is written and kept in the file for good; a stored text says which is its own.
 * Source: port.ts Version
 */
import { Buffer } from 'node:buffer';
import { StoreUnavailable } from '../port.js';
import { type Connection, type SqlValue, toBuffer } from './binding.js';
import { compress, createDictionary, type Dictionary, decompress } from './lz.js';
import { train } from './train.js';

export interface Bodies {
  /** The text that was stored; null where none was. */
  read(connection: Connection, stored: SqlValue | undefined): Buffer | null;
  /** The text of which what was stored stands from `begin` to `end`. */
  readPart(connection: Connection, bytes: Buffer, begin: number, end: number): Buffer;
  /** What is to be stored; inside a transaction, in which a new dictionary may be written too. */
  store(connection: Connection, type: number, text: Buffer): Uint8Array;
  /** After a transaction was rolled back: dictionaries made in it do not exist. */
  forget(): void;
}

/** First byte of what is not the text itself; JSON begins with neither. */
const COMPRESSED = 1;
const AS_IT_IS = 2;
/** The dictionary without a text, for long texts of types that have no other. */
const EMPTY = 0;
const LONG = 1024;
const DICTIONARY = 8 * 1024;
/** So much of a text is looked at for what is common. */
const LOOKED_AT = 4 * 1024;
/** After so many texts of a type, in this process, a dictionary is made, and made anew where that would save a tenth. */
const OCCASIONS = [256, 4096, 65_536] as const;
/** Of so many texts before an occasion … */
const BEFORE = 256;
/** … one in so many is a sample: neighbours are often of one person. */
const EVERY = 4;

/** What was written of a type. */
interface Habit {
  written: number;
  samples: Buffer[];
  /** The dictionary in use. */
  current: number | undefined;
}

const newestSql = 'SELECT max(id) FROM dictionary WHERE type = ?';
const textSql = 'SELECT text FROM dictionary WHERE id = ?';
const insertSql = 'INSERT INTO dictionary (type, text) VALUES (?, ?)';

export function createBodies(): Bodies {
  const dictionaries = new Map<number, Dictionary>();
  const habits = new Map<number, Habit>();

  function dictionary(connection: Connection, id: number): Dictionary {
    const known = dictionaries.get(id);
    if (known !== undefined) return known;
    const text = id === EMPTY ? Buffer.alloc(0) : toBuffer(connection.statement(textSql).get([id])?.[0]);
    if (text === null) throw new StoreUnavailable(`The database file is damaged: it has no dictionary ${id}`);
    const made = createDictionary(text);
    dictionaries.set(id, made);
    return made;
  }

  function habitOf(connection: Connection, type: number): Habit {
    const known = habits.get(type);
    if (known !== undefined) return known;
    const newest = connection.statement(newestSql).get([type])?.[0];
    const made: Habit = { written: 0, samples: [], current: newest === undefined || newest === null ? undefined : Number(newest) };
    habits.set(type, made);
    return made;
  }

  function look(connection: Connection, type: number, habit: Habit, text: Buffer): void {
    habit.written++;
    const occasion = OCCASIONS.find((one) => one >= habit.written);
    if (occasion === undefined || habit.written + BEFORE <= occasion) return;
    // A copy: the text is a part of a message that would stay with it.
    if (habit.written % EVERY === 0) habit.samples.push(Buffer.from(text.subarray(0, LOOKED_AT)));
    if (habit.written < occasion) return;
    const { samples } = habit;
    habit.samples = [];
    const trained = train(samples, DICTIONARY);
    const before = habit.current === undefined ? undefined : dictionary(connection, habit.current);
    if (trained.length === 0 || !isBetter(createDictionary(trained), before, samples)) return;
    habit.current = connection.statement(insertSql).run([type, trained]).inserted;
  }

  function readPart(connection: Connection, bytes: Buffer, begin: number, end: number): Buffer {
    const first = begin < end ? bytes[begin] : undefined;
    if (first !== COMPRESSED) return bytes.subarray(first === AS_IT_IS ? begin + 1 : begin, end);
    const [id, afterId] = numberAt(bytes, begin + 1);
    const [length, afterLength] = numberAt(bytes, afterId);
    return decompress(dictionary(connection, id), bytes, afterLength, end, length);
  }

  return {
    read(connection, stored) {
      const bytes = toBuffer(stored);
      return bytes === null ? null : readPart(connection, bytes, 0, bytes.length);
    },
    readPart,
    store(connection, type, text) {
      const habit = habitOf(connection, type);
      look(connection, type, habit, text);
      if (habit.current !== undefined) return packed(dictionary(connection, habit.current), habit.current, text);
      return text.length < LONG ? asItIs(text) : packed(dictionary(connection, EMPTY), EMPTY, text);
    },
    forget() {
      dictionaries.clear();
      habits.clear();
    },
  };
}

function isBetter(trained: Dictionary, before: Dictionary | undefined, samples: readonly Buffer[]): boolean {
  const sum = (by: Dictionary | undefined) =>
    samples.reduce((total, text) => total + ((by && compress(by, text, text.length)?.length) ?? text.length), 0);
  return sum(trained) < 0.9 * sum(before);
}

function packed(by: Dictionary, id: number, text: Buffer): Uint8Array {
  const head = [COMPRESSED, ...numberBytes(id), ...numberBytes(text.length)];
  const body = compress(by, text, Math.floor(text.length * 0.9) - head.length);
  // A text that could not be read back would be lost: that is looked at now, for 1 µs, and not when it is needed.
  if (body === undefined || !decompress(by, body, 0, body.length, text.length).equals(text)) return asItIs(text);
  const stored = new Uint8Array(head.length + body.length);
  stored.set(head);
  stored.set(body, head.length);
  return stored;
}

function asItIs(text: Buffer): Uint8Array {
  return text[0] === COMPRESSED || text[0] === AS_IT_IS ? Buffer.concat([Buffer.of(AS_IT_IS), text]) : text;
}

/** Seven bits in a byte, the lowest first. */
function numberBytes(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...numberBytes(value >>> 7)];
}

function numberAt(bytes: Buffer, from: number): readonly [value: number, end: number] {
  let value = 0;
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at + 1];
  }
}
