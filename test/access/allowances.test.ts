/** How much each may ask for. */
import { describe, expect, test } from '@jest/globals';
import { type Access, unrestricted } from '../../src/access/access.js';
import { createAllowances } from '../../src/access/allowances.js';
import type { Principal } from '../../src/access/principal.js';
import { FhirError } from '../../src/model/outcome.js';

function access(subject: string, account?: string): Access {
  const principal: Principal = {
    client: 'app',
    role: 'clinician',
    scope: 'user/*.rs',
    tokenId: 't',
    issuer: 'https://example.org/auth',
    expires: 0,
    ...(account === undefined ? {} : { account }),
  };
  return { ...unrestricted, subject, principal };
}

function refusal(ask: () => unknown): { readonly status: number; readonly wait: string | undefined } {
  try {
    ask();
  } catch (error) {
    if (error instanceof FhirError) return { status: error.status, wait: error.headers['Retry-After'] };
  }
  throw new Error('It was not refused');
}

describe('an allowance', () => {
  const [wang, li, lab] = [access('app|wang', 'wang'), access('app|li', 'li'), access('lab')];

  test('of points is spent, and comes back with time', () => {
    let now = 1_000_000;
    const allowances = createAllowances({ perMinute: { person: 60, system: 600 }, now: () => now });
    const ask = (points: number) => allowances?.begin(wang)?.charge(points - 1);
    ask(59);
    ask(1);
    expect(refusal(() => ask(1))).toEqual({ status: 429, wait: '1' });
    now += 1000;
    ask(1);
    expect(refusal(() => ask(1)).status).toBe(429);
    now += 3_600_000;
    ask(60);
    expect(refusal(() => ask(1)).status).toBe(429);
  });

  test('may be overdrawn by one request, and the next one waits for it', () => {
    let now = 0;
    const allowances = createAllowances({ perMinute: { person: 60, system: 600 }, now: () => now });
    allowances?.begin(wang)?.charge(599);
    expect(refusal(() => allowances?.begin(wang))).toEqual({ status: 429, wait: '541' });
    now = 541_000;
    expect(allowances?.begin(wang)).toBeDefined();
  });

  test('is one for each person and each system', () => {
    const allowances = createAllowances({ perMinute: { person: 10, system: 600 }, now: () => 0 });
    allowances?.begin(wang)?.charge(9);
    allowances?.begin(lab)?.charge(598);
    expect(refusal(() => allowances?.begin(wang)).status).toBe(429);
    expect(allowances?.begin(li)).toBeDefined();
    expect(allowances?.begin(lab)).toBeDefined();
  });

  test('of requests at once is free again when one ends', () => {
    const allowances = createAllowances({ atOnce: { person: 2, system: 3 } });
    const turns = [allowances?.begin(wang), allowances?.begin(wang)];
    expect(refusal(() => allowances?.begin(wang))).toEqual({ status: 429, wait: '1' });
    turns[0]?.end();
    expect(allowances?.begin(wang)).toBeDefined();
    for (let count = 0; count < 3; count++) allowances?.begin(lab);
    expect(refusal(() => allowances?.begin(lab)).status).toBe(429);
  });

  test('counts nobody where access is not decided by tokens, and nothing where there is no limit', () => {
    expect(createAllowances({ perMinute: { person: 1, system: 1 } })?.begin(unrestricted)).toBe(undefined);
    expect(createAllowances({})).toBe(undefined);
  });

  test('is remembered of so many and no more; those at work are not forgotten', () => {
    const allowances = createAllowances({ perMinute: { person: 1, system: 1 }, atOnce: { person: 1, system: 1 }, now: () => 0 });
    allowances?.begin(wang);
    for (let count = 0; count < 20_100; count++) allowances?.begin(access(`other ${count}`))?.end();
    expect(refusal(() => allowances?.begin(wang)).status).toBe(429);
  });
});
