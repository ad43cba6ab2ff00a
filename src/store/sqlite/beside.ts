/** What is kept beside the resources: read in this thread, written by the one writer. Source: store/state.ts, store/audit-log.ts */
import { randomUUID } from 'node:crypto';
import type { AuditLog } from '../audit-log.js';
import { readPlaces, walkChain } from '../journal/chain.js';
import { searchJournal } from '../journal/search.js';
import { unfindable } from '../journal/unfindable.js';
import type { FoundItem, StateStore } from '../state.js';
import { type Connection, translated } from './binding.js';
import { itemOf, itemsOf, kindsOf } from './items.js';
import { chainsOf } from './journal.js';
import { createShelf } from './journal-shelf.js';
import { headsOf, sealsOf } from './seals.js';
import type { Writer } from './writer.js';

/** `writing` throws where the store is read-only. */
export function createStates(connection: Connection, writing: () => Writer): StateStore {
  return {
    get: async (kind, id) => translated(() => itemOf(connection, kind, id)),
    add: async (item) => (await writing().changeItem({ verb: 'add', item, revision: randomUUID() })) === true,
    put: async (item, over) => (await writing().changeItem({ verb: 'put', item, revision: randomUUID(), over: over?.revision })) === true,
    take: async (kind, id) => (await writing().changeItem({ verb: 'take', kind, id })) as FoundItem | undefined,
    list: async (kind, options) => translated(() => itemsOf(connection, kind, options)),
    kinds: async () => translated(() => kindsOf(connection)),
    removeAll: async (ref) => Number(await writing().changeItem({ verb: 'removeAll', ref })),
  };
}

export function createAuditLog(connection: Connection, writing: () => Writer): AuditLog {
  const shelf = createShelf(connection);
  return {
    async append(sheets) {
      if (sheets.length > 0) await writing().append(sheets);
    },
    search: (query) => searchJournal(shelf, query),
    read: (places) => readPlaces(shelf, places),
    unfindable: (most) => unfindable(shelf, most),
    walk: (chain, after, count) => walkChain(shelf, chain, after, count),
    chains: async () => translated(() => chainsOf(connection)),
    seal: async (seal) => writing().seal(seal),
    seals: async (chain, after, count) => translated(() => sealsOf(connection, chain, after, count)),
    heads: async () => translated(() => headsOf(connection)),
    purge: async (before) => writing().purge(before),
  };
}
