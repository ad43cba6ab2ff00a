/** All writes of a transaction as one commit. Source: R4 http.html#trules */
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { type Key, keyText } from '../../model/resource.js';
import type { Guard, Write } from '../../store/port.js';
import type { Intent } from '../intent.js';
import type { Identified } from './identify.js';

/** No instance may stand twice among what is written. Throws FhirError 400. */
export function refuseSameTarget(identified: readonly Identified[]): void {
  const first = new Map<string, number>();
  for (const one of identified) {
    if (one.kind !== 'write') continue;
    const name = keyText(one.key);
    const earlier = first.get(name);
    if (earlier !== undefined) {
      const text = message(
        'same-target-twice',
        `The entries ${earlier} and ${one.entry.index} both change ${name}`,
        `条目 ${earlier} 与 ${one.entry.index} 都要更改 ${name}`,
      );
      throw fault('invalid', text, { expression: `Bundle.entry[${one.entry.index}]` });
    }
    first.set(name, one.entry.index);
  }
}

/**
 * What the whole relies on: the searches, and the versions that were read and are not written by it. Where nothing is written, what was
 * found and read one after the other is looked at once more, together.
 */
export function guardsOfAll(searches: readonly Guard[], reads: readonly Guard[], writes: readonly Write[]): readonly Guard[] {
  const written = new Set(writes.map(({ version }) => keyText(version)));
  const guards = mergeGuards([...searches, ...oneOf(reads.filter(({ keys }) => !keys.some((key) => written.has(keyText(key)))))]);
  if (writes.length > 0) return guards;
  const isOne = searches.length + reads.length < 2 && guards.every(({ keys }) => keys.length < 2);
  return isOne ? [] : guards.map(({ where, keys }) => ({ where, keys, names: [] }));
}

/** The guard by which what was read, or was not there to be deleted, is still so when all is written. */
export function lookedAt(one: Identified, intent: Intent | undefined): readonly Guard[] {
  if (one.entry.request.interaction === 'read') return intent?.guards ?? [];
  if (one.kind !== 'write' || one.entry.method !== 'DELETE' || intent === undefined || intent.writes.length > 0) return [];
  return [guardById(one.key, [])];
}

/** That just these of an instance are there: its current version, or nothing. */
export function guardById({ type, id }: Key, keys: readonly Key[]): Guard {
  return { where: [{ type, predicate: { kind: 'id', ids: [id] } }], keys, names: [] };
}

/** All that was looked at by its id as one search. */
function oneOf(reads: readonly Guard[]): readonly Guard[] {
  if (reads.length === 0) return [];
  const ids = new Map<string, Set<string>>();
  for (const { type, predicate } of reads.flatMap(({ where }) => where)) {
    const some = ids.get(type) ?? new Set<string>();
    ids.set(type, some);
    if (predicate.kind === 'id') for (const id of predicate.ids) some.add(id);
  }
  const where = [...ids].map(([type, some]) => ({ type, predicate: { kind: 'id', ids: [...some] } as const }));
  const keys = new Map(reads.flatMap((guard) => guard.keys.map((key) => [keyText(key), key] as const)));
  return [{ where, keys: [...keys.values()], names: [] }];
}

/** Guards over the same search become one that holds all their names. */
function mergeGuards(guards: readonly Guard[]): Guard[] {
  const merged = new Map<Guard['where'], Guard>();
  for (const guard of guards) {
    const same = merged.get(guard.where);
    merged.set(guard.where, same === undefined ? guard : { ...same, names: [...new Set([...same.names, ...guard.names])] });
  }
  return [...merged.values()];
}
