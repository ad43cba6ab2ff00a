/** backup, restore and copy as a person runs them, with a server that goes on writing. */
import { appendFile, copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stores } from '../stores.js';
import { createLedger } from '../torture/ledger.js';
import { startStorm } from '../torture/storm.js';
import { run, serve } from './command.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-backup-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sqlite = (name: string) => `sqlite:${join(folder, name)}`;

/** Fills a store by a storm, with `during` at its height. */
async function storm(store: string, attempts: number, during: (base: string) => Promise<void> = async () => undefined): Promise<void> {
  const serving = await serve({ STORE: store, LOG_LEVEL: 'silent' });
  const raging = startStorm(serving.base, 8, createLedger());
  try {
    await raging.acknowledged(attempts);
    await during(serving.base);
    await raging.acknowledged(attempts);
  } finally {
    await raging.end();
    await serving.stop();
  }
}

interface Answer {
  readonly resource?: { readonly id: string };
  readonly request: { readonly method: string; readonly url: string };
  readonly etag: string;
  readonly status: string;
}

/** Of versions written in the same millisecond each store has an order of its own. */
const orderOf = ({ resource, request, etag }: Answer) => `${request.url} ${resource?.id} ${etag}`;

/** What a store answers: every version of everything. */
async function answersOf(store: string): Promise<unknown> {
  const serving = await serve({ STORE: store, LOG_LEVEL: 'silent' });
  try {
    const answers: Answer[] = [];
    for (let next: string | undefined = `${serving.base}/_history?_sort=_lastUpdated&_count=1000`; next !== undefined; ) {
      const page = (await (await fetch(next)).json()) as {
        entry: readonly (Omit<Answer, 'etag' | 'status'> & { response: Pick<Answer, 'etag' | 'status'> })[];
        link: readonly { relation: string; url: string }[];
      };
      answers.push(...page.entry.map(({ resource, request, response: { etag, status } }) => ({ resource, request, etag, status })));
      next = page.link.find(({ relation }) => relation === 'next')?.url;
    }
    const found = await (await fetch(`${serving.base}/Patient?name=%E7%8E%8B&_summary=count`)).json();
    return { answers: answers.sort((a, b) => orderOf(a).localeCompare(orderOf(b))), total: (found as { total: number }).total };
  } finally {
    await serving.stop();
  }
}

describe('lianyi backup', () => {
  test('copies a store that is being written, verifies it, and restores it elsewhere', async () => {
    const [store, file] = [sqlite('served.db'), join(folder, 'backup.db')];
    await storm(store, 150, async () => {
      const made = await run(['backup', file], { STORE: store });
      expect(made).toMatchObject({ code: 0 });
      expect(made.stdout).toMatch(/backup\.db: \d+ versions, verified; SHA-256 sum [0-9a-f]{64}\n$/);
    });
    expect((await readdir(folder)).filter((name) => name.startsWith('backup')).sort()).toEqual(['backup.db', 'backup.db.json']);
    const restored = await run(['restore', file], { STORE: sqlite('restored.db') });
    expect(restored).toMatchObject({ code: 0 });
    expect(await answersOf(sqlite('restored.db'))).toEqual(await answersOf(`sqlite:${file}`));
  }, 120_000);

  test('does not overwrite a file', async () => {
    const taken = join(folder, 'taken.db');
    await writeFile(taken, '');
    const { code, stderr } = await run(['backup', taken], { STORE: sqlite('served.db') });
    expect([code, stderr]).toEqual([1, `${taken} is there already; it is not overwritten\n`]);
  });

  test('says that the store it shall copy is not there', async () => {
    const absent = join(folder, 'absent.db');
    const { code, stderr } = await run(['backup', join(folder, 'nothing.db')], { STORE: `sqlite:${absent}` });
    expect([code, stderr]).toEqual([1, `${absent} is not there: STORE names no store that could be copied\n`]);
  });

  test('names the way for MongoDB', async () => {
    const { code, stderr } = await run(['backup', join(folder, 'mongo.db')], { STORE: 'mongodb://127.0.0.1:1/lianyi' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('mongodump')]);
  });
});

describe('lianyi restore', () => {
  test('replaces a store only when told to, and never one that is in use', async () => {
    const [store, file] = [sqlite('replaced.db'), join(folder, 'backup.db')];
    const serving = await serve({ STORE: store, LOG_LEVEL: 'silent' });
    try {
      expect((await run(['restore', file], { STORE: store })).stderr).toContain(
        'is there already; it is not overwritten unless --replace is given',
      );
      expect((await run(['restore', '--replace', file], { STORE: store })).stderr).toContain('is in use; stop the server');
    } finally {
      await serving.stop();
    }
    expect(await run(['restore', '--replace', file], { STORE: store })).toMatchObject({ code: 0 });
    expect(await answersOf(store)).toEqual(await answersOf(`sqlite:${file}`));
  }, 60_000);

  test('refuses a backup that is not what was written, and leaves the place as it was', async () => {
    const [file, damaged] = [join(folder, 'backup.db'), join(folder, 'damaged.db')];
    const copy = await run(['copy', '--from', `sqlite:${file}`, '--to', `sqlite:${damaged}`]);
    expect(copy).toMatchObject({ code: 0 });
    await storm(`sqlite:${damaged}`, 1);
    await copyFile(`${file}.json`, `${damaged}.json`);
    const { code, stderr } = await run(['restore', damaged], { STORE: sqlite('untouched.db') });
    expect([code, stderr]).toEqual([1, `${damaged} is damaged: nothing was restored\n`]);
    expect((await readdir(folder)).filter((name) => name.startsWith('untouched'))).toEqual([]);
    await appendFile(`${damaged}.json`, '}');
    expect((await run(['restore', damaged], { STORE: sqlite('untouched.db') })).stderr).toContain('is not what lianyi backup writes');
  }, 60_000);
});

describe('lianyi copy', () => {
  test.each(stores)(
    'moves everything with its history to $name and back, and goes on where it was broken off',
    async ({ open }) => {
      const [source, back] = [join(folder, 'backup.db'), sqlite(`back-${crypto.randomUUID()}.db`)];
      const opened = await open();
      try {
        const there = await run(['copy', '--from', `sqlite:${source}`, '--to', opened.url]);
        expect(there).toMatchObject({ code: 0 });
        const total = Number(/(\d+) versions, (\d+) of them copied now, 0 there before; verified/.exec(there.stdout)?.[1]);
        expect(total).toBeGreaterThan(300);
        const again = await run(['copy', '--from', `sqlite:${source}`, '--to', opened.url]);
        expect(again.stdout).toContain(`${total} versions, 0 of them copied now, ${total} there before`);
        expect(await run(['copy', '--from', opened.url, '--to', back])).toMatchObject({ code: 0 });
        expect(await answersOf(back)).toEqual(await answersOf(`sqlite:${source}`));
      } finally {
        await opened.close();
      }
    },
    120_000,
  );
});
