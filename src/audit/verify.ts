/**
 * Whether the journal is what it was: every chain is walked, every seal made again from the records, and what the seals name is looked for.
 * Whoever can write the store could make all of it anew; a head that is kept elsewhere shows that too.
 */
import { createBreath } from '../model/breath.js';
import { type Message, message } from '../model/message.js';
import type { AuditLog, AuditRecord, AuditSeal } from '../store/audit-log.js';
import { begunOf } from './chain.js';
import { createSealDigest } from './digest.js';

/** `chain:number:digest`, the digest in hexadecimal. */
export interface Head {
  readonly chain: string;
  readonly number: number;
  readonly digest: string;
}

export interface ChainReport {
  readonly chain: string;
  readonly records: number;
  readonly seals: number;
  /** Numbers whose records were never written, because what they told of was not: their seals say so. */
  readonly missing: number;
  /** Removed because their time was up. */
  readonly purged: number;
  /** Behind the last seal. */
  readonly unsealed: number;
  readonly head?: Head & { readonly time: number };
  readonly faults: readonly Message[];
}

export interface VerifyOptions {
  /** Heads that were kept elsewhere. */
  readonly kept?: readonly Head[];
  /** What is older was removed in its time, milliseconds UTC. */
  readonly purgedBefore?: number;
  readonly onChain?: (report: ChainReport) => void;
}

export interface Verification {
  readonly chains: number;
  readonly records: number;
  readonly unsealed: number;
  readonly faults: readonly Message[];
  readonly heads: readonly Head[];
}

/** Seals and records that are fetched at once. */
const PORTION = 1000;
/** Records of a span have about its seal's time; purging goes by their own. Milliseconds. */
const SLACK = 120_000;
/** Records that are named one by one. */
const SHOWN = 10;

export async function verifyJournal(log: AuditLog, options: VerifyOptions = {}): Promise<Verification> {
  const chains = await log.chains();
  const named = await namedDigests(log, chains, options.kept ?? []);
  const reports: Pick<ChainReport, 'records' | 'unsealed' | 'faults' | 'head'>[] = [];
  for (const chain of chains) {
    const report = await verifyChain(log, chain, named.get(chain) ?? new Map(), options.purgedBefore ?? 0);
    options.onChain?.(report);
    reports.push(report);
  }
  const gone = [...named.keys()].filter((chain) => !chains.includes(chain)).map(chainGone);
  return {
    chains: chains.length,
    records: sum(reports, 'records'),
    unsealed: sum(reports, 'unsealed'),
    faults: [...reports.flatMap(({ faults }) => faults), ...gone, ...(await hidden(log))],
    heads: reports.flatMap(({ head }) => (head === undefined ? [] : [head])),
  };
}

function sum(reports: readonly Pick<ChainReport, 'records' | 'unsealed'>[], name: 'records' | 'unsealed'): number {
  return reports.reduce((total, report) => total + report[name], 0);
}

/** Records that nobody would see who looks for them. */
async function hidden(log: AuditLog): Promise<readonly Message[]> {
  const places = await log.unfindable(SHOWN + 1);
  if (places.length === 0) return [];
  const shown = places.slice(0, SHOWN).map(({ chain, number }) => `${chain}:${number}`);
  const list = `${shown.join(', ')}${places.length > SHOWN ? ' …' : ''}`;
  return [
    message(
      'audit-hidden',
      `There are records that a search would not find, because the index beside them was changed: ${list}`,
      `有记录因旁边的索引被更改而无法检索到：${list}`,
    ),
  ];
}

/** By chain, digests of seals that it must have, and who says so. */
type Named = Map<string, Map<string, string>>;

async function namedDigests(log: AuditLog, chains: readonly string[], kept: readonly Head[]): Promise<Named> {
  const named: Named = new Map();
  const note = (chain: string, digest: string, by: string) => {
    const of = named.get(chain) ?? new Map<string, string>();
    named.set(chain, of.set(digest, by));
  };
  for (const { chain, digest } of kept) note(chain, digest, 'a head that was kept');
  for (const chain of chains) {
    const [first] = await log.seals(chain, 0, 1);
    for (const other of first?.others ?? []) note(other.chain, other.digest.toString('hex'), `the first seal of ${chain}`);
  }
  return named;
}

