/** A disk that is full, or that cannot be written: a clear error, nothing damaged, and service again when there is room. Source: R4 http.html#Status-Codes */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findMongod } from '../../scripts/mongod/find.js';
import { type Mongod, startMongod } from '../../scripts/mongod/start.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { ownMongodExpected } from '../mongod.js';
import { commitOf, layout, write } from '../store/contract/fixture.js';
import { run, type Serving, serve } from './command.js';
import { canMount, mountSmallDisk, type SmallDisk } from './small-disk.js';

/** Pages of text that nothing compresses. */
function patient(id: string): object {
  const text = Buffer.from(crypto.getRandomValues(new Uint8Array(48 * 1024))).toString('hex');
  return { resourceType: 'Patient', id, name: [{ text: '李娜' }], contact: [{ name: { text } }] };
}

const put = (base: string, id: string) =>
  fetch(`${base}/Patient/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json', prefer: 'return=minimal' },
    body: JSON.stringify(patient(id)),
  });

/** Writes until the server says that it cannot; gives what was acknowledged and the refusal. */
async function fill(base: string, most: number): Promise<{ readonly stored: readonly string[]; readonly refusal: Response }> {
  const stored: string[] = [];
  for (let number = 0; number < most; number++) {
    const answer = await put(base, `p${number}`);
    if (answer.status !== 201) return { stored, refusal: answer };
    await answer.arrayBuffer();
    stored.push(`p${number}`);
  }
  throw new Error(`${most} resources found room`);
}

async function expectAllThere(base: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const answer = await fetch(`${base}/Patient/${id}`);
    expect([id, answer.status]).toEqual([id, 200]);
    await answer.arrayBuffer();
  }
}

async function writesAgain(base: string, id: string): Promise<void> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const { status } = await put(base, id);
    if (status === 201) return;
    expect(status).toBe(503);
    if (Date.now() > deadline) throw new Error('Nothing is written although there is room again');
    await pause(100);
  }
}

async function expectRefusal(refusal: Response, ...codes: readonly string[]): Promise<void> {
  const { resourceType, issue } = (await refusal.json()) as {
    resourceType: string;
    issue: readonly { code: string; details: { text: string } }[];
  };
  expect([refusal.status, resourceType]).toEqual([503, 'OperationOutcome']);
  expect(codes).toContain(issue[0]?.code);
  // Who does not know whether it was stored has to look, rather than to try again.
  expect(refusal.headers.has('retry-after')).toBe(issue[0]?.code !== 'incomplete');
}

(canMount ? describe : describe.skip)('a disk that gets full', () => {
  describe('below SQLite', () => {
    let disk: SmallDisk | undefined;
    let serving: Serving | undefined;

    afterAll(async () => {
      await serving?.stop();
      disk?.close();
    });

    test('a store ends in order on a full disk, and has everything afterwards', async () => {
      const small = mountSmallDisk(8);
      if (small === undefined) throw new Error('the disk could not be mounted');
      try {
        small.leave(4);
        const file = join(small.folder, 'ending.db');
        const store = await openSqliteStore(file);
        await store.arrange(layout);
        const text = (i: number) => JSON.stringify(patient(`p${i}`));
        const filling = async (i: number): Promise<number> =>
          store.commit(commitOf(write(`Patient/p${i}`, { json: text(i) }))).then(
            () => filling(i + 1),
            () => i,
          );
        const stored = await filling(0);
        expect(stored).toBeGreaterThan(0);
        await store.close();
        await small.giveBack();
        const again = await openSqliteStore(file);
        expect((await again.describe()).resources).toBe(stored);
        await again.close();
      } finally {
        small.close();
      }
    });

    test('writes are refused with 503, reads go on, and writes too when there is room; nothing acknowledged is missing after a restart', async () => {
      disk = mountSmallDisk(32);
      if (disk === undefined) throw new Error('the disk could not be mounted');
      disk.leave(16);
      const environment = { STORE: `sqlite:${join(disk.folder, 'full.db')}`, LOG_LEVEL: 'silent' };
      serving = await serve(environment);
      const { stored, refusal } = await fill(serving.base, 1000);
      await expectRefusal(refusal, 'no-store');
      await expectAllThere(serving.base, stored);
      expect((await put(serving.base, 'another')).status).toBe(503);
      await disk.giveBack();
      await writesAgain(serving.base, 'later');
      await serving.stop();
      serving = await serve(environment);
      await expectAllThere(serving.base, [...stored, 'later']);
      const history = await fetch(`${serving.base}/Patient/p0/_history`);
      expect(((await history.json()) as { total: number }).total).toBe(1);
    }, 120_000);

    test('a file on a disk that cannot be written is refused at the start with the path and the reason', async () => {
      const small = mountSmallDisk(16);
      if (small === undefined) throw new Error('the disk could not be mounted');
      try {
        const file = join(small.folder, 'kept.db');
        const first = await serve({ STORE: `sqlite:${file}`, LOG_LEVEL: 'silent' });
        await first.stop();
        small.remount('ro');
        const { code, stderr } = await run(['serve'], { STORE: `sqlite:${file}`, PORT: '0' });
        expect(code).toBe(1);
        expect(stderr).toContain(file);
        expect(stderr).toMatch(/read-only|cannot be (opened|written)/);
        small.remount('rw');
        const again = await serve({ STORE: `sqlite:${file}`, LOG_LEVEL: 'silent' });
        await again.stop();
      } finally {
        small.close();
      }
    }, 60_000);
  });

  const ownMongod = ownMongodExpected();

  describe('below mongod', () => {
    let disk: SmallDisk | undefined;
    let serving: Serving | undefined;
    let mongod: Mongod | undefined;

    beforeAll(async () => {
      if (!(await ownMongod)) return;
      disk = mountSmallDisk(800);
    });
    afterAll(async () => {
      await serving?.stop();
      await mongod?.stop('SIGKILL');
      disk?.close();
    });

    test('writes are refused with 503 when mongod has given up, and go on when it has room and runs again; nothing acknowledged is missing', async () => {
      if (!(await ownMongod)) return;
      const found = await findMongod();
      if (disk === undefined || 'unavailable' in found) throw new Error('disk or mongod cannot be had');
      const options = { program: found.program, folder: join(disk.folder, 'data'), cacheSizeGB: 0.25 };
      mongod = await startMongod(options);
      const url = mongod.url.replace('/?', '/full?');
      serving = await serve({ STORE: url, LOG_LEVEL: 'silent' });
      disk.leave(30);
      const { stored, refusal } = await fill(serving.base, 4000);
      // What mongod was at when it gave up may have been written, and the server says so.
      await expectRefusal(refusal, 'no-store', 'incomplete');
      // Some full disks it outlives, without writing any more.
      await Promise.race([mongod.ended, pause(5000, undefined, { ref: false })]);
      await mongod.stop('SIGKILL');
      expect((await fetch(`${serving.base}/Patient/p0`)).status).toBe(503);
      await disk.giveBack();
      mongod = await startMongod({ ...options, port: mongod.port });
      await writesAgain(serving.base, 'later');
      await expectAllThere(serving.base, [...stored, 'later']);
    }, 180_000);
  });
});
