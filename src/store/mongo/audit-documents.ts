/** Records of the journal as documents. Source: store/audit-log.ts */
import type { ObjectId } from 'mongodb';
import type { AuditPlace, AuditRecord } from '../audit-log.js';
import type { AuditDocument, Collections, PlaceDocument } from './collections.js';

/** The order of its fields is that of places. */
export function toPlace({ chain, number }: AuditPlace): PlaceDocument {
  return { c: chain, n: number };
}

export function toAuditDocument(record: AuditRecord, mark: ObjectId): AuditDocument {
  return { _id: toPlace(record), t: record.time, k: record.keys, b: record.body, w: mark };
}

export function toRecord({ _id, t, k, b }: Omit<AuditDocument, 'w'>): AuditRecord {
  return { chain: _id.c, number: _id.n, time: t, keys: k, body: b };
}

/** Whether the commit of this mark has put it down. */
export async function isRecorded({ audit }: Collections, { _id, w }: AuditDocument): Promise<boolean> {
  const found = await audit.findOne({ _id }, { projection: { w: 1 } });
  return found?.w.equals(w) === true;
}
