import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createGate } from '../../src/interactions/gate.js';
import { FhirError } from '../../src/model/outcome.js';

/** Works that end when they are told to. */
function works(gate: ReturnType<typeof createGate>) {
  const inside: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string, weight: number) =>
    gate.pass(weight, async () => {
      inside.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      inside.splice(inside.indexOf(name), 1);
      return name;
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await setImmediate();
  };
  return { inside, start, end };
}

describe('The gate for Bundles', () => {
  test('lets in what there is room for, in the order it came, the heavy one alone', async () => {
    const { inside, start, end } = works(createGate({ room: 10, waiting: 100 }));
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
    const { start, end } = works(createGate({ room: 1, waiting: 5 }));
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
    const gate = createGate({ room: 1, waiting: 5 });
    await expect(gate.pass(1, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await gate.pass(1, async () => 'in')).toBe('in');
  });
});
