import { describe, expect, test } from '@jest/globals';
import { newId } from '../../src/model/id.js';
import { isId } from '../../src/model/resource.js';

describe('Ids the server gives (datatypes.html#id)', () => {
  test('are ids, are never the same, and stand in order of time', () => {
    const ids = Array.from({ length: 5000 }, (_, n) => newId(1_800_000_000_000 + n));
    expect(ids.every(isId)).toBe(true);
    expect(new Set(ids).size).toBe(5000);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(Array.from({ length: 5000 }, () => newId(0))).size).toBe(5000);
  });
});
