/** AuditEvents out of the journal in the order of their time, by what narrows them, one after the other from any place. */
import type { Resource } from '../model/resource.js';
import type { AuditLog, AuditQuery, AuditRecord } from '../store/audit-log.js';
import { eventsOf } from './audit-event.js';
import type { Narrowed } from './narrow.js';

/** Where an event stands in the walk. */
export interface Step {
  readonly record: AuditRecord;
  /** Which of the record's patients. */
  readonly patient: number;
  readonly event: Resource;
}

export interface From {
  readonly time: number;
  readonly chain: string;
  readonly number: number;
  readonly patient: number;
}

export interface Walking extends Pick<Narrowed, 'anyOf' | 'from' | 'before'> {
  readonly descending: boolean;
  readonly after?: From;
}

/** Records that are fetched at once: more where many had to be looked at already. */
const FIRST = 50;
const MOST = 1000;

export async function* walkEvents(log: AuditLog, walking: Walking, baseUrl: string): AsyncGenerator<Step> {
  const { after, descending } = walking;
  if (after !== undefined) {
    // The record that the walk stopped in has perhaps more.
    const [record] = await log.read([after]);
    if (record !== undefined) yield* stepsOf(record, descending, baseUrl, after.patient);
  }
  for await (const record of walkRecords(log, walking)) yield* stepsOf(record, descending, baseUrl);
}

function* stepsOf(record: AuditRecord, descending: boolean, baseUrl: string, behind?: number): Generator<Step> {
  const steps = eventsOf(record, baseUrl).map((event, patient) => ({ record, patient, event }));
  for (const step of descending ? steps.reverse() : steps) {
    if (behind === undefined || (descending ? step.patient < behind : step.patient > behind)) yield step;
  }
}

async function* walkRecords(log: AuditLog, { anyOf, from, before, descending, after }: Walking): AsyncGenerator<AuditRecord> {
  const keys = anyOf === undefined ? [[]] : anyOf.map((key) => [key]);
  let place = after;
  for (let count = FIRST; ; count = Math.min(MOST, count * 2)) {
    const query: Omit<AuditQuery, 'keys'> = {
      descending,
      count,
      ...(from === undefined ? {} : { from }),
      ...(before === undefined ? {} : { before }),
      ...(place === undefined ? {} : { after: place }),
    };
    const found = await Promise.all(keys.map((names) => log.search({ ...query, keys: names })));
    const records = inOrder(
      found.flatMap((one) => one.records),
      descending,
    );
    const more = records.length > count || found.some((one) => one.more);
    const page = records.slice(0, count);
    yield* page;
    const last = page.at(-1);
    if (!more || last === undefined) return;
    place = { time: last.time, chain: last.chain, number: last.number, patient: 0 };
  }
}

/** Each once: one may have several of the names. */
function inOrder(records: readonly AuditRecord[], descending: boolean): readonly AuditRecord[] {
  const once = [...new Map(records.map((record) => [`${record.chain}-${record.number}`, record])).values()];
  const order = (a: AuditRecord, b: AuditRecord) =>
    a.time - b.time || (a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : a.number - b.number);
  return once.sort((a, b) => (descending ? order(b, a) : order(a, b)));
}
