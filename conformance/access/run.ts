/** Random requests of random principals over random worlds, each held against the slow filter, and all that comes out against what may. */
import { createRandom } from '../oracle/random.js';
import type { Plain } from '../search/random/values.js';
import { type Ask, asker as askAs, inBundle, type Reply } from './ask.js';
import { type Chance, createChance } from './chance.js';
import { createJudge, type Judge } from './judge.js';
import { type Asker, makeAsker, makePolicy } from './people.js';
import { makeQuestion, type Question } from './questions.js';
import { createMaker, idsOf, type Maker, worldTypes } from './resources.js';
import type { Doors } from './server.js';
import { createWorld, judgedBy, markOf, storedOf, type World } from './world.js';

export interface Options {
  readonly base: string;
  readonly doors: Doors;
  readonly seed: number;
  readonly cases: number;
}

export interface Difference {
  readonly who: string;
  readonly asked: string;
  readonly finding: string;
}

export interface AccessResult {
  readonly cases: number;
  /** Something comes out. */
  readonly withSomething: number;
  readonly requests: number;
  /** How many there were of each kind. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly differences: readonly Difference[];
  /** Milliseconds. */
  readonly slowest: { readonly took: number; readonly asked: string };
}

const ASKERS = 8;
const QUESTIONS = 25;

/** The server must be empty, and take whom `doors` names for whom they are. */
export async function runAccess({ base, doors, seed, cases }: Options): Promise<AccessResult> {
  const chance = createChance(createRandom(seed));
  const anybody = askAs(base, {});
  const maker = createMaker(chance);
  const kinds: Record<string, number> = {};
  const differences: Difference[] = [];
  let slowest = { took: 0, asked: '' };
  const counts = { cases: 0, withSomething: 0, requests: 0 };
  while (counts.cases < cases) {
    await fill(anybody, base, maker, chance);
    const world = createWorld(base, (await everything(anybody)).map(storedOf));
    const policy = makePolicy(chance, 5);
    const mode = chance.happens(25) ? 'opt-in' : 'opt-out';
    for (let at = 0; at < ASKERS && counts.cases < cases; at++) {
      const asker = makeAsker(chance, policy, mode, `${counts.cases}`);
      const judge = createJudge(asker, world);
      const ask = watched(askAs(base, doors.as(asker, policy)), world, judge, counts);
      for (let asked = 0; asked < QUESTIONS && counts.cases < cases; asked++, counts.cases++) {
        const question = makeQuestion({ chance, world, judge });
        const way = chance.of(['plain', 'plain', 'plain', 'batch', 'transaction'] as const);
        const began = performance.now();
        const finding = await put(question, way === 'plain' ? ask : inBundle(ask, base, way));
        const took = performance.now() - began;
        if (took > slowest.took) slowest = { took, asked: `${way} ${decodeURIComponent(question.path)}` };
        kinds[question.kind] = (kinds[question.kind] ?? 0) + 1;
        if (question.expected > 0) counts.withSomething++;
        if (finding !== undefined) differences.push({ who: told(asker), asked: `${way} ${decodeURIComponent(question.path)}`, finding });
      }
    }
  }
  return { ...counts, kinds, differences, slowest };
}

function told({ principal, role, mode }: Asker): string {
  const { tokenId: _token, issuer: _issuer, expires: _expires, client: _client, ...who } = principal;
  return JSON.stringify({ ...who, as: role, mode });
}

class Leak extends Error {}

async function put(question: Question, ask: Ask): Promise<string | undefined> {
  try {
    return await question.put(ask);
  } catch (error) {
    if (error instanceof Leak) return error.message;
    throw error;
  }
}

/** Nothing that comes out may bear the mark of a version that may neither be read nor found. */
function watched(ask: Ask, world: World, judge: Judge, counts: { requests: number }): Ask {
  const byMark = new Map<string, Plain>();
  for (const one of world.versions) {
    const resource = judgedBy(world, one);
    const mark = markOf(resource);
    if (mark !== undefined) byMark.set(mark, resource);
  }
  return async (wanted) => {
    counts.requests++;
    const reply: Reply = await ask(wanted);
    if (reply.status >= 500) throw new Leak(`${reply.status} ${reply.text.slice(0, 500)}`);
    for (const [mark] of reply.text.matchAll(/urn:mark:\d+:/g)) {
      const resource = byMark.get(mark);
      if (resource !== undefined && !judge.allows('read', resource) && !judge.allows('search', resource))
        throw new Leak(`LEAK of ${resource.resourceType}/${resource.id} by ${wanted.method} ${wanted.path}`);
    }
    return reply;
  };
}

/** Anew under the same ids: what was there before is an older version. Then some change, and some are deleted. */
async function fill(ask: Ask, base: string, maker: Maker, chance: Chance): Promise<void> {
  const made = worldTypes.flatMap((type) => idsOf(type).map((id) => maker.make(type, id)));
  await transaction(ask, base, made);
  const mutable = worldTypes.filter((type) => !['Organization', 'Practitioner', 'PractitionerRole'].includes(type));
  const all = mutable.flatMap((type) => idsOf(type).map((id) => [type, id] as const));
  await transaction(
    ask,
    base,
    chance.some(all, 20).map(([type, id]) => maker.make(type, id)),
  );
  for (const [type, id] of chance.some(all, 6)) await ask({ method: 'DELETE', path: `/${type}/${id}` });
}

async function transaction(ask: Ask, base: string, resources: readonly Plain[]): Promise<void> {
  const entry = resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }));
  const body = JSON.parse(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }).replaceAll('{{base}}', base));
  const { status, text } = await ask({ method: 'POST', path: '', body });
  if (status !== 200) throw new Error(`The resources were refused: ${status} ${text.slice(0, 1500)}`);
}

/** Every version of everything, the newest first. */
async function everything(ask: Ask): Promise<readonly Plain[]> {
  const entries: Plain[] = [];
  let path: string | undefined = '/_history?_count=500';
  while (path !== undefined) {
    const { body }: Reply = await ask({ method: 'GET', path });
    entries.push(...(body.entry ?? []));
    path = (body.link ?? []).find(({ relation }: Plain) => relation === 'next')?.url;
  }
  return entries;
}
