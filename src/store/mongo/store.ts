/** The store as the port describes it, put together from its parts. */
import type { Key } from '../../model/resource.js';
import type { AuditLog } from '../audit-log.js';
import type {
  Change,
  ChangesOptions,
  Commit,
  Count,
  Explanation,
  HistoryFilter,
  HistoryQuery,
  HistorySlice,
  Layout,
  Note,
  Query,
  Reindex,
  ResourceStore,
  Slice,
  StoreDescription,
  Version,
  Where,
} from '../port.js';
import { StoreUnavailable } from '../port.js';
import type { StateStore } from '../state.js';
import { arrange } from './arrange.js';
import { createAuditPlaces } from './audit-places.js';
import type { BuildReason, Collections } from './collections.js';
import { count, countHistory } from './count.js';
import type { Slots } from './documents.js';
import { translate } from './errors.js';
import { explain } from './explain.js';
import { factOf, putFact } from './facts.js';
import { follow, lastCursor } from './feed.js';
import { type Standing, standing } from './feed-state.js';
import { Feeder } from './feeder.js';
import { history } from './history.js';
import { IndexKeeper } from './index-keeper.js';
import { indexName, wantedIndexes } from './indexes.js';
import { createStates } from './items.js';
import { createAuditLog } from './journal.js';
import type { Member } from './member.js';
import { namedWrites, type Unguarded } from './named-writes.js';
import { noteOf } from './notes.js';
import { type Read, reads } from './read.js';
import { commandReader } from './reader.js';
import { reindex } from './reindex.js';
import { schemaVersion } from './schema.js';
import { find, search } from './search.js';
import { createSegmentMaker, type SegmentMaker } from './segments.js';
import { singleWrites, type WriteSingle } from './write-singles.js';
import { type TransactionParts, transactions, type WriteTransaction } from './write-transaction.js';

export interface MongoStoreParts {
  readonly version: string;
  readonly location: string;
  readonly creation: () => number;
  readonly member: Member;
  /** Told in sentences what goes on behind. */
  readonly onProgress: (text: string) => void;
}

export function mongoStore(collections: Collections, parts: MongoStoreParts): ResourceStore {
  return new MongoStore(collections, parts);
}

interface Arranged {
  readonly slots: Slots;
  readonly writeSingle: WriteSingle;
  readonly writeNamed: (commit: Unguarded) => Promise<void>;
  readonly writeTransaction: WriteTransaction;
}

class MongoStore implements ResourceStore {
  readonly needsNames = true;
  readonly states: StateStore;
  readonly audit: AuditLog;
  private readonly readAll: Read;
  private readonly feeder: Feeder;
  private readonly segments: SegmentMaker;
  private readonly journal: TransactionParts['journal'];
  private keeper: IndexKeeper | undefined;
  private arranged: Arranged | undefined;

  constructor(
    private readonly collections: Collections,
    private readonly parts: MongoStoreParts,
  ) {
    this.readAll = reads(collections);
    this.feeder = new Feeder(collections, parts.onProgress);
    this.states = createStates(collections);
    this.segments = createSegmentMaker(collections, parts.member);
    this.journal = { ...createAuditPlaces(collections), written: this.segments.written };
    this.audit = createAuditLog(collections, transactions(collections, new Map(), { ...parts, journal: this.journal }));
  }

  arrange(layout: Layout): Promise<void> {
    return inOurWords(async () => {
      const { table, slots } = await arrange(this.collections, layout);
      const { creation, onProgress } = this.parts;
      this.keeper = new IndexKeeper(this.collections, wantedIndexes(table), onProgress);
      await this.keeper.start();
      const writeTransaction = transactions(this.collections, slots, { ...this.parts, journal: this.journal });
      const writeSingle = singleWrites(this.collections, slots, creation);
      this.arranged = { slots, writeSingle, writeNamed: namedWrites(writeTransaction), writeTransaction };
    });
  }

  read(keys: readonly Key[]): Promise<readonly (Version | undefined)[]> {
    return inOurWords(() => this.readAll(keys));
  }

