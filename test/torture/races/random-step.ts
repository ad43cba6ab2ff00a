/** Steps over the few resources and identifiers of one group, with everything that criteria and preconditions may say. */
import type { Criteria, EntryStep, Identifier, Step, Token } from './step.js';

export interface RandomSteps {
  step(): Step;
  /** Shows all that may be left. */
  readonly last: readonly Step[];
}

export function randomStep(group: string, next: () => number): RandomSteps {
  let count = 0;
  const values = ['a', 'b', 'c'].map((letter) => `${group}${letter}`);
  const ids = ['x', 'y'].map((letter) => `${group}-${letter}`);
  const maybe = (chance: number) => next() < chance;
  const oneOf = <T>(list: readonly [T, ...T[]] | readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const mark = () => `${group}m${count++}`;
  const identifier = (among: readonly string[]): Identifier => ({ system: maybe(0.8) ? 's' : 't', value: oneOf(among) });
  const identifiers = (among: readonly string[]): readonly Identifier[] =>
    maybe(0.3) ? [identifier(among), identifier(among)] : [identifier(among)];
  const token = (among: readonly string[]): Token => (maybe(0.5) ? { value: oneOf(among) } : { system: 's', value: oneOf(among) });
  const criteria = (among: readonly string[]): Criteria => {
    if (maybe(0.1)) return [[token(among), token(among)]];
    return maybe(0.05) ? [[token(among)], [token(among)]] : [[token(among)]];
  };
  const conditions = () => ({
    ...(maybe(0.15) && { ifMatch: 1 + Math.floor(next() * 3) }),
    ...(maybe(0.05) && { ifNoneMatch: true }),
  });

  const entry = (among: readonly string[], id: string): EntryStep => {
    const writes = () => ({ mark: mark(), identifiers: identifiers(among) });
    const kinds: readonly (readonly [weight: number, make: () => EntryStep])[] = [
      [2, () => ({ kind: 'create', ...writes() })],
      [6, () => ({ kind: 'create', ...writes(), unless: criteria(among) })],
      [4, () => ({ kind: 'update', id, ...writes(), ...conditions() })],
      [6, () => ({ kind: 'update-found', criteria: criteria(among), ...writes(), ...(maybe(0.25) && { id }), ...conditions() })],
      [2, () => ({ kind: 'patch', id, ...writes(), ...conditions() })],
      [3, () => ({ kind: 'patch-found', criteria: criteria(among), ...writes(), ...conditions() })],
      [2, () => ({ kind: 'delete', id, ...conditions() })],
      [4, () => ({ kind: 'delete-found', criteria: criteria(among), ...conditions() })],
      [2, () => ({ kind: 'read', id })],
    ];
    return weighted(kinds, next)();
  };
  // Entries of one transaction have an identifier and an id of their own, so that they meet only in what is stored.
  const transaction = (): Step => {
    const start = Math.floor(next() * values.length);
    const own = values.map((_, at) => values[(start + at) % values.length] ?? '').slice(0, 2 + Math.floor(next() * 2));
    return { kind: 'transaction', entries: own.map((value, at) => entry([value], ids[at] ?? `${group}-z`)) };
  };
  return {
    step() {
      const choice = next();
      if (choice < 0.2) return transaction();
      return choice < 0.32 ? { kind: 'search', criteria: [[token(values)]] } : entry(values, oneOf(ids));
    },
    last: [
      ...values.map((value): Step => ({ kind: 'search', criteria: [[{ value }]] })),
      ...[...ids, `${group}-z`].map((id): Step => ({ kind: 'read', id })),
    ],
  };
}

function weighted<T>(choices: readonly (readonly [weight: number, value: T])[], next: () => number): T {
  let left = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, value] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return (choices.at(-1) as readonly [number, T])[1];
}
