/** Entries of one resource, parameter after parameter, each once. */
import type { IndexEntry } from '../store/port.js';

/** Up to here comparing the entries of a parameter one by one is faster than making keys. */
const FEW = 16;

export interface EntryList {
  readonly entries: readonly IndexEntry[];
  /** From here on another parameter adds: its entries equal none that stand there already. */
  next(): void;
  add(entry: IndexEntry): void;
}

export function createEntryList(): EntryList {
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
      if (isNew(entry)) entries.push(entry);
    },
  };
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
      return b.kind === 'range' && a.low === b.low && a.high === b.high;
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
      return `r${entry.param}\n${entry.low}\n${entry.high}`;
  }
}
