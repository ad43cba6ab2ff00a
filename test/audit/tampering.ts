/** Whoever can write the database itself, past the server: what a journal must show afterwards. */
import { DatabaseSync } from '@photostructure/sqlite';
import { Binary, MongoClient } from 'mongodb';

export interface Tampering {
  /** Blocks of records in their order; each record of the tests stands in a block of its own. */
  bodies(): Promise<readonly Buffer[]>;
  setBody(at: number, body: Buffer): Promise<void>;
  removeBlock(at: number): Promise<void>;
  /** Puts in a copy of a block that stands at another number. */
  copyBlock(at: number, number: number): Promise<void>;
  /** What its records are found by is another. */
  hideBlock(at: number): Promise<void>;
  removeSeal(at: number): Promise<void>;
  /** A second later than it was. */
  shiftSeal(at: number): Promise<void>;
  close(): Promise<void>;
}

export async function tamperingWith(url: string): Promise<Tampering> {
  return url.startsWith('sqlite:') ? sqlite(url.slice('sqlite:'.length)) : mongo(url);
}

/** A place is its number among other things: eight bytes of count, then the times, then the numbers. */
function renumbered(places: Uint8Array, number: number): Buffer {
  const copy = Buffer.from(places);
  copy.writeUInt32LE(number, 16);
  return copy;
}

/** Of a block of one record: behind eight bytes of count and sixteen of the record stand the numbers of its keys. */
function withoutKeys(places: Uint8Array): Buffer {
  return Buffer.from(places).fill(0, 24);
}

// biome-ignore lint/suspicious/noExplicitAny: rows of whatever is asked for
type Row = Record<string, any>;

async function sqlite(file: string): Promise<Tampering> {
  const database = new DatabaseSync(file);
  const blocks = () => database.prepare('SELECT id, places, bodies FROM audit_block ORDER BY since, last').all() as Row[];
  const seals = () => database.prepare('SELECT n, seal FROM audit_seal ORDER BY n').all() as Row[];
  return {
    bodies: async () => blocks().map(({ bodies }) => Buffer.from(bodies)),
    async setBody(at, body) {
      database.prepare('UPDATE audit_block SET bodies = ? WHERE id = ?').run(body, blocks()[at]?.id);
    },
    async removeBlock(at) {
      database.prepare('DELETE FROM audit_block WHERE id = ?').run(blocks()[at]?.id);
    },
    async copyBlock(at, number) {
      const { id, places } = blocks()[at] ?? {};
      const columns = 'chain, ?, ?, since, until, records, ?, bodies';
      database
        .prepare(`INSERT INTO audit_block SELECT (SELECT max(id) + 1 FROM audit_block), ${columns} FROM audit_block WHERE id = ?`)
        .run(number - 1, number, renumbered(places, number), id);
    },
    async hideBlock(at) {
      const { id, places } = blocks()[at] ?? {};
      database.prepare('UPDATE audit_block SET places = ? WHERE id = ?').run(withoutKeys(places), id);
    },
    async removeSeal(at) {
      database.prepare('DELETE FROM audit_seal WHERE n = ?').run(seals()[at]?.n);
    },
    async shiftSeal(at) {
      const { n, seal } = seals()[at] ?? {};
      const changed = JSON.parse(seal);
      changed.time += 1000;
      database.prepare('UPDATE audit_seal SET seal = ? WHERE n = ?').run(JSON.stringify(changed), n);
    },
    close: async () => database.close(),
  };
}

async function mongo(url: string): Promise<Tampering> {
  const client = new MongoClient(url);
  const audit = client.db().collection<BlockDocument>('audit');
  const seals = client.db().collection<SealDocument>('seals');
  const blocks = () => audit.find().sort({ s: 1, l: 1 }).toArray();
  const idOfBlock = async (at: number) => (await blocks())[at]?._id ?? '';
  const idOfSeal = async (at: number) => (await seals.find().sort({ _id: 1 }).toArray())[at]?._id ?? { c: '', n: 0 };
  return {
    bodies: async () => (await blocks()).map(({ b }) => Buffer.from(b.buffer)),
    async setBody(at, body) {
      await audit.updateOne({ _id: await idOfBlock(at) }, { $set: { b: new Binary(body) } });
    },
    async removeBlock(at) {
      await audit.deleteOne({ _id: await idOfBlock(at) });
    },
    async copyBlock(at, number) {
      const [block] = (await blocks()).slice(at);
      if (block === undefined) return;
      const p = new Binary(renumbered(block.p.buffer, number));
      await audit.insertOne({ ...block, _id: `${block._id}~`, f: number - 1, l: number, p });
    },
    async hideBlock(at) {
      const [block] = (await blocks()).slice(at);
      if (block === undefined) return;
      await audit.updateOne({ _id: block._id }, { $set: { p: new Binary(withoutKeys(block.p.buffer)) } });
    },
    async removeSeal(at) {
      await seals.deleteOne({ _id: await idOfSeal(at) });
    },
    async shiftSeal(at) {
      await seals.updateOne({ _id: await idOfSeal(at) }, { $inc: { t: 1000 } });
    },
    close: () => client.close(),
  };
}

interface BlockDocument {
  readonly _id: string;
  readonly f: number;
  readonly l: number;
  readonly p: Binary;
  readonly b: Binary;
}

interface SealDocument {
  readonly _id: { readonly c: string; readonly n: number };
  readonly t: number;
}
