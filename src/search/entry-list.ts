/** Entries of one parameter, each once. */
import type { IndexEntry } from '../store/port.js';

/** Up to here comparing them one by one is faster than making keys. */
const FEW = 16;

export interface EntryList {
  readonly entries: readonly IndexEntry[];
  add(entry: IndexEntry): void;
}

export function createEntryList(): EntryList {
  const entries: IndexEntry[] = [];
  let keys: Set<string> | undefined;
  const isNew = (entry: IndexEntry): boolean => {
    if (entries.length < FEW) return !entries.some((other) => same(entry, other));
    keys ??= new Set(entries.map(entryKey));
    const before = keys.size;
    return keys.add(entryKey(entry)).size > before;
  };
  return {
    entries,
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
