/** Moments of the cluster, by which what was acknowledged is told from what may come. */
import type { Timestamp } from 'mongodb';
import type { Collections } from './collections.js';

/** Milliseconds in which a majority has to have it: where there is none, whoever asks is to hear that nothing is known. */
const PATIENCE = 10_000;

/**
 * A moment behind all that was acknowledged before the call: that of a write of our own, which a majority has. Whoever reads afterwards
 * from the server that took it sees all that came before, also where that server has become the primary just now.
 */
export async function momentNow({ db }: Collections): Promise<Timestamp> {
  const update = { update: 'state', updates: [{ q: { _id: 'moment' }, u: { $inc: { n: 1 } }, upsert: true }] };
  const reply = await db.command({ ...update, writeConcern: { w: 'majority', j: true, wtimeout: PATIENCE } });
  return reply.operationTime as Timestamp;
}
