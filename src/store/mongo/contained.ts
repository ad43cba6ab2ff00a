/**
 * What contained resources are found by. It stands in a collection of its own, which no history and no feed reads, and changes in the
 * transaction that changes the container. Source: port.ts Contained
 */
import type { ClientSession } from 'mongodb';
import { StoreConflict } from '../port.js';
import type { Collections, ContainedDocument, ResourceDocument } from './collections.js';
import { containedTypes } from './contained-types.js';
import { containedId } from './documents.js';
import { insertUnlessThere } from './write-command.js';

export function containedIn({ _id, c = [] }: Pick<ResourceDocument, '_id' | 'c'>): readonly string[] {
  return c.map((id) => containedId(_id, id));
}

/** What is there before and after keeps its creation number, so that it keeps its place in a walk. */
export async function replaceContained(
  collections: Collections,
  session: ClientSession,
  gone: readonly string[],
  documents: readonly ContainedDocument[],
): Promise<void> {
  const { contained } = collections;
  const numbers = new Map<string, number>();
  if (gone.length > 0) {
    const before = { _id: { $in: [...gone] } };
    for (const { _id, o } of await contained.find(before, { projection: { o: 1 }, session }).toArray()) numbers.set(_id, o);
    await contained.deleteMany(before, { session });
  }
  if (documents.length === 0) return;
  containedTypes(collections).come(documents.map(({ t }) => t));
  const kept = documents.map((document) => ({ ...document, o: numbers.get(document._id) ?? document.o }));
  const [there] = await insertUnlessThere(collections, 'contained', kept, session);
  if (there !== undefined) throw new StoreConflict(`${kept[there]?._id} exists already`);
}
