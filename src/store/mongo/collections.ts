/**
 * The collections and what a document in them holds. Field names are short because MongoDB stores them in every
 * document.
 */
import { type Collection, type Db, MaxKey, type MongoClient, type ObjectId, type Timestamp } from 'mongodb';
import type { Method } from '../port.js';

/** One range of a resource. `p` names type, parameter and class of span; the ends are half-open. */
export interface RangeEntry {
  readonly p: string;
  readonly l: number;
  readonly h: number;
}

/** A place of a resource: `p` names type and parameter, the others are its coordinates on the unit sphere. */
export interface PointEntry {
  readonly p: string;
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

/** Under what a resource is found. */
export interface Keys {
  /** Keys compared for equality: tokens, references, URIs, exact strings, compartments. */
  readonly k?: readonly string[];
  /** Keys compared by prefix: folded strings as they were sent, then derived ones, then what stands inside them. */
  readonly n?: readonly string[];
  /** How many of `n`, from its beginning, are folded from what was sent. */
  readonly f?: number;
  readonly r?: readonly RangeEntry[];
  readonly g?: readonly PointEntry[];
}

/** What a version is, whether it is current or superseded. */
export interface VersionDocument {
  /** `Type/id`; in `versions` followed by the version's number, padded. */
  readonly _id: string;
  readonly v: number;
  /** Milliseconds UTC as a number: compares exactly with any bound, infinite ones too, which a Date does not. */
  readonly u: number;
  readonly m: Method;
  readonly j: Buffer | null;
  /** The mark of the write that made it: tells whose version this is when an answer was lost. */
  readonly w: ObjectId;
}

/** A superseded version: what a walk through the history of a type needs beside it. */
export interface SupersededDocument extends VersionDocument {
  /** The type, also of a deletion. */
  readonly t: string;
  /** The creation number of the instance. */
  readonly o: number;
  /**
   * When it ended, or later: every write that tried to supersede it has raised this to its own moment, so that it stands before that of
   * the one that did. Whoever asks for the exact moment looks at the version that follows.
   */
  readonly e: number;
}

/** The current state of one instance. A deleted one has no entries, and so no search finds it. */
export interface ResourceDocument extends VersionDocument, Keys {
  /** The type; for a deleted one `-Type`, so that walks over a type do not see it and a history can. */
  readonly t: string;
  /** The creation number: given once and never moved, because it stands at the end of every index entry. */
  readonly o: number;
  /** The ids of its contained resources that are found for themselves. */
  readonly c?: readonly string[];
  /** Sort values: s1, s2, … */
  readonly [slot: SlotField]: string | number | undefined;
}

/** What a contained resource is found by; its text stands in its container. */
export interface ContainedDocument extends Keys {
  /** `Type/id#own`: that of the container, then its own. */
  readonly _id: string;
  /** `#Type` */
  readonly t: string;
  /** Its own id. */
  readonly i: string;
  /** Version and moment of the container. */
  readonly v: number;
  readonly u: number;
  /** A creation number of its own. */
  readonly o: number;
  readonly [slot: SlotField]: string | number | undefined;
}

export interface LockDocument {
  readonly _id: string;
  readonly n: number;
  readonly e: Date;
}

/** What is kept until it expires: its value, when that is, and the mark of the commit that put it down. */
export interface NoteDocument {
  readonly _id: string;
  readonly b: Buffer;
  readonly e: Date;
  readonly w: ObjectId;
}

/** In the place of a last field: the end of all that are alike before it. */
export const BEHIND = new MaxKey() as never;

/** A small document of a kind (store/state.ts): its value, its revision, the names by which several are found, when it expires. */
export interface ItemDocument {
  readonly _id: { readonly k: string; readonly i: string };
  readonly v: string;
  readonly w: string;
  readonly r?: readonly string[];
  readonly e?: Date;
}

/** Chain and number. */
export interface PlaceDocument {
  readonly c: string;
  readonly n: number;
}

/**
 * A block of the journal (store/journal/block.ts): its chain, its lowest and highest number, its earliest and latest time, how many records,
 * their places and bodies, and the mark of the commit that put it down.
 */
export interface BlockDocument {
  readonly _id: string;
  readonly c: string;
  readonly f: number;
  readonly l: number;
  readonly s: number;
  readonly u: number;
  readonly n: number;
  readonly p: Buffer;
  readonly b: Buffer;
  readonly w: ObjectId;
  /** While it is in no segment. */
  readonly tail?: 1;
}

/** A segment of the journal: its times, the ids of its blocks, and for each of these where it begins and its times. */
export interface SegmentDocument {
  readonly _id: string;
  readonly s: number;
  readonly u: number;
  readonly i: readonly string[];
  readonly b: Buffer;
}

/** The postings of a bucket and a segment. */
export interface PostingsDocument {
  readonly _id: { readonly b: number; readonly s: string };
  readonly p: Buffer;
}

/** A seal of the journal: its time, what is missing, its digest, the one before it, and those of other chains. */
export interface SealDocument {
  readonly _id: PlaceDocument;
  readonly t: number;
  readonly m: readonly number[];
  readonly d: Buffer;
  readonly b: Buffer;
  readonly o?: readonly { readonly chain: string; readonly digest: Buffer }[];
}

/** Small facts about the whole database, each under a name of its own. */
export interface StateDocument {
  readonly _id: string;
  /** Of `process`: how many there have been. */
  readonly n?: number;
  /** Of `slots`: type, slot, field; and how often it was changed. */
  readonly types?: SlotTable;
  readonly turn?: number;
  /** Of `fact/…`: what the rooms above keep under a name. */
  readonly text?: string;
}

/** A piece of the feed: rows that were copied together, and the place in the change stream up to which they were everything. */
export interface FeedDocument {
  /** The number of its first row; numbers go 1, 2, 3 … without gap. */
  readonly _id: number;
  readonly r: readonly FeedRow[];
  /** Absent where the rows were not copied from the stream. */
  readonly token?: ResumeToken;
}

/** One committed version. */
export interface FeedRow {
  /** `Type/id` */
  readonly k: string;
  readonly v: number;
  readonly u: number;
  readonly m: Method;
}

/** The state document of that name: who makes the feed, and what the feed itself does not say. */
export interface FeedState {
  readonly _id: 'feed';
  /** Stands in every cursor, so that one of another feed is told from ours. */
  readonly id: string;
  readonly holder?: ObjectId;
  readonly until: Date;
  /** The collection that the places in the stream are of; one that was restored is another. Absent from what older programs made. */
  readonly of?: string;
  /** Where the stream goes on, as long as `last` is the last number; otherwise the last document of the feed says it. */
  readonly place?: { readonly last: number; readonly token?: ResumeToken; readonly from?: Timestamp };
  /** Until the stream is past this token, what it tells may stand in the feed already. */
  readonly overlap?: string;
  /** Under way: it is being made from the versions that are there. */
  readonly build?: FeedBuild;
  /** Each time that was done, oldest first. */
  readonly builds: readonly { readonly reason: BuildReason; readonly began: Date; readonly ended: Date; readonly rows: number }[];
}

export interface FeedBuild {
  readonly reason: BuildReason;
  readonly began: Date;
  /** Where the stream is to begin afterwards. */
  readonly from: Timestamp;
  /** The last instance that is done, and how many rows. */
  readonly after?: string;
  readonly rows: number;
}

/** There was no feed yet, the oplog no longer had what followed the last row, or the collection is another than the one followed. */
export type BuildReason = 'first' | 'oplog' | 'restored';

export interface ResumeToken {
  readonly _data: string;
}

/** The state document of that name. */
export interface SchemaDocument {
  readonly _id: 'schema';
  readonly version: number;
  /** What made it what it is, oldest first. A database of the first version has none. */
  readonly ledger?: readonly LedgerEntry[];
  /** One under way; its version is given already. */
  readonly migration?: {
    readonly to: number;
    readonly holder: ObjectId;
    readonly until: Date;
    readonly began: Date;
    /** The last id that is done, and how many documents. */
    readonly after?: string;
    readonly done: number;
  };
}

export interface LedgerEntry {
  readonly version: number;
  readonly at: Date;
  /** Name and version of the program. */
  readonly software: string;
  /** Of a migration. */
  readonly began?: Date | undefined;
  readonly documents?: number;
}

export type SlotField = `s${number}`;
export type SlotTable = Readonly<Record<string, Readonly<Record<string, SlotField>>>>;

export interface Collections {
  readonly client: MongoClient;
  readonly db: Db;
  readonly resources: Collection<ResourceDocument>;
  readonly contained: Collection<ContainedDocument>;
  readonly versions: Collection<SupersededDocument>;
  readonly locks: Collection<LockDocument>;
  readonly notes: Collection<NoteDocument>;
  readonly items: Collection<ItemDocument>;
  readonly audit: Collection<BlockDocument>;
  readonly segments: Collection<SegmentDocument>;
  readonly postings: Collection<PostingsDocument>;
  readonly seals: Collection<SealDocument>;
  readonly feed: Collection<FeedDocument>;
  readonly state: Collection<StateDocument>;
}

export function collectionsOf(client: MongoClient, name: string): Collections {
  // Buffers instead of Binary objects: what is read goes to the socket as it is.
  const db = client.db(name, { promoteBuffers: true, ignoreUndefined: true });
  return {
    client,
    db,
    resources: db.collection<ResourceDocument>('resources'),
    contained: db.collection<ContainedDocument>('contained'),
    versions: db.collection<SupersededDocument>('versions'),
    locks: db.collection<LockDocument>('locks'),
    notes: db.collection<NoteDocument>('notes'),
    items: db.collection<ItemDocument>('items'),
    audit: db.collection<BlockDocument>('audit'),
    segments: db.collection<SegmentDocument>('segments'),
    postings: db.collection<PostingsDocument>('postings'),
    seals: db.collection<SealDocument>('seals'),
    feed: db.collection<FeedDocument>('feed'),
    state: db.collection<StateDocument>('state'),
  };
}
