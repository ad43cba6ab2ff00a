/**
 * The journal of one process: makes records, writes those that ride in no commit a little later and together, and seals them. A process that is
 * killed loses at most what was queued: the reads and refusals of the last third of a second. Where there is no room left, because the
 * store takes nothing, nothing more is answered that would have to be recorded.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { AuditLog, AuditSheet } from '../store/audit-log.js';
import { recordsOn, sheetsOf } from '../store/audit-sheet.js';
import { type Chain, createChain, type Settled } from './chain.js';
import type { RecordEvent } from './event.js';
import { eventRow } from './record.js';
import { createSealing, type Sealing } from './seals.js';
import type { Row, Sheet } from './sheet.js';

/** Milliseconds from a record to its writing, and as many as are written at once without waiting: fewer of them cost the store as much. */
const LINGER = 200;
const MANY = 4000;
/** Records that wait for the store, at most: some 10 MB. */
const ROOM = 20_000;
const SEAL_EVERY = 1000;
/** A chain is ended after so long, so that its seals are never too many. */
const CHAIN_LIFE = 24 * 60 * 60 * 1000;
/** Milliseconds to try again what the store did not take, and to try at the end. */
const AGAIN = 500;
const AT_END = 5000;

export interface Journal {
  /** The records of what happens now, to be put down with a commit that is then told by `settle`. */
  ride(rows: readonly Row[]): Sheet;
  settle(riding: Sheet, how: Settled): void;
  /** Puts down what happened at this time, in milliseconds UTC, a little later. */
  note(time: number, row: Row): void;
  readonly record: RecordEvent;
  /** Puts down that one could not be made. */
  lose(error: unknown): void;
  /** Throws FhirError 503 where nothing more can be kept. */
  admit(): void;
  /** Writes all that waits. */
  flush(): Promise<void>;
  /** Seals what is written, as happens every second. */
  seal(): Promise<void>;
  /** Writes and seals what there is. Nothing is recorded afterwards. */
  close(): Promise<void>;
}

export interface JournalOptions {
  readonly log: AuditLog;
  /** Milliseconds UTC. */
  readonly now?: () => number;
  /** Milliseconds between two seals. */
  readonly sealEvery?: number;
  /** Is told what keeps the journal from being written, and that it is written again. */
  readonly onTrouble?: (text: string, error?: unknown) => void;
}

interface Sealed extends Sealing {
  readonly chain: Chain;
}

export function openJournal(options: JournalOptions): Journal {
  const { log, now = Date.now, sealEvery = SEAL_EVERY, onTrouble = () => undefined } = options;
  const begin = (): Sealed => {
    const chain = createChain(now());
    return { chain, ...createSealing(log, chain, now) };
  };
  let current = begin();
  /** Chains that are ended but not sealed to their end. */
  let ending: readonly Sealed[] = [];
  /** Sheets that wait to be written, and how many records are on them. */
  const sheets: Sheet[] = [];
  let waiting = 0;
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> | undefined;
  let troubled = false;
  let lost = 0;

  const sealedBy = ({ chain }: { readonly chain: string }) => [current, ...ending].find((one) => one.chain.name === chain);
  const ride: Journal['ride'] = (rows) => current.chain.ride(now(), rows);
  const settle: Journal['settle'] = (riding, how) => sealedBy(riding)?.chain.settle(riding, how);
  const note: Journal['note'] = (time, row) => {
    const sheet = current.chain.note(time, row);
    if (sheet !== sheets.at(-1)) sheets.push(sheet);
    if (++waiting === MANY) void write();
    else flushSoon();
  };
  const flushSoon = () => {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        void write();
      },
      troubled ? AGAIN : LINGER,
    );
  };

  /** All sheets together, but one alone while the store is in trouble; whether it took them. */
  async function writeSheets(): Promise<boolean> {
    const due = troubled ? sheets.slice(0, 1) : [...sheets];
    for (const sheet of due) sealedBy(sheet)?.chain.closeSheet(sheet);
    const given = due.map((sheet) => sheet.forStore());
    try {
      await (troubled ? appendMissing(given) : log.append(given));
    } catch (error) {
      if (!troubled) onTrouble('The audit cannot be written', error);
      troubled = true;
      return false;
    }
    sheets.splice(0, due.length);
    for (const sheet of due) {
      waiting -= sheet.rows;
      sealedBy(sheet)?.chain.settleSheet(sheet);
    }
    for (const one of [...ending, current]) one.takeIn();
    if (troubled) onTrouble('The audit is written again');
    troubled = false;
    tellOfLost();
    return true;
  }

  /** What was not acknowledged may have been written all the same. */
  async function appendMissing(given: readonly AuditSheet[]): Promise<void> {
    const records = given.flatMap(recordsOn);
    const found = await log.read(records);
    const rest = records.filter((_, at) => found[at] === undefined);
    if (rest.length > 0) await log.append(sheetsOf(rest));
  }

  function tellOfLost(): void {
    if (lost === 0) return;
    const count = lost;
    lost = 0;
    record({ kind: 'audit-lost', outcome: 'failed', detail: { count } });
  }

  /** What comes meanwhile waits for more of its kind: a portion of a few costs the store nearly what one of hundreds does. */
  async function writeDue(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    while (sheets.length > 0 && (await writeSheets()) && waiting >= MANY);
    if (waiting > 0) flushSoon();
  }

  function write(): Promise<void> {
    flushing ??= writeDue().finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  /** All that is waiting, as far as the store takes it. */
  async function flush(): Promise<void> {
    await write();
    while (waiting > 0 && !troubled) await write();
  }

  const record: RecordEvent = (event) => {
    if (waiting >= ROOM) lost++;
    else note(now(), eventRow(event));
  };

  const lose: Journal['lose'] = (error) => {
    onTrouble('A record of the audit could not be made', error);
    record({ kind: 'audit-lost', outcome: 'failed', detail: { count: 1 } });
  };

  let sealing: Promise<void> | undefined;
  async function sealAll(): Promise<void> {
    if (now() - current.chain.begun > CHAIN_LIFE) {
      ending = [...ending, current];
      current = begin();
    }
    try {
      const left = new Set<Sealed>();
      for (const one of [...ending, current]) if (!(await one.seal())) left.add(one);
      ending = ending.filter((one) => one.open && !left.has(one));
      if (left.has(current)) current = begin();
    } catch (error) {
      onTrouble('The audit cannot be sealed', error);
    }
  }
  const seal = () => {
    sealing ??= sealAll().finally(() => {
      sealing = undefined;
    });
    return sealing;
  };
  const ticking = setInterval(() => void seal(), sealEvery).unref();

  return {
    ride,
    settle,
    note,
    record,
    lose,
    flush,
    seal,
    admit() {
      if (waiting >= ROOM) throw noRoom();
    },
    async close() {
      clearInterval(ticking);
      const end = performance.now() + AT_END;
      await flush();
      while (waiting > 0 && performance.now() < end) {
        await sleep(AGAIN);
        await flush();
      }
      clearTimeout(timer);
      await seal();
      await seal();
    },
  };
}

function noRoom() {
  return fault(
    'transient',
    message(
      'audit-full',
      'What is asked for now could not be recorded: the store takes no records of the audit at the moment; please try again later',
      '目前无法记录访问审计（存储暂不可写入），因此不能应答；请稍后再试',
    ),
    { headers: { 'Retry-After': '5' } },
  );
}
