/** The store as the port describes it, put together from its parts. */
import type { Key } from '../../model/resource.js';
import type {
  Change,
  Commit,
  Count,
  HistoryFilter,
  HistoryQuery,
  HistorySlice,
  Layout,
  Query,
  ResourceStore,
  Slice,
  StoreDescription,
  Version,
  Where,
} from '../port.js';
import { StoreUnavailable } from '../port.js';
import { arrange, isArranged } from './arrange.js';
import type { Collections } from './collections.js';
import { count, countHistory } from './count.js';
import type { Slots } from './documents.js';
import { translate } from './errors.js';
import { history } from './history.js';
import { type Reads, reads } from './read.js';
import { commandReader } from './reader.js';
import { find, search } from './search.js';
import { singleWrites, type WriteSingle } from './write-singles.js';
import { transactions, type WriteTransaction } from './write-transaction.js';

export interface MongoStoreParts {
  readonly version: string;
  readonly location: string;
  readonly creation: () => number;
}

export function mongoStore(collections: Collections, parts: MongoStoreParts): ResourceStore {
  return new MongoStore(collections, parts);
}

interface Arranged {
  readonly slots: Slots;
  readonly writeSingle: WriteSingle;
  readonly writeTransaction: WriteTransaction;
}

class MongoStore implements ResourceStore {
  private readonly reads: Reads;
  private arranged: Arranged | undefined;

  constructor(
    private readonly collections: Collections,
    private readonly parts: MongoStoreParts,
  ) {
    this.reads = reads(collections);
  }

  arrange(layout: Layout): Promise<void> {
    return inOurWords(async () => {
      const slots = await arrange(this.collections, layout);
      const { creation } = this.parts;
      this.arranged = {
        slots,
        writeSingle: singleWrites(this.collections, slots, creation),
        writeTransaction: transactions(this.collections, slots, creation),
      };
    });
  }

  read(keys: readonly Key[]): Promise<readonly (Version | undefined)[]> {
    return inOurWords(() => this.reads.read(keys));
  }

  history(query: HistoryQuery): Promise<HistorySlice> {
    return inOurWords(() => history(this.collections, query));
  }

  countHistory(filter: HistoryFilter, { timeLimit }: { readonly timeLimit?: number }): Promise<Count> {
    return inOurWords(() => countHistory(this.collections, filter, timeLimit));
  }

  changes(): AsyncIterable<Change> {
    throw new StoreUnavailable('changes are not there yet');
  }

  versionsOf(key: Key, page: { readonly count: number; readonly before?: number }): Promise<readonly Version[]> {
    return inOurWords(() => this.reads.history(key, page));
  }

  search(query: Query): Promise<Slice> {
    return inOurWords(() => search(this.collections, this.ready().slots, query));
  }

  find(wheres: readonly Where[], atMost: number): Promise<readonly (readonly Key[])[]> {
    return inOurWords(() => find(commandReader(this.collections), wheres, atMost));
  }

  count(where: Where, { timeLimit }: { readonly timeLimit?: number }): Promise<Count> {
    return inOurWords(() => count(this.collections, where, timeLimit));
  }

  commit(commit: Commit): Promise<void> {
    return inOurWords(async () => {
      const [first, ...others] = commit.writes;
      if (first !== undefined && others.length === 0 && commit.guards.length === 0) return this.ready().writeSingle(first);
      if (first !== undefined || commit.guards.length > 0) return this.ready().writeTransaction(commit);
    });
  }

  describe(): Promise<StoreDescription> {
    return inOurWords(async () => {
      const { resources, versions } = this.collections;
      const deleted = { t: { $gte: '-', $lt: '.' } };
      const counts = [resources.estimatedDocumentCount(), resources.countDocuments(deleted), versions.estimatedDocumentCount()];
      const [all = 0, gone = 0, superseded = 0] = await Promise.all(counts);
      const { version, location } = this.parts;
      const ready = this.arranged !== undefined && (await isArranged(this.collections, this.arranged.slots));
      return { kind: 'MongoDB', location, version, resources: all - gone, ready, details: { 'superseded versions': superseded } };
    });
  }

  close(): Promise<void> {
    return this.collections.client.close();
  }

  private ready(): Arranged {
    if (this.arranged === undefined) throw new StoreUnavailable('The store is not arranged yet');
    return this.arranged;
  }
}

async function inOurWords<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw translate(error);
  }
}
