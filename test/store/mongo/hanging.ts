/** A process for mongo-member.test.ts to kill: it leaves a transaction open in which it has touched one resource. */
import { MongoClient } from 'mongodb';
import { collectionsOf } from '../../../src/store/mongo/collections.js';
import { join } from '../../../src/store/mongo/member.js';

const [, , url = '', database = '', id = ''] = process.argv;
const client = await new MongoClient(url).connect();
const collections = collectionsOf(client, database);
const member = await join(collections);
const session = client.startSession();
await member.enlist(session);
session.startTransaction();
await collections.resources.updateOne({ _id: id }, { $set: { u: 1 } }, { session });
process.stdout.write('open\n');
setInterval(() => undefined, 1000);