async function verifyChain(log: AuditLog, chain: string, named: ReadonlyMap<string, string>, purgedBefore: number): Promise<ChainReport> {
  const counts = { records: 0, seals: 0, missing: 0, purged: 0, unsealed: 0 };
  const faults: Message[] = [];
  const wanted = new Map(named);
  let last: AuditSeal | undefined;
  const records = recordsOf(log, chain);
  let next = await records.next();
  for await (const seal of sealsOf(log, chain)) {
    const span: AuditRecord[] = [];
    for (; next.done !== true && next.value.number <= seal.number; next = await records.next()) span.push(next.value);
    counts.seals++;
    counts.records += span.length;
    counts.missing += seal.missing.length;
    const purgeable = purgedBefore > 0 && (last?.time ?? begunOf(chain)) < purgedBefore + SLACK;
    const { fault, purged } = judgeSpan(chain, { before: last, seal, span, purgeable });
    counts.purged += purged;
    if (fault !== undefined) faults.push(fault);
    wanted.delete(seal.digest.toString('hex'));
    last = seal;
  }
  for (; next.done !== true; next = await records.next()) counts.unsealed++;
  counts.records += counts.unsealed;
  for (const [digest, by] of wanted) faults.push(sealGone(chain, digest, by));
  const head = last && { chain, number: last.number, digest: last.digest.toString('hex'), time: last.time };
  return { chain, ...counts, ...(head && { head }), faults };
}

interface Span {
  readonly before: AuditSeal | undefined;
  readonly seal: AuditSeal;
  readonly span: readonly AuditRecord[];
  readonly purgeable: boolean;
}

function judgeSpan(chain: string, { before, seal, span, purgeable }: Span): { readonly fault?: Message; readonly purged: number } {
  const from = (before?.number ?? 0) + 1;
  const digestBefore = before?.digest ?? Buffer.alloc(0);
  const missing = new Set(seal.missing);
  const there = new Set(span.map(({ number }) => number));
  const added = [...missing].filter((number) => there.has(number));
  const absent = seal.number - from + 1 - missing.size - there.size;
  if (!seal.before.equals(digestBefore)) return { fault: broken(chain, from, seal.number), purged: 0 };
  if (added.length > 0) return { fault: recordsAdded(chain, added), purged: 0 };
  if (absent > 0 && purgeable) return { purged: absent };
  if (absent !== 0) return { fault: recordsGone(chain, from, seal.number, absent), purged: 0 };
  const digest = createSealDigest(digestBefore);
  for (const record of span) digest.add(record);
  return digest.end(seal).equals(seal.digest) ? { purged: 0 } : { fault: changed(chain, from, seal.number), purged: 0 };
}

async function* sealsOf(log: AuditLog, chain: string): AsyncGenerator<AuditSeal> {
  for (let after = 0; ; ) {
    const seals = await log.seals(chain, after, PORTION);
    yield* seals;
    const last = seals.at(-1);
    if (last === undefined || seals.length < PORTION) return;
    after = last.number;
  }
}

async function* recordsOf(log: AuditLog, chain: string): AsyncGenerator<AuditRecord, undefined> {
  const breath = createBreath();
  for (let after = 0; ; ) {
    const records = await log.walk(chain, after, PORTION);
    for (const record of records) {
      yield record;
      await breath();
    }
    const last = records.at(-1);
    if (last === undefined || records.length < PORTION) return undefined;
    after = last.number;
  }
}

function changed(chain: string, from: number, to: number): Message {
  return message(
    'audit-changed',
    `Chain ${chain}: the records ${from} to ${to}, or their seal, are not what was sealed`,
    `链 ${chain}：第 ${from} 至 ${to} 条记录或其封印与封存时不同`,
  );
}

function recordsGone(chain: string, from: number, to: number, count: number): Message {
  return message(
    'audit-gone',
    `Chain ${chain}: ${count} of the records ${from} to ${to} are gone`,
    `链 ${chain}：第 ${from} 至 ${to} 条记录中有 ${count} 条不见了`,
  );
}

function recordsAdded(chain: string, numbers: readonly number[]): Message {
  const shown = numbers.slice(0, 10).join(', ');
  return message(
    'audit-added',
    `Chain ${chain}: there are records that were never written: ${shown}`,
    `链 ${chain}：出现了从未写入过的记录：${shown}`,
  );
}

function broken(chain: string, from: number, to: number): Message {
  return message(
    'audit-broken',
    `Chain ${chain}: the seal of the records ${from} to ${to} does not go on from the seal before it; a seal was changed, removed or put in`,
    `链 ${chain}：第 ${from} 至 ${to} 条记录的封印与前一封印不衔接；有封印被更改、删除或插入`,
  );
}

function sealGone(chain: string, digest: string, by: string): Message {
  return message(
    'audit-seal-gone',
    `Chain ${chain}: the seal ${digest} that ${by} names is gone`,
    `链 ${chain}：${by} 所指的封印 ${digest} 不见了`,
  );
}

function chainGone(chain: string): Message {
  return message('audit-chain-gone', `Chain ${chain} is named by others, and is gone`, `链 ${chain} 被其他链提及，但已不见`);
}
