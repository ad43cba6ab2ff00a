/**
 * A table of concepts put into the store: its blocks first, then the CodeSystem that names them and the ValueSet of all codes, in one
 * transaction through the rules of the server; then what nothing names any more goes. Source: store/concept-sweep.ts
 */
import { randomUUID } from 'node:crypto';
import type { Bundle, BundleEntry, CodeSystem, OperationOutcome, ValueSet } from 'fhir/r4.js';
import { tableDigestIn, tableDigestOf } from '../../definitions/concept-table-extension.js';
import type { Language, Message } from '../../model/message.js';
import { isError } from '../../model/outcome.js';
import { keepTable, type PackedTable, readTableBytes, tableNote } from '../../store/concept-blocks.js';
import { namedTables, sweepBehind, withClaim } from '../../store/concept-sweep.js';
import { isAway, overOutages } from '../../store/over-outages.js';
import { type ResourceStore, StoreUnavailable } from '../../store/port.js';
import { tableTooLarge } from '../../terminology/table/too-large.js';
import { refused } from './faults.js';

export interface Target {
  readonly store: ResourceStore;
  /** The FHIR base of a server on this store. */
  readonly door: string;
  /** Bytes that all tables together may take. */
  readonly limit: number;
  readonly language: Language;
  /** How many blocks of the table are written. */
  readonly onBlocks: (written: number, of: number) => void;
}

export interface Wanted {
  readonly table: PackedTable;
  /** Names the table. */
  readonly codeSystem: CodeSystem;
  readonly valueSet: ValueSet | undefined;
  /** Whether one of the same url and version may be there already. */
  readonly replace: boolean;
}

/** `same`: exactly this was there already, and nothing was done. Throws CodesRefused, or an Error with a sentence. */
export async function putIn(target: Target, { table, codeSystem, valueSet, replace }: Wanted): Promise<'put' | 'same'> {
  const { store, limit } = target;
  const { digest, bytes } = table;
  const { before, shells } = await existing(target, codeSystem);
  const isSame = before !== undefined && tableDigestOf({ ...before }) === digest;
  if (isSame && (await isWhole(store, digest))) return 'same';
  if (before !== undefined && !isSame && !replace) throw refused(alreadyThere(codeSystem, before));
  await refuseTooLarge(store, { size: bytes, digest, limit, but: before?.id });
  const put = async () => {
    await keepTable(store.states, table, target.onBlocks);
    const key = randomUUID();
    await overOutages(() => post(target, { codeSystem, valueSet, shells, key }));
  };
  try {
    await withClaim(store.states, digest, put, () => process.stderr.write(`${waiting[target.language]}\n`));
  } catch (error) {
    throw isAway(error) ? new Error(brokenOff(error as Error, target.language)) : error;
  } finally {
    await sweepBehind({ store, digestOf: ({ json }) => tableDigestIn(json) });
  }
  return 'put';
}

const waiting: Readonly<Record<Language, string>> = {
  en: 'The same table is being loaded by another process, or one was ended while it did; waiting for up to a minute',
  zh: '另一进程正在导入同一代码表，或上次导入中途被终止；最多等待一分钟',
};

function brokenOff({ message }: Error, language: Language): string {
  return language === 'zh'
    ? `${message}。代码系统要么整个存入，要么完全没有；请待存储恢复后重新运行同一命令，它会查明并补全`
    : `${message}. The code system is stored whole or not at all: run the same command again when the store answers, and it completes what is missing`;
}

/** Blocks that are damaged are put there again. */
async function isWhole({ states }: ResourceStore, digest: string): Promise<boolean> {
  const note = await tableNote(states, digest);
  return (
    note !== undefined &&
    (await readTableBytes(states, note).then(
      () => true,
      () => false,
    ))
  );
}

const canonical = ({ url = '', version = '' }: CodeSystem | ValueSet) => new URLSearchParams({ url, version }).toString();

interface Existing {
  readonly before: CodeSystem | undefined;
  /** Ids of those that name the code system and have none of its concepts: packages bring them, and they stay as they are. */
  readonly shells: readonly string[];
}

async function existing({ door }: Target, codeSystem: CodeSystem): Promise<Existing> {
  const response = await fetch(`${door}/CodeSystem?${canonical(codeSystem)}`);
  const bundle = (await response.json()) as Bundle<CodeSystem>;
  const found = (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'CodeSystem' ? [resource] : []));
  const isShell = (one: CodeSystem) => one.content === 'not-present' && tableDigestOf({ ...one }) === undefined;
  return { before: found.find((one) => !isShell(one)), shells: found.filter(isShell).map(({ id = '' }) => id) };
}

function alreadyThere({ url, version }: CodeSystem, { id, count }: CodeSystem): readonly [string, string] {
  return [
    `${url}|${version} is there already (CodeSystem/${id}, ${count ?? '?'} concepts); --replace puts this file in its place`,
    `${url}|${version} 已存在（CodeSystem/${id}，${count ?? '?'} 个概念）；如需替换请加 --replace`,
  ];
}

interface Size {
  readonly size: number;
  readonly digest: string;
  readonly limit: number;
  /** Id of the CodeSystem whose table is replaced. */
  readonly but: string | undefined;
}

async function refuseTooLarge(store: ResourceStore, { size, digest, limit, but }: Size): Promise<void> {
  let used = 0;
  for (const [other, by] of await namedTables({ store, digestOf: ({ json }) => tableDigestIn(json) })) {
    if (other !== digest && by.some(({ id }) => id !== but)) used += (await tableNote(store.states, other))?.bytes ?? 0;
  }
  if (used + size <= limit) return;
  const { en, zh }: Message = tableTooLarge(size, used, limit);
  throw refused([en, zh]);
}

interface Posted {
  readonly codeSystem: CodeSystem;
  readonly valueSet: ValueSet | undefined;
  readonly shells: readonly string[];
  /** The same where it is posted again: it is stored once. */
  readonly key: string;
}

/** Throws StoreUnavailable where the server says so, or that it does not know. */
async function post({ door, language }: Target, { codeSystem, valueSet, shells, key }: Posted): Promise<void> {
  const others = shells.length === 0 ? '' : `&_id:not=${shells.join(',')}`;
  const entry: BundleEntry[] = [{ resource: codeSystem, request: { method: 'PUT', url: `CodeSystem?${canonical(codeSystem)}${others}` } }];
  if (valueSet !== undefined) {
    entry.push({ resource: valueSet, request: { method: 'POST', url: 'ValueSet', ifNoneExist: canonical(valueSet) } });
  }
  const response = await fetch(door, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', 'accept-language': language, 'idempotency-key': key },
    body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  });
  if (response.ok) return;
  const { issue = [] } = (await response.json()) as OperationOutcome;
  const errors = issue.filter(isError);
  const texts = errors.map(({ details, diagnostics, expression = [] }) =>
    [...(expression.length === 0 ? [] : [expression.join(', ')]), details?.text ?? diagnostics].join(': '),
  );
  throw response.status === 503 ? new StoreUnavailable(texts.join('\n')) : new Error(texts.join('\n'));
}
