/**
 * What is done for the journal from time to time: the ends of chains that a killed process left are sealed, and what is older than it is to be
 * kept is removed, with a record that says so. Seals stay, so that the rest can be verified.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createBreath } from '../model/breath.js';
import type { AuditLog, AuditRecord, AuditSeal } from '../store/audit-log.js';
import type { ResourceStore } from '../store/port.js';
import { createSealDigest } from './digest.js';
import type { RecordEvent } from './event.js';
import { kindKey } from './keys.js';
import { readBody } from './record.js';
import { headsBeside } from './seals.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A chain in which nothing was sealed for so long, though it has records, has nobody who writes it. */
const DEAD = 10 * MINUTE;
const PORTION = 1000;
/** Time of records that are removed at once, and the pause after them. */
const PURGED = 60 * MINUTE;
const PAUSE = 50;

export interface UpkeepRooms {
  readonly log: AuditLog;
  readonly store: Pick<ResourceStore, 'state' | 'putState'>;
  readonly now: () => number;
  readonly days: number;
  readonly record: RecordEvent;
}

/** Seals the tails of chains that nobody writes; `settled` remembers those that need no more looking at. How many were sealed. */
export async function adoptTails({ log, now }: Pick<UpkeepRooms, 'log' | 'now'>, settled: Set<string> = new Set()): Promise<number> {
  const heads = new Map((await log.heads()).map((head) => [head.chain, head]));
  let adopted = 0;
  for (const chain of await log.chains()) {
    if (settled.has(chain)) continue;
    const head = heads.get(chain);
    if ((head?.time ?? 0) > now() - DEAD) continue;
    const tail = await tailOf(log, chain, head?.number ?? 0);
    if (tail.some(({ time }) => time > now() - DEAD)) continue;
    if (tail.length > 0) {
      await log.seal(await sealOf(log, { chain, head, tail, now: now() }));
      adopted++;
    }
    settled.add(chain);
  }
  return adopted;
}

async function tailOf(log: AuditLog, chain: string, after: number): Promise<readonly AuditRecord[]> {
  const tail: AuditRecord[] = [];
  for (let from = after; ; ) {
    const records = await log.walk(chain, from, PORTION);
    tail.push(...records);
    const last = records.at(-1);
    if (last === undefined || records.length < PORTION) return tail;
    from = last.number;
  }
}

interface Tail {
  readonly chain: string;
  readonly head: AuditSeal | undefined;
  readonly tail: readonly AuditRecord[];
  readonly now: number;
}

async function sealOf(log: AuditLog, { chain, head, tail, now }: Tail): Promise<AuditSeal> {
  const before = head?.digest ?? Buffer.alloc(0);
  const digest = createSealDigest(before);
  const breath = createBreath();
  const missing: number[] = [];
  let number = head?.number ?? 0;
  for (const record of tail) {
    while (++number < record.number) missing.push(number);
    digest.add(record);
    await breath();
  }
  const seal = { chain, number, time: now, missing, before, ...(head === undefined ? { others: await headsBeside(log, chain, now) } : {}) };
  return { ...seal, digest: digest.end(seal) };
}

const DONE = 'audit-purged';

/** Of several processes one does it, once a day. How many records were removed. */
export async function purgeOld({ log, store, now, days, record }: UpkeepRooms, signal?: AbortSignal): Promise<number> {
  const today = Math.floor(now() / DAY);
  const done = await store.state(DONE);
  if (done !== undefined && Number(done) >= today) return 0;
  if (!(await store.putState(DONE, String(today), done))) return 0;
  const before = (today - days) * DAY;
  const oldest = async () => (await log.search({ keys: [], descending: false, count: 1 })).records[0]?.time;
  let time = await oldest();
  if (time === undefined || time >= before) return 0;
  record({ kind: 'audit-purged', outcome: 'success', detail: { before } });
  let removed = 0;
  while (time !== undefined && time < before && signal?.aborted !== true) {
    removed += await log.purge(Math.min(before, time + PURGED));
    await sleep(PAUSE);
    time = await oldest();
  }
  return removed;
}

/** Up to when records were removed in their time, as the journal itself tells. */
export async function purgedBefore(log: AuditLog): Promise<number> {
  const { records } = await log.search({ keys: [kindKey('audit-purged')], descending: true, count: 1 });
  const entry = records[0] && readBody(records[0].body);
  return entry?.kind === 'event' ? Number(entry.event.detail?.before ?? 0) : 0;
}

const EVERY = 5 * MINUTE;
const FIRST = 10_000;

/** Looks after the journal until it is stopped. */
export function startUpkeep(rooms: UpkeepRooms, onTrouble: (error: unknown) => void): { stop(): Promise<void> } {
  const settled = new Set<string>();
  const stopping = new AbortController();
  let running = Promise.resolve();
  const once = async () => {
    try {
      await adoptTails(rooms, settled);
      await purgeOld(rooms, stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) onTrouble(error);
    }
  };
  const run = () => {
    running = running.then(once);
  };
  const first = setTimeout(run, FIRST).unref();
  const timer = setInterval(run, EVERY).unref();
  return {
    async stop() {
      clearTimeout(first);
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}
