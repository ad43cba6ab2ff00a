/** Between the port's versions and MongoDB's documents. */
import { BSON, type ObjectId } from 'mongodb';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { Key } from '../../model/resource.js';
import type { Contained, Reindex, SortValue, Version, Write } from '../port.js';
import type { ContainedDocument, ResourceDocument, SlotField, SupersededDocument, VersionDocument } from './collections.js';
import { addKeys, type Indexed, keysOf, type Writable } from './gather-keys.js';
import { ownIdKey } from './keys.js';

/** Field of each slot, per type: `s1`, `s2`, … */
export type Slots = ReadonlyMap<string, ReadonlyMap<string, SlotField>>;

/** What a version is made of; what a read asks for. */
export const versionFields = { v: 1, u: 1, m: 1, j: 1 } as const;

export function documentId(key: { readonly type: string; readonly id: string }): string {
  return `${key.type}/${key.id}`;
}

/** `Type/id/00000002`: versions of one instance lie together, in order. */
export function versionId(documentId: string, version: number): string {
  return `${documentId}/${String(version).padStart(8, '0')}`;
}

export function toKey(id: string): Pick<Key, 'type' | 'id'> {
  const [type = '', instance = ''] = containerOf(id).split('/');
  return { type, id: instance };
}

export function toVersion(document: Pick<VersionDocument, '_id' | 'v' | 'u' | 'm' | 'j'>): Version {
  const { type, id } = toKey(document._id);
  return { type, id, version: document.v, lastUpdated: document.u, method: document.m, json: document.j };
}

/** Throws FhirError `too-long` for what does not fit into one document. Written out, because a spread takes V8 longer than all the rest. */
export function toDocument(write: Write, mark: ObjectId, creation: number, slots: Slots): ResourceDocument {
  const { type, id, version, lastUpdated, method, json } = write.version;
  const _id = `${type}/${id}`;
  const t = json === null ? `-${type}` : type;
  const document: Writable<ResourceDocument> = { _id, v: version, u: lastUpdated, o: creation, m: method, j: json, w: mark, t };
  if (json === null) return document;
  const { entries, compartments, sort, contained } = write;
  addFound(document, { type, container: _id, entries, compartments, sort, contained }, slots);
  refuseTooLong(document, json.length);
  return document;
}

type Found = Indexed & Pick<Reindex, 'sort' | 'contained'>;

/** The fields by which a current version is found. */
export function foundBy(of: Omit<Reindex, 'version'>, slots: Slots): Partial<ResourceDocument> {
  const fields: Writable<Partial<ResourceDocument>> = {};
  addFound(fields, { ...of, container: documentId(of) }, slots);
  return fields;
}

function addFound(document: Writable<Partial<ResourceDocument>>, found: Found, slots: Slots): void {
  const { type, sort, contained } = found;
  addKeys(document, found);
  if (contained !== undefined && contained.length > 0) document.c = contained.map(({ id }) => id);
  addSort(document, slots.get(type), sort);
}

function addSort(document: Writable<Sorted>, fields: ReadonlyMap<string, SlotField> | undefined, sort: readonly SortValue[]): void {
  for (const { slot, value } of sort) {
    const field = fields?.get(slot);
    if (field !== undefined) document[field] = value;
  }
}
type Sorted = Pick<ResourceDocument, SlotField>;

/** What is searched as `#Patient`, and is no resource by itself. */
export function isContained(type: string): boolean {
  return type.startsWith('#');
}

export function collectionOf(type: string): 'resources' | 'contained' {
  return isContained(type) ? 'contained' : 'resources';
}

export interface Container {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: number;
  readonly compartments: readonly string[];
}

export function toContained(
  container: Container,
  { type, id, entries, sort }: Contained,
  creation: number,
  slots: Slots,
): ContainedDocument {
  const name = `#${type}`;
  const { k = [], ...keys } = keysOf(name, documentId(container), entries, container.compartments);
  const document: Writable<ContainedDocument> = {
    _id: containedId(documentId(container), id),
    t: name,
    i: id,
    v: container.version,
    u: container.lastUpdated,
    o: creation,
    ...keys,
    k: [ownIdKey(name, id), ...k],
  };
  addSort(document, slots.get(type), sort);
  return document;
}

export function containedId(container: string, id: string): string {
  return `${container}#${id}`;
}

/** The id of the document of the container, or the id itself. */
export function containerOf(id: string): string {
  const end = id.indexOf('#');
  return end < 0 ? id : id.slice(0, end);
}

const limit = 16 * 1024 * 1024;
/** Below this much text and this many entries no document comes near the limit, and measuring it would cost more than making it. */
const surelySmall = { bytes: 4 * 1024 * 1024, entries: 5_000 };

function refuseTooLong(document: ResourceDocument, bytes: number): void {
  const entries = (document.k?.length ?? 0) + (document.n?.length ?? 0) + (document.r?.length ?? 0) + (document.g?.length ?? 0);
  if (bytes < surelySmall.bytes && entries < surelySmall.entries) return;
  const size = BSON.calculateObjectSize(document);
  if (size < limit) return;
  const text = message(
    'resource-too-long',
    `${document._id} takes ${size} bytes with its index entries; MongoDB stores at most ${limit} bytes for one resource`,
    `${document._id} 连同索引项共 ${size} 字节；MongoDB 中单个资源最多 ${limit} 字节`,
  );
  throw fault('too-long', text);
}

/** `at` is the moment of the version that supersedes it. */
export function superseded(document: ResourceDocument, at: number): SupersededDocument {
  const { _id, v, u, m, j, w, o } = document;
  return { _id: versionId(_id, v), v, u, m, j, w, t: toKey(_id).type, o, e: at };
}
