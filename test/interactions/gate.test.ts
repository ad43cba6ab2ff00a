import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createGate, type Lane } from '../../src/interactions/gate.js';
import { FhirError } from '../../src/model/outcome.js';

const lane = (limits: Partial<Lane>): Lane => ({
  upTo: Number.POSITIVE_INFINITY,
  room: 10,
  places: 100,
  waiting: 100,
  patience: 60_000,
  ...limits,
});

/** Works that end when they are told to. */
function works(gate: ReturnType<typeof createGate>) {
  const inside: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string, weight: number, gone?: AbortSignal) => {
    const work = async () => {
      inside.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      inside.splice(inside.indexOf(name), 1);
      return name;
    };
    return gate.pass(weight, work, gone);
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await setImmediate();
  };
  return { inside, start, end };
}

describe('The gate for Bundles', () => {
  test('lets in what there is room for, in the order it came, the heavy one alone', async () => {
    const { inside, start, end } = works(createGate([lane({})]));
    const all = [start('a', 6), start('b', 6), start('c', 1), start('heavy', 50)];
    await setImmediate();
    expect(inside).toEqual(['a']);
    await end('a');
    expect(inside).toEqual(['b', 'c']);
    await end('b');
    expect(inside).toEqual(['c']);
    await end('c');
    expect(inside).toEqual(['heavy']);
    await end('heavy');
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'heavy']);
  });

  test('where too much waits the next is told when to come again', async () => {
    const { start, end } = works(createGate([lane({ room: 1, waiting: 5 })]));
    const first = start('a', 1);
    const second = start('b', 3);
    const refused = await start('c', 3).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FhirError);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    await end('a');
    await end('b');
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
  });

  test('what fails leaves its place', async () => {
    const gate = createGate([lane({ room: 1, waiting: 5 })]);
    await expect(gate.pass(1, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await gate.pass(1, async () => 'in')).toBe('in');
  });

  test('few are inside however light they are', async () => {
    const { inside, start, end } = works(createGate([lane({ places: 2 })]));
    const all = [start('a', 1), start('b', 1), start('c', 1)];
    await setImmediate();
    expect(inside).toEqual(['a', 'b']);
    await end('a');
    expect(inside).toEqual(['b', 'c']);
    await end('b');
    await end('c');
    await Promise.all(all);
  });

  test('what is light does not wait for what is heavy, and does not hold it up', async () => {
    const { inside, start, end } = works(createGate([lane({ upTo: 2, places: 1 }), lane({ room: 10 })]));
    const all = [start('heavy', 10), start('next heavy', 10), start('light', 2), start('next light', 1)];
    await setImmediate();
    expect(inside).toEqual(['heavy', 'light']);
    await end('light');
    expect(inside).toEqual(['heavy', 'next light']);
    await end('heavy');
    expect(inside).toEqual(['next light', 'next heavy']);
    await end('next heavy');
    await end('next light');
    await Promise.all(all);
  });

  test('whoever goes away while it waits is not begun, and holds up nobody', async () => {
    const { inside, start, end } = works(createGate([lane({ room: 2 })]));
    const going = new AbortController();
    const first = start('a', 1);
    const second = start('b', 2, going.signal);
    const third = start('c', 1);
    const gone = expect(second).rejects.toThrow('went away');
    going.abort(new Error('went away'));
    await gone;
    expect(inside).toEqual(['a', 'c']);
    await expect(start('b', 1, going.signal)).rejects.toThrow('went away');
    await end('a');
    await end('c');
    expect(await Promise.all([first, third])).toEqual(['a', 'c']);
  });

  test('whoever has waited too long is told when to come again', async () => {
    const { inside, start, end } = works(createGate([lane({ room: 1, patience: 10 })]));
    const first = start('a', 1);
    await expect(start('b', 1)).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    await end('a');
    await first;
    expect(inside).toEqual([]);
  });

  test('the time to come again follows from what waits and from how quickly it went until then', async () => {
    const { start, end } = works(createGate([lane({ room: 1000, waiting: 20_000 })]));
    const first = start('a', 1000);
    const second = start('b', 1000);
    await pause(50);
    await end('a');
    const rest = [start('c', 1000), start('d', 18_000), start('e', 1000)];
    // 19,000 wait; 1,000 took 50 ms.
    const refused = (await start('f', 18_000).catch((error: unknown) => error)) as FhirError;
    const seconds = Number(refused.headers?.['retry-after']);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThan(60);
    for (const name of ['b', 'c', 'd', 'e']) await end(name);
    await Promise.all([first, second, ...rest]);
  });
});
