/** The entries of a transaction as requests, before any of them is looked at closely. Source: R4 http.html#transaction, bundle.html#invs (bdl-7) */

import { createBreath } from '../../model/breath.js';
import type { Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import { FhirError, fault } from '../../model/outcome.js';
import type { Sent } from '../../model/sent.js';
import { type Entry, type EntryRooms, type Method, readEntry } from '../entry-request.js';
import { inEntry } from '../in-entry.js';
import type { Circumstances, FhirRequest } from '../request.js';
import { createStandIns, urlAsWritten } from './urn-urls.js';

export interface TransactionEntry extends Entry {
  /** Its place in the Bundle. */
  readonly index: number;
  /** Where its url begins with a urn of the Bundle: what is asked for when that is known. */
  readonly withUrl?: (resolve: (urn: string) => string | undefined) => FhirRequest;
}

/** Throws FhirError whose expressions begin with `Bundle.entry[n]`. */
export async function readEntries(
  rooms: EntryRooms,
  jsons: readonly Json[],
  circumstances: Circumstances,
  bundle: Sent | undefined,
): Promise<TransactionEntry[]> {
  const entries: TransactionEntry[] = [];
  const breath = createBreath();
  const standIn = createStandIns(jsons);
  for (const [index, json] of jsons.entries()) {
    const sent = bundle?.within(`.entry[${index}].resource`);
    const read = (urlAs?: (url: string, method: Method) => string) =>
      readEntry(rooms, json, { ...circumstances, sent, entry: index }, urlAs);
    const withUrl: TransactionEntry['withUrl'] = (resolve) => read((url) => urlAsWritten(url, resolve)).request;
    const more = standIn === undefined ? {} : { withUrl };
    entries.push(atEntry(index, () => ({ ...read(standIn), index, ...more })));
    const pause = breath();
    if (pause !== undefined) await pause;
  }
  refuseSameFullUrl(entries);
  return entries;
}

/** Runs `work`; what it throws is told as seen from the Bundle. */
export function atEntry<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw seenFromBundle(index, error);
  }
}

export async function atEntryAsync<T>(index: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw seenFromBundle(index, error);
  }
}

function seenFromBundle(index: number, error: unknown): unknown {
  return error instanceof FhirError ? inEntry(index, error) : error;
}

function refuseSameFullUrl(entries: readonly TransactionEntry[]): void {
  const first = new Map<string, number>();
  for (const { fullUrl, index } of entries) {
    if (fullUrl === undefined) continue;
    const earlier = first.get(fullUrl);
    if (earlier !== undefined) {
      const text = message(
        'same-full-url',
        `The entries ${earlier} and ${index} have the same fullUrl ${fullUrl}`,
        `条目 ${earlier} 与 ${index} 的 fullUrl 相同：${fullUrl}`,
      );
      throw fault('invalid', text, { expression: `Bundle.entry[${index}].fullUrl` });
    }
    first.set(fullUrl, index);
  }
}
