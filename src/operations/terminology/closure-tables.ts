/**
 * Where closure tables are kept: beside the resources, each for whoever asked for it, until nobody has used it for long.
 * Source: R4 terminology-service.html#closure
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { ResourceStore } from '../../store/port.js';
import { type ClosureTable, emptyClosure } from '../../terminology/closure.js';

export interface KeptClosure {
  readonly table: ClosureTable;
  /** Of its initialization: versions of an older table of the same name are none of this one's. */
  readonly epoch: string;
}

interface Rooms {
  readonly store: Pick<ResourceStore, 'states'>;
  readonly now: () => number;
}

export interface Owner {
  /** Empty where nobody is asked who they are. */
  readonly subject: string;
  readonly name: string;
}

const KIND = 'closure';
const DAY = 24 * 3600 * 1000;
/** Milliseconds without use after which a table is forgotten. */
const LASTS = 180 * DAY;
const MAX_TABLES = 100;
/** Others may add to the same table at the same moment. */
const TRIES = 12;
/** Milliseconds, on average, after which one tries again for the first time. */
const PAUSE = 5;

/** An empty table, whatever there was. Throws FhirError 422 where one has too many. */
export async function initializeClosure({ store: { states }, now }: Rooms, owner: Owner): Promise<void> {
  const id = idOf(owner);
  const others = await states.list(KIND, { ref: refOf(owner), count: MAX_TABLES + 1 });
  if (others.length >= MAX_TABLES && !others.some((one) => one.id === id)) throw tooManyTables();
  const kept: KeptClosure = { table: emptyClosure, epoch: now().toString(36) };
  await states.put({ kind: KIND, id, value: JSON.stringify(kept), refs: [refOf(owner)], expires: now() + LASTS });
}

/** What `change` makes of the table. Throws FhirError 404 where it was not initialized. */
export async function changeClosure(
  { store: { states }, now }: Rooms,
  owner: Owner,
  change: (table: ClosureTable) => Promise<ClosureTable>,
): Promise<KeptClosure> {
  const id = idOf(owner);
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await states.get(KIND, id);
    if (found === undefined) throw notInitialized(owner.name);
    const before = JSON.parse(found.value) as KeptClosure;
    const table = await change(before.table);
    const expires = now() + LASTS;
    // What only is looked at is not written each time.
    if (table === before.table && (found.expires ?? 0) > expires - DAY) return before;
    const after = { ...before, table };
    if (await states.put({ kind: KIND, id, value: JSON.stringify(after), refs: [refOf(owner)], expires }, found)) return after;
    await pause(2 * PAUSE * (tries + 1) * Math.random());
  }
  throw busy(owner.name);
}

function idOf({ subject, name }: Owner): string {
  return createHash('sha256')
    .update(JSON.stringify([subject, name]))
    .digest('hex');
}

function refOf({ subject }: Owner): string {
  return `closures:${createHash('sha256').update(subject).digest('hex')}`;
}

function notInitialized(name: string) {
  return fault(
    'not-found',
    message(
      'closure-unknown',
      `There is no closure table "${name}"; it is made by $closure with the name alone`,
      `不存在闭包表“${name}”；仅以 name 调用 $closure 即可创建`,
    ),
    { expression: 'name' },
  );
}

function tooManyTables() {
  return fault(
    'too-costly',
    message('closure-tables', `There are ${MAX_TABLES} closure tables already; that is the most`, `闭包表已有 ${MAX_TABLES} 个，达到上限`),
    { status: 422 },
  );
}

function busy(name: string) {
  return fault(
    'transient',
    message('closure-busy', `Others are adding to the closure table "${name}"; try again`, `闭包表“${name}”正被他人写入；请重试`),
  );
}
