/** A predicate is judged at once where nothing has to be waited for, and says the same as where something has. Source: src/search/evaluate.ts */
import { describe, expect, test } from '@jest/globals';
import { createChance } from '../../conformance/access/chance.js';
import { createRandom } from '../../conformance/oracle/random.js';
import { holdsOfNone, matchesWhere } from '../../src/search/evaluate.js';
import type { Candidate } from '../../src/search/search.js';
import type { IndexEntry, Predicate, Where } from '../../src/store/port.js';

const chance = createChance(createRandom(7));
const params = ['a', 'b', 'c'] as const;

function entry(): IndexEntry {
  const param = chance.of(params);
  return chance.happens(50)
    ? { kind: 'token', param, code: chance.of(['1', '2']) }
    : { kind: 'reference', param, target: `Patient/${chance.number(3)}` };
}

function candidate(entries: readonly IndexEntry[]): Candidate {
  const compartments = chance.happens(50) ? ['Patient/1'] : [];
  return { type: 'Basic', id: chance.of(['1', '2']), lastUpdated: chance.number(3), entries, compartments, contained: [] };
}

function leaf(): Predicate {
  const param = chance.of(params);
  const all: readonly [Predicate, ...Predicate[]] = [
    { kind: 'present', param, entry: 'token' },
    { kind: 'match', param, match: { kind: 'token', values: [{ code: chance.of(['1', '2']) }] } },
    { kind: 'match', param, match: { kind: 'reference', targets: [`Patient/${chance.number(3)}`] } },
    { kind: 'chain', param, where: [{ type: 'Patient', predicate: { kind: 'id', ids: [String(chance.number(3))] } }] },
    { kind: 'id', ids: ['1'] },
    { kind: 'updated', values: [{ lowFrom: 1 }] },
    { kind: 'compartment', name: 'Patient/1' },
  ];
  return chance.of(all);
}

function predicate(depth: number): Predicate {
  if (depth === 0 || chance.happens(20)) return leaf();
  if (chance.happens(25)) return { kind: 'not', of: predicate(depth - 1) };
  const of = Array.from({ length: chance.number(4) }, () => predicate(depth - 1));
  return { kind: chance.happens(50) ? 'all' : 'any', of };
}

/** Every patient that is asked for is there. */
const chained = async (where: Where) =>
  where.flatMap(({ type, predicate: asked }) => (asked.kind === 'all' && idsIn(asked) ? [{ type, id: '1' }] : []));

/** `{all: [{id: of targets}, {id: asked}]}` */
function idsIn({ of: [targets, asked] }: Extract<Predicate, { kind: 'all' }>): boolean {
  return targets?.kind === 'id' && asked?.kind === 'id' && targets.ids.some((id) => asked.ids.includes(id));
}

/** The same predicate, whose parts are told by somebody who has to be waited for. */
function awaited(one: Predicate, told: Map<string, boolean>, by: (part: Predicate) => boolean): Predicate {
  if (chance.happens(30)) {
    const param = `told-${told.size}`;
    told.set(param, by(one));
    return { kind: 'reverse', param, where: [{ type: 'Basic', predicate: { kind: 'all', of: [] } }] };
  }
  if (one.kind === 'not') return { kind: 'not', of: awaited(one.of, told, by) };
  return one.kind === 'all' || one.kind === 'any' ? { kind: one.kind, of: one.of.map((part) => awaited(part, told, by)) } : one;
}

const ofBasic = (one: Predicate): Where => [{ type: 'Basic', predicate: one }];

describe('a predicate', () => {
  test('that looks at nothing but entries says the same of every resource that has none', async () => {
    const different: Predicate[] = [];
    let told = 0;
    for (let round = 0; round < 500; round++) {
      const one = predicate(3);
      const found = holdsOfNone(one);
      if (found === undefined) continue;
      told++;
      const judged = await matchesWhere(ofBasic(one), candidate([]), chained);
      if (judged !== found || holdsOfNone(one) !== found) different.push(one);
    }
    expect(different).toEqual([]);
    expect(told).toBeGreaterThan(100);
  });

  test('is judged at once without chains and reverses, and the same where a part of it has to be waited for', async () => {
    const different: Predicate[] = [];
    let waited = 0;
    for (let round = 0; round < 500; round++) {
      const one = withoutChains(predicate(3));
      const resource = candidate(Array.from({ length: chance.number(4) }, entry));
      const judge = (part: Predicate) => matchesWhere(ofBasic(part), resource);
      const found = judge(one);
      if (typeof found !== 'boolean') throw new Error('there is nothing to wait for');
      const told = new Map<string, boolean>();
      const other = awaited(one, told, (part) => judge(part) === true);
      const teller = async ([asked]: Where) => (told.get(linkOf(asked?.predicate)) === true ? [{ type: 'Basic', id: '1' }] : []);
      const verdict = matchesWhere(ofBasic(other), resource, teller);
      if (verdict instanceof Promise) waited++;
      if ((await verdict) !== found) different.push(one);
    }
    expect(different).toEqual([]);
    expect(waited).toBeGreaterThan(100);
  });
});

function withoutChains(one: Predicate): Predicate {
  if (one.kind === 'chain') return { kind: 'present', param: one.param, entry: 'reference' };
  if (one.kind === 'not') return { kind: 'not', of: withoutChains(one.of) };
  return one.kind === 'all' || one.kind === 'any' ? { kind: one.kind, of: one.of.map(withoutChains) } : one;
}

/** Of `{all: [{match here}, …]}` by which a reverse asks. */
function linkOf(asked: Predicate | undefined): string {
  const [here] = asked?.kind === 'all' ? asked.of : [];
  return here?.kind === 'match' ? here.param : '';
}
