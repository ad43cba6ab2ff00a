/** Texts as they stand in the file: what is read is to the byte what was written. Source: src/store/port.ts Version */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../src/store/port.js';
import { connect } from '../../src/store/sqlite/binding.js';
import { createBodies } from '../../src/store/sqlite/bodies.js';
import { compress, createDictionary, decompress } from '../../src/store/sqlite/lz.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { prepareSchema } from '../../src/store/sqlite/schema.js';
import { train } from '../../src/store/sqlite/train.js';
import { commitOf, layout, write } from './contract/fixture.js';

const observation = (i: number) =>
  JSON.stringify({
    resourceType: 'Observation',
    id: `o${i}`,
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin' }], text: '血红蛋白' },
    subject: { reference: `Patient/${randomBytes(6).toString('hex')}` },
    valueQuantity: { value: i / 10, unit: 'g/L', system: 'http://unitsofmeasure.org', code: 'g/L' },
  });

describe('a compressed text', () => {
  const common = train(
    Array.from({ length: 64 }, (_, i) => Buffer.from(observation(i))),
    8192,
  );
  const long = Buffer.from(Array.from({ length: 3000 }, (_, i) => observation(i)).join(','));
  const texts: readonly (readonly [string, Buffer])[] = [
    ['nothing', Buffer.alloc(0)],
    ['a byte', Buffer.from('{')],
    ['what the dictionary has', Buffer.from(observation(7))],
    ['one character again and again', Buffer.alloc(100_000, 'x')],
    ['more than an offset reaches', long],
    ['no text at all', randomBytes(50_000)],
    ['chance with repetitions', Buffer.concat([randomBytes(300), randomBytes(300), Buffer.alloc(20), long.subarray(5, 700)])],
  ];

  test.each(texts)('of %s is given back to the byte', (_name, text) => {
    for (const dictionary of [createDictionary(common), createDictionary(Buffer.alloc(0))]) {
      const packed = compress(dictionary, text, text.length * 2 + 100);
      expect(packed).toBeDefined();
      if (packed !== undefined) expect(decompress(dictionary, packed, 0, packed.length, text.length).equals(text)).toBe(true);
    }
  });

  test('is not made where it would be too long', () => {
    expect(compress(createDictionary(common), randomBytes(1000), 900)).toBeUndefined();
  });

  test('is right after one that became too long', () => {
    const dictionary = createDictionary(Buffer.alloc(0));
    const [again, before, between] = [randomBytes(100), randomBytes(600), randomBytes(500)];
    expect(compress(dictionary, Buffer.concat([before, again, before]), 300)).toBeUndefined();
    const text = Buffer.concat([again, between, again, Buffer.alloc(20)]);
    const packed = compress(dictionary, text, 2 * text.length) ?? Buffer.alloc(0);
    expect(decompress(dictionary, packed, 0, packed.length, text.length).equals(text)).toBe(true);
  });

  test('is a third of its length or less where many have most of it in common', () => {
    const text = Buffer.from(observation(12_345));
    expect(compress(createDictionary(common), text, text.length)?.length).toBeLessThan(text.length / 3);
  });

  test('of what has no repetition and then much of it is shorter by the latter', () => {
    const noise = randomBytes(300_000);
    const packed = compress(createDictionary(common), Buffer.concat([noise, long]), noise.length + long.length);
    expect((packed?.length ?? Number.NaN) - noise.length).toBeLessThan(long.length / 3);
  });

  test('that is damaged is said to be, and never read beyond its end', () => {
    const text = Buffer.from(observation(1));
    const dictionary = createDictionary(common);
    const packed = compress(dictionary, text, text.length) ?? Buffer.alloc(0);
    const damages = [
      packed.subarray(0, packed.length - 3),
      Buffer.concat([packed, packed]),
      Buffer.alloc(40, 0xff),
      Buffer.from([0x00, 0xff, 0xff]),
    ];
    for (const damaged of damages) expect(() => decompress(dictionary, damaged, 0, damaged.length, text.length)).toThrow('damaged');
  });

  test('has nothing in its dictionary that only few texts had', () => {
    const secret = 'a name that stands in one record alone';
    const samples = Array.from({ length: 64 }, (_, i) => Buffer.from(observation(i) + (i < 4 ? secret : '')));
    expect(Buffer.from(train(samples, 8192)).includes(secret.slice(2, 20))).toBe(false);
  });
});

describe('texts in the store', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lianyi-bodies-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('are compressed once there were some of their type, and read as they were written, also after the store was opened anew', async () => {
    const file = join(folder, 'many.db');
    const texts = Array.from({ length: 700 }, (_, i) => observation(i));
    const writes = texts.map((json, i) => write(`Observation/o${i}`, { json }));
    let store = await openSqliteStore(file);
    await store.arrange(layout);
    for (const some of [writes.slice(0, 300), writes.slice(300)]) await store.commit(commitOf(...some));
    const all = async () =>
      (await store.read(texts.map((_, i) => ({ type: 'Observation', id: `o${i}` })))).map((one) => one?.json?.toString());
    expect(await all()).toEqual(texts);
    await store.close();
    store = await openSqliteStore(file);
    await store.arrange(layout);
    expect(await all()).toEqual(texts);
    await store.commit(commitOf(write('Observation/o1', { version: 2, json: '{"new":1}' })));
    const [now, before] = await store.read([
      { type: 'Observation', id: 'o1' },
      { type: 'Observation', id: 'o1', version: 1 },
    ]);
    expect([now?.json?.toString(), before?.json?.toString()]).toEqual(['{"new":1}', texts[1]]);
    await store.close();
    const connection = connect(file, { readOnly: true, busyTimeout: 0 });
    const [longest] = connection.statement('SELECT max(length(json)) FROM resource WHERE n > 300').get([]) ?? [];
    connection.close();
    expect(Number(longest)).toBeLessThan(observation(0).length / 2);
  });

  test.each([['\u0001\u0001{'], ['\u0002'], [''], [' {}'], ['{"a":"\u0001"}']])('%j is read as it was written', async (text) => {
    const connection = connect(':memory:', { readOnly: false, busyTimeout: 0 });
    prepareSchema(connection, { location: ':memory:', readOnly: false, software: '' });
    const bodies = createBodies();
    expect(bodies.read(connection, bodies.store(connection, 1, Buffer.from(text)))?.toString()).toBe(text);
    expect(() => bodies.read(connection, Buffer.from([1, 99, 5, 0]))).toThrow(StoreUnavailable);
    connection.close();
  });

  test('need no dictionary that a transaction took with it when it was rolled back', () => {
    const connection = connect(':memory:', { readOnly: false, busyTimeout: 0 });
    prepareSchema(connection, { location: ':memory:', readOnly: false, software: '' });
    const bodies = createBodies();
    const store = (count: number) =>
      Array.from({ length: count }, (_, i) => bodies.store(connection, 1, Buffer.from(observation(i)))).at(-1);
    const dictionaries = () => connection.statement('SELECT count(*) FROM dictionary').get([])?.[0];
    connection.exec('BEGIN');
    store(256);
    expect(dictionaries()).toBe(1);
    connection.exec('ROLLBACK');
    bodies.forget();
    expect(bodies.read(connection, store(1))?.toString()).toContain('"o0"');
    store(255);
    expect(dictionaries()).toBe(1);
    connection.close();
  });
});
