/** Source: R4 http.html#paging */
import { describe, expect, test } from '@jest/globals';
import { createCursors, cursorSecret, type Turn } from '../../src/search/cursors.js';
import { faultOf } from './fixture.js';

const cursors = createCursors(Buffer.alloc(32, 1));

describe('a cursor', () => {
  test.each<Turn>([
    { position: { values: [], number: 7 }, backward: false },
    { position: { values: ['张', null, -1.5], number: -3 }, backward: true },
    { position: { values: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], number: 1 }, backward: false },
    { backward: true },
  ])('gives back what it was made of: %j', (turn) => {
    const values = turn.position?.values.length ?? 2;
    expect(cursors.decode(cursors.encode(turn, 'walk'), 'walk', values)).toEqual(turn);
  });

  const turn: Turn = { position: { values: ['x'], number: 7 }, backward: false };

  test('is refused with a single letter changed, from another server, for another search and with other sorts', () => {
    const cursor = cursors.encode(turn, 'walk');
    const refused = (text: string, walk = 'walk', values = 1) => faultOf(() => cursors.decode(text, walk, values));
    const expected = { status: 400, code: 'invalid', expression: '_cursor' };
    for (let at = 0; at < cursor.length; at++) {
      const forged = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      // The last letter may hold bits that stand for nothing.
      if (!Buffer.from(forged, 'base64url').equals(Buffer.from(cursor, 'base64url'))) expect(refused(forged)).toMatchObject(expected);
    }
    const foreign = createCursors(Buffer.alloc(32, 2)).encode(turn, 'walk');
    for (const text of [foreign, '', 'x', 'broken', Buffer.from('["walk",0,7,"x"]').toString('base64url')]) {
      expect(refused(text)).toMatchObject(expected);
    }
    expect(refused(cursor, 'other')).toMatchObject(expected);
    expect(refused(cursor, 'walk', 2)).toMatchObject(expected);
  });
});

test('the secret is made once, whoever comes first', async () => {
  const held = new Map<string, string>();
  const store = {
    state: async (name: string) => held.get(name),
    putState: async (name: string, value: string | undefined, before: string | undefined) => {
      if (held.get(name) !== before || value === undefined) return false;
      held.set(name, value);
      return true;
    },
  };
  const secrets = await Promise.all([cursorSecret(store), cursorSecret(store), cursorSecret(store)]);
  expect(new Set(secrets.map((one) => one.toString('hex'))).size).toBe(1);
  expect(secrets[0]).toHaveLength(32);
  expect(await cursorSecret(store)).toEqual(secrets[0]);
});
