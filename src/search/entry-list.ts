/** Entries of one resource, parameter after parameter, each once, and no more of them than a server can bear. */
import { MAX_STEPS } from '../fhirpath/evaluation.js';
import type { Budget, FhirPathError } from '../fhirpath/expression.js';
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';
import type { Resource } from '../model/resource.js';
import type { IndexEntry, SortValue } from '../store/port.js';
import type { SearchContext } from './context.js';

/**
 * Codes of a large code system are not among them (many-codes.ts). A string costs more than any other entry, because it is perhaps read
 * as pinyin; nobody has that many names and addresses. The words of codes (`code:text`) are only folded.
 */
const MAX_ENTRIES = 50_000;
const MAX_STRINGS = 2000;
/** What is said again and again costs as much to look at as what is new. */
const REPEATED = 10;
/** Up to here comparing the entries of a parameter one by one is faster than making keys. */
const FEW = 64;

export interface EntryList {
  /** Whose entries they are, and where it stands. */
  readonly resource: Resource;
  readonly context: SearchContext;
  /** What FHIRPath may cost, shared by all that the resource contains. */
  readonly budget: Budget;
  readonly entries: IndexEntry[];
  readonly sort: SortValue[];
  /** Where the entries of the parameter that adds now begin: they equal none before. */
  start: number;
  /** What was added, repeated ones counted. */
  said: number;
  saidStrings: number;
  strings: number;
  /** Of the parameter that adds now, where it has more than a few. */
  keys: Set<string> | undefined;
}

export function createEntryList(resource: Resource, context: SearchContext, budget: Budget): EntryList {
  return { resource, context, budget, entries: [], sort: [], start: 0, said: 0, saidStrings: 0, strings: 0, keys: undefined };
}

/** From here on another parameter adds. */
export function nextParameter(list: EntryList): void {
  list.start = list.entries.length;
  list.keys = undefined;
}

/** Gives back what is to be called where the parameter that adds next has too much: it takes all of that out. */
export function takingBack(list: EntryList): () => void {
  const { said, saidStrings, strings } = list;
  const { steps } = list.budget;
  const [entries, sort] = [list.entries.length, list.sort.length];
  return () => {
    list.entries.length = entries;
    // No two parameters share a slot.
    list.sort.length = sort;
    Object.assign(list, { said, saidStrings, strings });
    list.budget.steps = steps;
  };
}

/** Each of these throws FhirError 422 where there are too many, so that no more are made. */
export function addToken(list: EntryList, param: string, system: string | undefined, code: string): void {
  const { entries, start } = list;
  if (!hasFew(list, param)) {
    addByKey(list, tokenEntry(param, system, code));
    return;
  }
  for (let at = start; at < entries.length; at++) {
    const one = entries[at];
    if (one?.kind === 'token' && one.code === code && one.param === param && one.system === system) return;
  }
  put(list, tokenEntry(param, system, code));
}

function tokenEntry(param: string, system: string | undefined, code: string): IndexEntry {
  return system === undefined ? { kind: 'token', param, code } : { kind: 'token', param, system, code };
}

/** `until`: where the entries end that it may equal; those from there on are known to be others. */
export function addRange(
  list: EntryList,
  param: string,
  key: string | undefined,
  low: number,
  high: number,
  until = list.entries.length,
): void {
  const { entries, start } = list;
  if (!hasFew(list, param)) {
    addByKey(list, rangeEntry(param, key, low, high));
    return;
  }
  for (let at = start; at < until; at++) {
    const one = entries[at];
    if (one?.kind === 'range' && one.low === low && one.high === high && one.key === key && one.param === param) return;
  }
  put(list, rangeEntry(param, key, low, high));
}

function rangeEntry(param: string, key: string | undefined, low: number, high: number): IndexEntry {
  return key === undefined ? { kind: 'range', param, low, high } : { kind: 'range', param, key, low, high };
}

type StringEntry = Extract<IndexEntry, { kind: 'string' }>;

/** Of a parameter of type string; words of texts and of codes cost no more than other entries. */
export function addString(list: EntryList, entry: StringEntry): void {
  if (++list.saidStrings > REPEATED * MAX_STRINGS) {
    throw tooMany(list.resource, entry.param, 'strings, repeated ones counted', '字符串索引值（含重复）', REPEATED * MAX_STRINGS);
  }
  const before = list.entries.length;
  addEntry(list, entry);
  if (list.entries.length > before && ++list.strings > MAX_STRINGS) {
    throw tooMany(list.resource, entry.param, 'strings', '字符串索引项', MAX_STRINGS);
  }
}

export function addEntry(list: EntryList, entry: IndexEntry): void {
  const { entries, start } = list;
  if (!hasFew(list, entry.param)) {
    addByKey(list, entry);
    return;
  }
  for (let at = start; at < entries.length; at++) if (same(entry, entries[at] ?? entry)) return;
  put(list, entry);
}

function put({ resource, entries }: EntryList, entry: IndexEntry): void {
  if (entries.push(entry) > MAX_ENTRIES) throw tooMany(resource, entry.param, 'values', '索引项', MAX_ENTRIES);
}

/** Counts what is about to be added. */
function hasFew(list: EntryList, param: string): boolean {
  if (++list.said > REPEATED * MAX_ENTRIES) {
    throw tooMany(list.resource, param, 'values, repeated ones counted', '索引值（含重复）', REPEATED * MAX_ENTRIES);
  }
  return list.entries.length - list.start < FEW;
}

function addByKey(list: EntryList, entry: IndexEntry): void {
  const { entries, start } = list;
  list.keys ??= new Set(entries.slice(start).map(entryKey));
  const before = list.keys.size;
  if (list.keys.add(entryKey(entry)).size > before) put(list, entry);
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

function tooMany({ resourceType: type }: Resource, param: string, what: string, whatZh: string, most: number) {
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

/** undefined: the expression failed, but not because it takes too long. */
export function refusalOfCost(error: FhirPathError, { resourceType: type }: Resource, codes: readonly string[]): FhirError | undefined {
  if (error.sentence.id !== 'fhirpath-too-costly') return undefined;
  const names = codes.map((code) => `"${code}"`);
  return fault(
    'too-costly',
    message(
      'index-too-costly',
      `To work out what the ${type} is found by takes more than ${MAX_STEPS} steps, the last of them for its search parameter ${names.join(', ')}; at most so many are taken for one resource and what it contains`,
      `计算该 ${type} 的索引值所需步数超过 ${MAX_STEPS}，最后一步属于检索参数${names.join('、')}；每个资源（含其 contained）最多允许 ${MAX_STEPS} 步`,
    ),
    { expression: type },
  );
}
