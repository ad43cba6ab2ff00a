/** Following the feed, in whichever process: rows by their numbers, until the end that was asked for. Source: port.ts changes */
import { setTimeout as pause } from 'node:timers/promises';
import { type Change, type ChangesOptions, StoreUnavailable } from '../port.js';
import type { Collections, FeedRow } from './collections.js';
import { toKey } from './documents.js';
import { isPassing, translate } from './errors.js';
import { documentsFrom, documentWith, standing, tokenAt } from './feed-state.js';
import type { Feeder } from './feeder.js';
import { momentNow } from './moment.js';

/** How long a follower bears that no server answers: longer than an election takes. */
const patience = 30_000;

/** Throws StoreUnavailable for a cursor of another feed, and when MongoDB does not serve for long. */
export async function* follow(
  collections: Collections,
  feeder: Feeder,
  after: string | undefined,
  { live, signal }: ChangesOptions,
): AsyncGenerator<Change> {
  feeder.start();
  const isOver = () => feeder.closed || signal?.aborted === true;
  const patiently = <T>(action: () => Promise<T>) => untilAnswered(action, isOver);
  const id = await patiently(() => feedId(collections, feeder, isOver));
  if (id === undefined) return;
  let next = after === undefined ? 1 : await patiently(() => behind(collections, after, id));
  const end = live ? undefined : await patiently(async () => tokenAt(collections, await momentNow(collections)));
  while (next !== undefined && !isOver()) {
    const number = next;
    const head = await patiently(() => feeder.head());
    if (head === undefined) return;
    if (head.last < number) {
      if (end !== undefined && head.token !== undefined && head.token >= end) return;
      await feeder.change(!live, signal);
      continue;
    }
    const start = (await patiently(() => documentWith(collections, number))) ?? number;
    for (const { _id, r } of (await patiently(() => documentsFrom(collections, start))) ?? []) {
      for (const [index, row] of r.entries()) {
        if (_id + index < next) continue;
        if (isOver()) return;
        yield toChange(row, _id + index, id);
        next = _id + index + 1;
      }
    }
  }
}

/** Undefined when it is over. */
async function untilAnswered<T>(action: () => Promise<T>, isOver: () => boolean): Promise<T | undefined> {
  const until = performance.now() + patience;
  for (;;) {
    if (isOver()) return undefined;
    try {
      return await action();
    } catch (error) {
      if (isOver()) return undefined;
      if (!isPassing(error) || performance.now() > until) throw translate(error);
      await pause(200, undefined, { ref: false });
    }
  }
}

/** The first who follows waits until the feed has begun. */
async function feedId(collections: Collections, feeder: Feeder, isOver: () => boolean): Promise<string> {
  for (;;) {
    const found = await standing(collections);
    if (found !== undefined || isOver()) return found?.state.id ?? '';
    await feeder.change(true, undefined);
  }
}

/** How far the feed goes: whoever makes it numbers what is committed later behind that. */
export async function lastCursor(collections: Collections): Promise<string | undefined> {
  const found = await standing(collections);
  return found === undefined || found.last === 0 ? undefined : cursorOf(found.last, found.state.id);
}

function cursorOf(number: number, id: string): string {
  return `${number}-${id}`;
}

function toChange({ k, v, u, m }: FeedRow, number: number, id: string): Change {
  return { cursor: cursorOf(number, id), ...toKey(k), version: v, lastUpdated: u, method: m };
}

/** The number behind that of a cursor. */
async function behind(collections: Collections, cursor: string, id: string): Promise<number> {
  const [, text = '', of] = /^([1-9]\d{0,15})-([0-9a-f]+)$/.exec(cursor) ?? [];
  const number = Number(text);
  if (of === id && number <= ((await standing(collections))?.last ?? 0)) return number + 1;
  throw new StoreUnavailable(`The cursor "${cursor.slice(0, 40)}" is none of this feed of changes; begin without one`);
}
