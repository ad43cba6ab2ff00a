/** The parts of the MongoDB store that need no server. Source: src/store/mongo */
import { describe, expect, test } from '@jest/globals';
import { withSlots } from '../../src/store/mongo/arrange.js';
import { coalesce } from '../../src/store/mongo/coalesce.js';
import { creationNumbers } from '../../src/store/mongo/creation.js';
import { gate, type Size } from '../../src/store/mongo/gate.js';
import { StoreBusy } from '../../src/store/port.js';

describe('creation numbers', () => {
  test('rise within a process, in a burst and when the clock goes back, and stay below 2^53 for fifty years', () => {
    let now = Date.UTC(2076, 0, 1);
    const next = creationNumbers(511, () => now);
    const numbers = Array.from({ length: 100 }, (_, i) => {
      if (i === 50) now -= 60_000;
      return next();
    });
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.every(Number.isSafeInteger)).toBe(true);
  });

  test('of two processes never meet, and keep the order of time', () => {
    let now = Date.UTC(2026, 0, 1);
    const [one, other] = [creationNumbers(1, () => now), creationNumbers(514, () => now)];
    const numbers = Array.from({ length: 40 }, () => [one(), other()]).flat();
    expect(new Set(numbers).size).toBe(80);
    now += 1000;
    expect(one()).toBeGreaterThan(Math.max(...numbers));
  });
});

describe('slots', () => {
  test('keep their fields when the layout changes, and new ones get the next', () => {
    const before = withSlots({}, { types: { Patient: { sorts: ['birthdate', 'family'] }, Organization: { sorts: [] } } });
    expect(before).toEqual({ Patient: { birthdate: 's1', family: 's2' } });
    const after = withSlots(before, { types: { Patient: { sorts: ['given', 'family'] }, Observation: { sorts: ['date'] } } });
    expect(after).toEqual({ Patient: { birthdate: 's1', family: 's2', given: 's3' }, Observation: { date: 's1' } });
  });

  test('beyond what MongoDB has room for are refused', () => {
    const sorts = Array.from({ length: 57 }, (_, i) => `p${i}`);
    expect(() => withSlots({}, { types: { Patient: { sorts } } })).toThrow('Patient is to be sorted by 57 slots; MongoDB has room for 56');
  });
});

describe('coalesced calls', () => {
  test('that arrive while others are under way go together, and each gets its own answer', async () => {
    const groups: number[] = [];
    const double = coalesce<number, number>(
      async (inputs) => {
        groups.push(inputs.length);
        await new Promise((done) => setTimeout(done, 5));
        return inputs.map((input) => input * 2);
      },
      { atOnce: 1, most: 10 },
    );
    expect(await double(1)).toBe(2);
    expect(await Promise.all(Array.from({ length: 25 }, (_, i) => double(i)))).toEqual(Array.from({ length: 25 }, (_, i) => i * 2));
    expect(groups).toEqual([1, 10, 10, 5]);
  });

  test('fail together, and the next ones are served', async () => {
    let fails = true;
    const echo = coalesce<string, string>(async (inputs) => (fails ? Promise.reject(new Error('down')) : inputs), { atOnce: 2, most: 10 });
    const settled = await Promise.allSettled([echo('a'), echo('b')]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await echo('c')).toBe('c');
  });
});

describe('the gate', () => {
  const tick = () => new Promise((done) => setImmediate(done));

  /** Actions that end when told; `entered` says in which order they came in. */
  function door(large: number, mostWaiting = 10, small = 1) {
    const pass = gate({ room: { large, small }, mostWaiting });
    const entered: string[] = [];
    const ends = new Map<string, () => void>();
    const places = new Map<string, number>();
    /** `~x`: holds x shared. */
    const go = (label: string, size: Size, ...all: readonly string[]) => {
      const names = new Set(all.filter((name) => !name.startsWith('~')));
      const shared = new Set(all.flatMap((name) => (name.startsWith('~') ? [name.slice(1)] : [])));
      return pass({ names, shared, size }, (place) => {
        entered.push(label);
        places.set(label, place);
        return new Promise<void>((end) => ends.set(label, end));
      });
    };
    const end = async (label: string) => {
      ends.get(label)?.();
      await tick();
    };
    return { entered, places, go, end };
  }

  test('lets in a few, first come, first served', async () => {
    const { entered, go, end } = door(2);
    const all = [go('a', 'large'), go('b', 'large'), go('c', 'large'), go('d', 'large')];
    await tick();
    expect(entered).toEqual(['a', 'b']);
    await end('b');
    expect(entered).toEqual(['a', 'b', 'c']);
    await end('a');
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
    await end('c');
    await end('d');
    await Promise.all(all);
  });

  test('small ones do not wait for large ones, nor these for them, unless they meet', async () => {
    const { entered, go, end } = door(1, 10, 1);
    const all = [go('A', 'large', 'x'), go('B', 'large'), go('a', 'small', 'x'), go('b', 'small'), go('c', 'small')];
    await tick();
    expect(entered).toEqual(['A', 'b']);
    await end('b');
    expect(entered).toEqual(['A', 'b', 'c']);
    await end('A');
    expect(entered).toEqual(['A', 'b', 'c', 'B']);
    await end('c');
    expect(entered).toEqual(['A', 'b', 'c', 'B', 'a']);
    await end('B');
    await end('a');
    await Promise.all(all);
  });

  test('keeps apart those that share a name, and nobody overtakes one that waits for it', async () => {
    const { entered, go, end } = door(4);
    const all = [go('a', 'large', 'x'), go('b', 'large', 'x', 'y'), go('c', 'large', 'y'), go('d', 'large', 'z')];
    await tick();
    expect(entered).toEqual(['a', 'd']);
    await end('a');
    expect(entered).toEqual(['a', 'd', 'b']);
    await end('b');
    expect(entered).toEqual(['a', 'd', 'b', 'c']);
    await end('c');
    await end('d');
    await Promise.all(all);
  });

  test('lets those that hold a name shared be side by side, each in its own place; who holds it alone waits, and is not overtaken', async () => {
    const { entered, places, go, end } = door(4);
    const all = [go('a', 'large', '~x'), go('b', 'large', '~x'), go('c', 'large', 'x'), go('d', 'large', '~x'), go('e', 'large', '~y')];
    await tick();
    expect(entered).toEqual(['a', 'b', 'e']);
    expect([...places]).toEqual(Object.entries({ a: 0, b: 1, e: 2 }));
    await end('a');
    expect(entered).toEqual(['a', 'b', 'e']);
    await end('b');
    expect(entered).toEqual(['a', 'b', 'e', 'c']);
    expect(places.get('c')).toBe(0);
    await end('c');
    expect(entered).toEqual(['a', 'b', 'e', 'c', 'd']);
    await end('d');
    await end('e');
    await Promise.all(all);
  });

  test('is busy when too many wait', async () => {
    const { go, end } = door(1, 1);
    const all = [go('a', 'large'), go('b', 'large')];
    await expect(go('c', 'large')).rejects.toBeInstanceOf(StoreBusy);
    await end('a');
    await end('b');
    await Promise.all(all);
  });
});
