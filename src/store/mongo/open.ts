/** Opens a database: connects, and refuses what would not keep the promises of the store with a sentence that helps. */
import { MongoClient, MongoServerError } from 'mongodb';
import { type ResourceStore, StoreUnavailable } from '../port.js';
import { type Collections, collectionsOf } from './collections.js';
import { creationNumbers } from './creation.js';
import { withoutSecrets } from './errors.js';
import { join } from './member.js';
import { prepareSchema } from './schema.js';
import { mongoStore } from './store.js';

export interface MongoOptions {
  /** Milliseconds to wait for a primary; 5,000 when absent. */
  readonly patience?: number;
  /** Name and version of this program, for the ledger of the schema. */
  readonly software?: string;
  /** Told in sentences how a migration goes on. */
  readonly onProgress?: (text: string) => void;
}

const oldestServer = 6;

/**
 * The database is the one in the path of the URL, else `lianyi`. Throws StoreUnavailable. Whoever opens a store has to
 * arrange and close it.
 */
export async function openMongoStore(url: string, options: MongoOptions = {}): Promise<ResourceStore> {
  const client = makeClient(url, options.patience ?? 5_000);
  try {
    await client.connect();
    const version = await checkServer(client);
    const collections = collectionsOf(client, databaseName(url));
    const { software = 'unknown', onProgress = () => undefined } = options;
    await prepareSchema(collections, { software, onProgress });
    const member = await join(collections);
    const creation = creationNumbers(member.number);
    return mongoStore(collections, { version, location: location(client, collections), creation, member, onProgress });
  } catch (error) {
    await client.close().catch(() => undefined);
    throw error instanceof StoreUnavailable ? error : new StoreUnavailable(unreachable(error, client), { cause: error });
  }
}

/**
 * Milliseconds. A server that holds its connections and says nothing (stopped, its disk stuck, the network gone) is given up when it has not
 * answered its monitor for the sum of both; the driver has 40 s there. What it was asked then fails at once, after `patience` for another
 * primary. A server that is only busy answers its monitor: nothing that takes long is cut off. An address may say otherwise.
 */
const silence = { connectTimeoutMS: 8_000, heartbeatFrequencyMS: 2_000 };

function makeClient(url: string, patience: number): MongoClient {
  try {
    return new MongoClient(url, {
      appName: 'lianyi',
      w: 'majority',
      journal: true,
      readConcernLevel: 'majority',
      readPreference: 'primary',
      retryReads: true,
      retryWrites: true,
      maxPoolSize: 32,
      serverSelectionTimeoutMS: patience,
      ...Object.fromEntries(Object.entries(silence).filter(([name]) => !new RegExp(`[?&]${name}=`, 'i').test(url))),
    });
  } catch (error) {
    throw new StoreUnavailable(`The MongoDB address cannot be read: ${withoutSecrets((error as Error).message)}`);
  }
}

function databaseName(url: string): string {
  const path = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]*)/.exec(url)?.[1] ?? '';
  return decodeURIComponent(path) || 'lianyi';
}

/** Gives the server's version. */
async function checkServer(client: MongoClient): Promise<string> {
  const admin = client.db('admin');
  const hello = await admin.command({ hello: 1 });
  if (hello.setName === undefined && hello.msg !== 'isdbgrid') {
    throw new StoreUnavailable(
      'This mongod is not a member of a replica set, and without one MongoDB has no transactions. Start it with --replSet lianyi ' +
        '(or replication.replSetName in mongod.conf) and run rs.initiate() once in mongosh; one node is enough',
    );
  }
  const { version } = (await admin.command({ buildInfo: 1 })) as { version: string };
  if (Number.parseInt(version, 10) < oldestServer) {
    throw new StoreUnavailable(`MongoDB ${version} answers; ${oldestServer}.0 or later is needed (collections clustered by _id)`);
  }
  return version;
}

/** Where it is, without user and password. */
function location(client: MongoClient, { db }: Collections): string {
  return `mongodb://${client.options.hosts.map(String).join(',')}/${db.databaseName}`;
}

function unreachable(error: unknown, client: MongoClient): string {
  const hosts = client.options.hosts.map(String).join(', ') || client.options.srvHost;
  const text = withoutSecrets(error instanceof Error ? error.message : String(error));
  if (error instanceof MongoServerError && error.code === 18) return `MongoDB at ${hosts} refuses the user or the password`;
  return `MongoDB at ${hosts} cannot be used: ${text}`;
}
