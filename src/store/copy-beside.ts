/**
 * What stands beside the resources goes with a copy: without accounts and clients nobody could sign in at the target, without the journal
 * nobody could say who did what before. State is made equal, because what was taken or revoked since an earlier copy must not live on; of
 * the journal what is missing is added. Source: store/state.ts, store/audit-log.ts
 */
import { createHash } from 'node:crypto';
import type { AuditRecord, AuditSeal } from './audit-log.js';
import { sheetsOf } from './audit-sheet.js';
import type { ResourceStore } from './port.js';
import { eachItem, type FoundItem, type StateItem, type StateStore } from './state.js';

interface Stores {
  readonly from: ResourceStore;
  readonly to: ResourceStore;
}

export interface CopiedBeside {
  /** Items of state and records of the journal that the target holds now. */
  readonly items: number;
  readonly records: number;
}

/** Items and records that are handled together. */
const TOGETHER = 500;
/** Stands in a store that state was copied into. */
const MARK = 'state copied';

/** Throws an Error, before anything is written, where the target has state or a journal of its own. */
export async function refuseOwn({ from, to }: Stores): Promise<void> {
  if ((await to.state(MARK)) === undefined) {
    for await (const item of itemsOf(to.states)) {
      const there = await from.states.get(item.kind, item.id);
      if (there === undefined || textOf(there) !== textOf(item)) throw own(`${item.kind} ${item.id}`);
    }
  }
  const chains = new Set(await from.audit.chains());
  const other = (await to.audit.chains()).find((chain) => !chains.has(chain));
  if (other !== undefined) throw own(`the chain ${other} of the journal`);
}

function own(what: string): Error {
  return new Error(
    `The target holds ${what}, which the source has not: it was used by something else. Nothing was copied; choose an empty target`,
  );
}

/** Throws an Error where the target does not hold in the end what the source held. */
export async function copyBeside({ from, to }: Stores): Promise<CopiedBeside> {
  await to.putState(MARK, 'yes', await to.state(MARK));
  const items = await copyStates(from.states, to.states);
  let records = 0;
  for (const chain of await from.audit.chains()) {
    records += await copyChain({ from, to }, chain);
    await copySeals({ from, to }, chain);
  }
  return { items, records };
}

async function copyStates(from: StateStore, to: StateStore): Promise<number> {
  let count = 0;
  for await (const { revision: _, ...item } of itemsOf(from)) {
    const there = await to.get(item.kind, item.id);
    if (there === undefined || textOf(there) !== textOf(item)) await to.put(item);
    count++;
  }
  for await (const { kind, id } of itemsOf(to)) if ((await from.get(kind, id)) === undefined) await to.take(kind, id);
  return count;
}

async function* itemsOf(states: StateStore): AsyncGenerator<FoundItem> {
  for (const kind of await states.kinds()) yield* eachItem(states, kind);
}

function textOf({ kind, id, value, refs, expires }: StateItem): string {
  return JSON.stringify([kind, id, value, refs, expires]);
}

async function copyChain({ from, to }: Stores, chain: string): Promise<number> {
  let count = 0;
  for (let after = 0; ; ) {
    const some = await from.audit.walk(chain, after, TOGETHER);
    const there = await to.audit.walk(chain, after, TOGETHER);
    const known = new Map(there.map((record) => [record.number, record]));
    const missing = some.filter((record) => {
      const other = known.get(record.number);
      if (other !== undefined && digestOf(other) !== digestOf(record)) throw differs(record);
      return other === undefined;
    });
    await to.audit.append(sheetsOf(missing));
    count += some.length;
    const last = some.at(-1);
    if (last === undefined) return count;
    after = last.number;
  }
}

function differs({ chain, number }: Pick<AuditRecord, 'chain' | 'number'>): Error {
  return new Error(`The target holds another ${number} of the chain ${chain} of the journal than the source`);
}

function digestOf({ time, keys, body }: AuditRecord): string {
  return createHash('sha256')
    .update(JSON.stringify([time, keys]))
    .update(body)
    .digest('hex');
}

async function copySeals({ from, to }: Stores, chain: string): Promise<void> {
  for (let after = 0; ; ) {
    const some = await from.audit.seals(chain, after, TOGETHER);
    const there = new Map((await to.audit.seals(chain, after, TOGETHER)).map((seal) => [seal.number, seal]));
    for (const seal of some) {
      const other = there.get(seal.number);
      if (other === undefined) await to.audit.seal(seal);
      else if (!isSame(seal, other)) throw differs(seal);
    }
    const last = some.at(-1);
    if (last === undefined) return;
    after = last.number;
  }
}

function isSame(one: AuditSeal, other: AuditSeal): boolean {
  return one.digest.equals(other.digest) && one.before.equals(other.before);
}