  history(query: HistoryQuery): Promise<HistorySlice> {
    return inOurWords(() => history(this.collections, query));
  }

  countHistory(filter: HistoryFilter, { timeLimit }: { readonly timeLimit?: number }): Promise<Count> {
    return inOurWords(() => countHistory(this.collections, filter, timeLimit));
  }

  changes(after: string | undefined, options: ChangesOptions): AsyncIterable<Change> {
    return follow(this.collections, this.feeder, after, options);
  }

  lastCursor(): Promise<string | undefined> {
    return inOurWords(() => lastCursor(this.collections));
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
      const { writes, guards, notes = [], audit = [] } = commit;
      const [first, ...others] = writes;
      const { writeSingle, writeNamed, writeTransaction } = this.ready();
      const isSingle = others.length === 0 && guards.length === 0 && (first?.contained ?? []).length === 0;
      if (first !== undefined && isSingle) {
        if (first.names !== undefined || notes.length > 0 || audit.length > 0) return writeNamed({ writes, notes, audit });
        if ((await writeSingle(first)) === 'written') return;
      }
      if (first !== undefined || guards.length + notes.length + audit.length > 0) await writeTransaction(commit);
    });
  }

  note(name: string): Promise<Note | undefined> {
    return inOurWords(() => noteOf(this.collections, name));
  }

  reindex(of: readonly Reindex[]): Promise<readonly boolean[]> {
    return inOurWords(() => {
      const { creation, member } = this.parts;
      return reindex({ collections: this.collections, slots: this.ready().slots, creation, member }, of);
    });
  }

  state(name: string): Promise<string | undefined> {
    return inOurWords(() => factOf(this.collections, name));
  }

  putState(name: string, value: string | undefined, before: string | undefined): Promise<boolean> {
    return inOurWords(() => putFact(this.collections, name, value, before));
  }

  explain(query: Query): Promise<Explanation> {
    return inOurWords(() => explain(this.collections, this.ready().slots, query));
  }

  describe(): Promise<StoreDescription> {
    return inOurWords(async () => {
      const { resources, versions } = this.collections;
      const deleted = { t: { $gte: '-', $lt: '.' } };
      const counts = [resources.estimatedDocumentCount(), resources.countDocuments(deleted), versions.estimatedDocumentCount()];
      const [all = 0, gone = 0, superseded = 0] = await Promise.all(counts);
      const { version, location } = this.parts;
      const lacking = await this.keeper?.lacking();
      const ready = lacking?.every(({ required }) => !required) ?? false;
      const being: StoreDescription['details'] = lacking?.length ? { 'indexes being made': lacking.map(indexName).join(', ') } : {};
      const details: StoreDescription['details'] = {
        ...being,
        schema: schemaVersion,
        'superseded versions': superseded,
        ...feedDetails(await standing(this.collections)),
      };
      return { kind: 'MongoDB', location, version, resources: all - gone, ready, details };
    });
  }

  async close(): Promise<void> {
    await this.feeder.close();
    await this.keeper?.close();
    await this.segments.close();
    await this.parts.member.leave();
    await this.collections.client.close();
  }

  private ready(): Arranged {
    if (this.arranged === undefined) throw new StoreUnavailable('The store is not arranged yet');
    return this.arranged;
  }
}

function feedDetails(found: Standing | undefined): StoreDescription['details'] {
  const details: Record<string, string | number> = {};
  if (found === undefined) return details;
  const { build, builds } = found.state;
  details['changes in the feed'] = found.last;
  if (build !== undefined) details['feed being made from the versions'] = build.rows;
  const made = builds
    .filter(({ rows }) => rows > 0)
    .map(({ reason, ended, rows }) => `${rows} versions, ${ended.toISOString()} (${reasons[reason]})`);
  if (made.length > 0) details['feed made from the versions'] = made.join('; ');
  return details;
}

const reasons: Readonly<Record<BuildReason, string>> = {
  first: 'there was none',
  oplog: 'the oplog no longer had what followed',
  restored: 'the database was restored',
};

async function inOurWords<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw translate(error);
  }
}
