/** What the data of a store takes on disk, and its end. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';

export async function bytesOfFolder(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Documents and indexes as they lie on disk, after a checkpoint. */
export async function bytesOfDatabase(url: string): Promise<number> {
  return withClient(url, async (client) => {
    await client.db('admin').command({ fsync: 1 });
    const { storageSize, indexSize } = await client.db().command({ dbStats: 1 });
    return Number(storageSize) + Number(indexSize);
  });
}

export async function dropDatabase(url: string): Promise<void> {
  await withClient(url, (client) => client.db().dropDatabase());
}

export async function withClient<T>(url: string, action: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 10_000 });
  try {
    return await action(client);
  } finally {
    await client.close();
  }
}
