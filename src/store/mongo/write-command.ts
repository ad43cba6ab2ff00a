/**
 * Inserts and replacements of many documents as plain commands. The driver's bulk writes measure every document before they write it, a
 * sixth of what the driver costs; what they do beside (splitting, trying again) this store does by itself, because it must look anyway.
 */
import { type ClientSession, type Db, type Document, MongoServerError, type ObjectId } from 'mongodb';
import type { BlockDocument, Collections, ContainedDocument, Keys, ResourceDocument, SupersededDocument } from './collections.js';

/** A command is one BSON document of at most 16 MiB and a little more, which a single stored document may need for itself. */
const mostBytes = 12_000_000;

export interface Replacement {
  readonly filter: { readonly _id: string; readonly v: number; readonly w: ObjectId };
  readonly document: ResourceDocument;
}

/** Keeps the creation number; replaces just the document that was read. */
export function replacement(document: ResourceDocument, before: ResourceDocument): Replacement {
  return { filter: { _id: document._id, v: before.v, w: before.w }, document: { ...document, o: before.o } };
}

/**
 * Gives the places of those whose id is there already; the others are inserted, but for those in a session: one that is there has ended
 * its transaction. Throws what the driver throws.
 */
export async function insertUnlessThere(
  { db }: Collections,
  into: 'resources' | 'versions' | 'contained' | 'audit',
  documents: readonly Stored[],
  session?: ClientSession,
): Promise<readonly number[]> {
  const refused: number[] = [];
  for (const { start, items } of inMessages(documents, sizeOf)) {
    const reply = await send(db, { insert: into, documents: items, ordered: false }, session);
    refused.push(...duplicatesIn(reply).map((index) => start + index));
  }
  return refused;
}

/** Gives how many documents of `resources` matched their filters. */
export async function replaceMatching({ db }: Collections, replacements: readonly Replacement[], session?: ClientSession): Promise<number> {
  let matched = 0;
  for (const { items } of inMessages(replacements, ({ document }) => sizeOf(document))) {
    const updates = items.map(({ filter, document }) => ({ q: filter, u: document }));
    const reply = await send(db, { update: 'resources', updates, ordered: false }, session);
    duplicatesIn(reply);
    matched += reply.n as number;
  }
  return matched;
}

/**
 * In a transaction, where a duplicate would end it: a copy that a crash left behind is taken as it is, but it ends no earlier than this.
 * Source: collections.ts SupersededDocument
 */
export async function copyInto({ db }: Collections, copies: readonly SupersededDocument[], session: ClientSession): Promise<void> {
  for (const { items } of inMessages(copies, sizeOf)) {
    const updates = items.map(({ _id, e, ...fields }) => ({ q: { _id }, u: { $setOnInsert: fields, $max: { e } }, upsert: true }));
    duplicatesIn(await send(db, { update: 'versions', updates }, session));
  }
}

/** In the order of the names. Whether all were there to be had. */
export async function incrementLocks(
  { db }: Collections,
  names: readonly string[],
  expires: Date,
  session: ClientSession,
): Promise<boolean> {
  const updates = names.map((_id) => ({ q: { _id }, u: { $inc: { n: 1 }, $set: { e: expires } }, upsert: true }));
  return duplicatesIn(await send(db, { update: 'locks', updates, ordered: true }, session)).length === 0;
}

type Stored = ResourceDocument | SupersededDocument | ContainedDocument | BlockDocument;

/** A transaction has its own write concern, told when it is committed. */
function send(db: Db, command: Document, session: ClientSession | undefined): Promise<Document> {
  if (session !== undefined) return db.command(command, { ...options, session });
  return db.command({ ...command, writeConcern }, options);
}

const writeConcern = { w: 'majority', j: true } as const;
const options = { ignoreUndefined: true };

/** Throws for any other refusal, and where the majority did not confirm. */
function duplicatesIn(reply: Document): readonly number[] {
  const errors = (reply.writeErrors ?? []) as readonly { readonly index: number; readonly code: number }[];
  const other = errors.find(({ code }) => code !== 11_000) ?? reply.writeConcernError;
  if (other !== undefined) throw new MongoServerError({ ...other, errorLabels: reply.errorLabels });
  return errors.map(({ index }) => index);
}

interface Message<Item> {
  /** The place of its first item among all. */
  readonly start: number;
  readonly items: readonly Item[];
}

function inMessages<Item>(items: readonly Item[], size: (item: Item) => number): readonly Message<Item>[] {
  const messages: { start: number; items: Item[] }[] = [];
  let room = 0;
  for (const [index, item] of items.entries()) {
    const bytes = size(item);
    if (bytes > room) {
      messages.push({ start: index, items: [] });
      room = mostBytes;
    }
    room -= bytes;
    messages.at(-1)?.items.push(item);
  }
  return messages;
}

/** No less than its bytes: a UTF-16 unit takes at most three. */
function sizeOf(document: Stored): number {
  if ('p' in document) return 1_000 + document.b.length + document.p.length;
  let size = 1_000 + ('j' in document ? (document.j?.length ?? 0) : 0);
  if (!('k' in document || 'n' in document || 'r' in document || 'g' in document)) return size;
  const { k = [], n = [], r = [], g = [] } = document as Keys;
  for (const key of k) size += 20 + 3 * key.length;
  for (const key of n) size += 20 + 3 * key.length;
  for (const { p } of r) size += 80 + 3 * p.length;
  for (const { p } of g) size += 100 + 3 * p.length;
  return size;
}
