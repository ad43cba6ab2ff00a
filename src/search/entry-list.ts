/** Entries of one resource, parameter after parameter, each once, and no more of them than a server can bear. */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { IndexEntry } from '../store/port.js';

/**
 * Codes of a large code system are not among them (many-codes.ts). A string costs more than any other entry, because it is perhaps read
 * as pinyin; nobody has that many names and addresses. The words of codes (`code:text`) are only folded.
 */
const MAX_ENTRIES = 50_000;
const MAX_STRINGS = 2000;
/** What is said again and again costs as much to look at as what is new. */
const REPEATED = 10;
/** Words of a text are as many as full-text.ts keeps, and cost no more than codes. */
const words: ReadonlySet<string> = new Set(['_text', '_content']);

/** Up to here comparing the entries of a parameter one by one is faster than making keys. */
const FEW = 16;

export interface EntryList {
  readonly entries: readonly IndexEntry[];
  /** From here on another parameter adds: its entries equal none that stand there already. */
  next(): void;
  /** Throws FhirError 422 where there are too many, so that no more are made. */
  add(entry: IndexEntry): void;
}

/** `of` is whose entries they are, `Patient`. */
export function createEntryList(of: string): EntryList {
  let strings = 0;
  const seen = { strings: 0, values: 0 };
  const entries: IndexEntry[] = [];
  let start = 0;
  let keys: Set<string> | undefined;
  const isNew = (entry: IndexEntry): boolean => {
    if (entries.length - start < FEW) {
      for (let at = start; at < entries.length; at++) if (same(entry, entries[at] ?? entry)) return false;
      return true;
    }
    keys ??= new Set(entries.slice(start).map(entryKey));
    const before = keys.size;
    return keys.add(entryKey(entry)).size > before;
  };
  return {
    entries,
    next() {
      start = entries.length;
      keys = undefined;
    },
    add(entry) {
      if (++seen.values > REPEATED * MAX_ENTRIES)
        throw tooMany(of, entry.param, 'values, repeated ones counted', '索引值（含重复）', REPEATED * MAX_ENTRIES);
      if (isDear(entry) && ++seen.strings > REPEATED * MAX_STRINGS) {
        throw tooMany(of, entry.param, 'strings, repeated ones counted', '字符串索引值（含重复）', REPEATED * MAX_STRINGS);
      }
      if (!isNew(entry)) return;
      if (isDear(entry) && ++strings > MAX_STRINGS) throw tooMany(of, entry.param, 'strings', '字符串索引项', MAX_STRINGS);
      if (entries.push(entry) > MAX_ENTRIES) throw tooMany(of, entry.param, 'values', '索引项', MAX_ENTRIES);
    },
  };
}

function isDear({ kind, param }: IndexEntry): boolean {
  return kind === 'string' && !param.endsWith(':text') && !words.has(param);
}

function same(a: IndexEntry, b: IndexEntry): boolean {
  if (a.param !== b.param) return false;
  switch (a.kind) {
    case 'token':
      return b.kind === 'token' && a.code === b.code && a.system === b.system;
    case 'reference':
      return b.kind === 'reference' && a.target === b.target;
    case 'string':
      return b.kind === 'string' && a.value === b.value && a.raw === b.raw;
    case 'uri':
      return b.kind === 'uri' && a.value === b.value;
    case 'range':
      return b.kind === 'range' && a.low === b.low && a.high === b.high && a.key === b.key;
    case 'point':
      return b.kind === 'point' && a.x === b.x && a.y === b.y && a.z === b.z;
  }
}

function entryKey(entry: IndexEntry): string {
  switch (entry.kind) {
    case 'token':
      return `t${entry.param}\n${entry.code}\n${entry.system ?? '\n'}`;
    case 'reference':
      return `f${entry.param}\n${entry.target}`;
    case 'string':
      return `s${entry.param}\n${entry.value}\n${entry.raw}`;
    case 'uri':
      return `u${entry.param}\n${entry.value}`;
    case 'range':
      return `r${entry.param}\n${entry.low}\n${entry.high}\n${entry.key ?? '\n'}`;
    case 'point':
      return `p${entry.param}\n${entry.x}\n${entry.y}\n${entry.z}`;
  }
}

function tooMany(type: string, param: string, what: string, whatZh: string, most: number) {
  return fault(
    'too-costly',
    message(
      'too-many-index-entries',
      `The ${type} would be found by more than ${most} ${what}, the last of them by its search parameter "${param}"; at most ${most} are indexed for one resource`,
      `该 ${type} 的${whatZh}超过 ${most} 个，最后一个属于检索参数“${param}”；每个资源最多索引 ${most} 个`,
    ),
    { expression: type },
  );
}
