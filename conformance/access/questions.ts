/**
 * Random requests of every kind that reads, each with what a slow filter over everything lets come out of it. What is refused for the whole
 * type is 403; where nothing of a type may be seen in this world a refusal is as good as an empty answer.
 */
import type { Act } from '../../src/access/access.js';
import type { Plain } from '../search/random/values.js';
import type { Ask, Reply } from './ask.js';
import type { Chance } from './chance.js';
import type { Judge } from './judge.js';
import { compartmentParameters, links, namesOf, tokens } from './parameters.js';
import { codes, idsOf, patients, type WorldType, worldTypes } from './resources.js';
import { judgedBy, type Stored, type World } from './world.js';

export interface Room {
  readonly chance: Chance;
  readonly world: World;
  readonly judge: Judge;
}

export interface Question {
  readonly kind: string;
  readonly path: string;
  /** What is wrong; undefined: nothing. */
  put(ask: Ask): Promise<string | undefined>;
  /** How much is to come out. */
  readonly expected: number;
}

type Make = (room: Room) => Question;

const nameOf = ({ resourceType, id }: Plain) => `${resourceType}/${id}`;

/** Undeleted, of one type, that may be searched. */
function visible({ world, judge }: Room, type: string, act: Act = 'search'): readonly Plain[] {
  return [...world.current.values()].filter((one) => one.resourceType === type && judge.allows(act, one));
}

function anyType({ chance }: Room): WorldType {
  return chance.happens(30) ? 'Observation' : chance.of(worldTypes as [WorldType, ...WorldType[]]);
}

function anyOf({ chance }: Room, type: WorldType): string {
  return chance.of(idsOf(type) as [string, ...string[]]);
}

function refusedOr(room: Room, act: Act, type: string, seesNothing: boolean): (reply: Reply) => 'refused' | 'answered' | string {
  const mustRefuse = !room.judge.grants(act, type) && seesNothing;
  return ({ status, text }) => {
    if (status === 403) return mustRefuse || seesNothing ? 'refused' : `refused: ${text.slice(0, 300)}`;
    return mustRefuse ? `${status}, where scopes or role refuse ${act} of ${type}` : 'answered';
  };
}

function single(room: Room, kind: string, type: string, path: string, version: Stored | undefined): Question {
  const judged = version && judgedBy(room.world, version);
  const seen = judged !== undefined && room.judge.allows('read', judged);
  const wanted = version === undefined || !seen ? 404 : version.resource === undefined ? 410 : 200;
  const isRefused = refusedOr(room, 'read', type, !seen);
  return {
    kind,
    path,
    expected: wanted === 200 ? 1 : 0,
    async put(ask) {
      const reply = await ask({ method: 'GET', path });
      const refused = isRefused(reply);
      if (refused === 'refused') return undefined;
      if (refused !== 'answered') return refused;
      if (reply.status !== wanted) return `${reply.status} instead of ${wanted}`;
      return wanted !== 200 || reply.body.id === version?.id ? undefined : 'another resource';
    },
  };
}

function newest({ world }: Room, type: string, id: string): Stored | undefined {
  return world.versions.find((one) => one.type === type && one.id === id);
}

const read: Make = (room) => {
  const type = anyType(room);
  const id = anyOf(room, type);
  return single(room, 'read', type, `/${type}/${id}`, newest(room, type, id));
};

const vread: Make = (room) => {
  const one = room.chance.of(room.world.versions as [Stored, ...Stored[]]);
  return single(room, 'vread', one.type, `/${one.type}/${one.id}/_history/${one.version}`, one);
};

const validate: Make = (room) => {
  const type = anyType(room);
  const id = anyOf(room, type);
  const one = newest(room, type, id);
  const question = single(room, 'operation', type, `/${type}/${id}/$validate`, one);
  return { ...question, put: (ask) => question.put(async (wanted) => withId(await ask(wanted), id)) };
};

/** An OperationOutcome has no id: what was validated stands in its place. */
function withId(reply: Reply, id: string): Reply {
  return reply.status === 200 ? { ...reply, body: { ...reply.body, id } } : reply;
}

interface Walked {
  readonly names: readonly string[];
  readonly included: readonly string[];
  readonly pages: readonly string[];
  readonly totals: readonly number[];
}

/** All pages forwards, and as many backwards: both must say the same. */
async function walk(ask: Ask, first: Reply, nameOfEntry: (entry: Plain) => string): Promise<Walked | string> {
  const pages: string[] = [];
  const names: string[] = [];
  const included: string[] = [];
  const totals: number[] = [];
  let { body } = first;
  for (;;) {
    const entries: readonly Plain[] = (body.entry ?? []).filter(({ search }: Plain) => search?.mode !== 'outcome');
    const own = entries.filter(({ search }) => search?.mode !== 'include').map(nameOfEntry);
    names.push(...own);
    pages.push(own.join());
    included.push(...entries.filter(({ search }) => search?.mode === 'include').map(nameOfEntry));
    if (body.total !== undefined) totals.push(body.total);
    const next = linkOf(body, 'next');
    if (next === undefined) break;
    const reply = await ask({ method: 'GET', path: next });
    if (reply.status !== 200) return `the next page: ${reply.status} ${reply.text.slice(0, 300)}`;
    body = reply.body;
  }
  for (let at = pages.length - 2; at >= 0; at--) {
    const previous = linkOf(body, 'previous');
    // Histories go one way.
    if (previous === undefined) break;
    const reply = await ask({ method: 'GET', path: previous });
    if (reply.status !== 200) return `the previous page: ${reply.status}`;
    body = reply.body;
    const own = (body.entry ?? []).filter(({ search }: Plain) => search?.mode === 'match').map(nameOfEntry);
    if (own.join() !== pages[at]) return `page ${at + 1} backwards: ${own.join()} instead of ${pages[at]}`;
  }
  return { names, included, pages, totals };
}

function linkOf(body: Plain, wanted: string): string | undefined {
  return (body.link ?? []).find(({ relation }: Plain) => relation === wanted)?.url;
}

function differs(found: readonly string[], wanted: readonly string[], what: string): string | undefined {
  const [have, want] = [[...found].sort(), [...wanted].sort()];
  if (have.join() === want.join()) return undefined;
  const more = have.filter((one) => !want.includes(one));
  const less = want.filter((one) => !have.includes(one));
  return `${what}: too many ${more.join(' ') || 'none'}; missing ${less.join(' ') || 'none'}; ${have.length} instead of ${want.length}`;
}

interface Searching {
  readonly kind: string;
  readonly path: string;
  readonly wanted: readonly string[];
  readonly included?: (matches: readonly string[]) => readonly string[];
  readonly isRefused: ReturnType<typeof refusedOr>;
  readonly body?: string;
  readonly nameOfEntry?: (entry: Plain) => string;
}

function searching({ kind, path, wanted, included, isRefused, nameOfEntry = ({ resource }) => nameOf(resource) }: Searching): Question {
  return {
    kind,
    path,
    expected: wanted.length,
    async put(ask) {
      const first = await ask({ method: 'GET', path });
      const refused = isRefused(first);
      if (refused === 'refused') return undefined;
      if (refused !== 'answered') return refused;
      if (first.status !== 200) return `${first.status} ${first.text.slice(0, 300)}`;
      const isCounted = path.includes('_summary=count');
      const walked = await walk(ask, first, nameOfEntry);
      if (typeof walked === 'string') return walked;
      const total = walked.totals.find((one) => one !== wanted.length);
      if (total !== undefined) return `total ${total} instead of ${wanted.length}`;
      if ((isCounted || path.includes('_total=accurate')) && walked.totals.length === 0) return 'no total';
      if (isCounted) return walked.names.length === 0 ? undefined : 'entries in a count';
      const wrong = differs(walked.names, wanted, 'matches');
      if (wrong !== undefined || included === undefined) return wrong;
      return differs(
        [...new Set(walked.included)].filter((one) => !wanted.includes(one)),
        included(wanted),
        'included',
      );
    },
  };
}

const history: Make = (room) => {
  const { chance, world, judge } = room;
  const type = anyType(room);
  const id = anyOf(room, type);
  const [level, act] = chance.of<readonly ['instance' | 'type' | 'system', Act]>([
    ['instance', 'read'],
    ['type', 'search'],
    ['system', 'search'],
  ]);
  const inScope = world.versions.filter((one) => level === 'system' || (one.type === type && (level === 'type' || one.id === id)));
  const seen = inScope.filter((one) => {
    const judged = judgedBy(world, one);
    return judged !== undefined && judge.allows(act, judged);
  });
  const of = (one: Stored) => `${one.type}/${one.id}/${one.version}`;
  const path = `${level === 'system' ? '' : `/${type}`}${level === 'instance' ? `/${id}` : ''}/_history?_count=${chance.of([3, 20, 200])}`;
  const refused = refusedOr(room, act, type, seen.length === 0);
  const current = newest(room, type, id);
  const judged = current && judgedBy(world, current);
  const isHidden = level === 'instance' && (judged === undefined || !judge.allows('read', judged));
  const question = searching({
    kind: `history-${level}`,
    path,
    wanted: isHidden ? [] : seen.map(of),
    isRefused: level === 'system' ? ({ status }) => (status === 403 && seen.length === 0 ? 'refused' : 'answered') : refused,
    nameOfEntry: ({ fullUrl, response }) => `${fullUrl.split('/').slice(-2).join('/')}/${/\d+/.exec(response.etag)?.[0]}`,
  });
  if (!isHidden) return question;
  const isRefused = refusedOr(room, 'read', type, true);
  return {
    ...question,
    async put(ask) {
      const reply = await ask({ method: 'GET', path });
      const found = isRefused(reply);
      if (found === 'refused') return undefined;
      return found === 'answered' && reply.status !== 404 ? `${reply.status} instead of 404` : found === 'answered' ? undefined : found;
    },
  };
};

/** A criterion in a query, and who satisfies it among what may be seen. */
interface Criterion {
  readonly text: string;
  readonly filter?: string;
  matches(resource: Plain): boolean;
  /** Types that are looked into besides. */
  readonly through?: readonly string[];
}

function plainCriterion(room: Room, type: WorldType): Criterion {
  const { chance } = room;
  const named = Object.entries(tokens[type] ?? {});
  if (named.length === 0 || chance.happens(25)) {
    const ids = [anyOf(room, type), anyOf(room, type), anyOf(room, type)];
    return { text: `_id=${ids.join()}`, filter: `_id eq ${ids[0]}`, matches: ({ id }) => ids.includes(id) };
  }
  const [name, values] = chance.of(named as [(typeof named)[number]]);
  const value = name === 'code' ? chance.of(codes) : name === 'identifier' ? chance.of(['k1', 'k2', 'k3']) : someValue(room, type, values);
  const isNot = chance.happens(15);
  const has = (resource: Plain) => values(resource).includes(value);
  return {
    text: `${name}${isNot ? ':not' : ''}=${value}`,
    ...(isNot ? {} : { filter: `${name} eq ${value}` }),
    matches: (resource) => has(resource) !== isNot,
  };
}

function someValue({ world, chance }: Room, type: string, values: (resource: Plain) => readonly string[]): string {
  const all = [...world.current.values()].filter(({ resourceType }) => resourceType === type).flatMap(values);
  return chance.of((all.length === 0 ? ['none'] : all) as [string]);
}

function linkedTypes(type: string): readonly (readonly [string, string])[] {
  return Object.entries(links[type] ?? {}).flatMap(([name, { targets }]) => targets.map((target) => [name, target] as const));
}

/** What a link leads to here. `inside`: what is contained stands for itself, nobody may be kept from it who sees what contains it. */
function reached(room: Room, resource: Plain, name: string, target: string, inside: boolean): readonly Plain[] {
  const link = links[resource.resourceType]?.[name];
  if (link === undefined) return [];
  return namesOf(room.world, link, resource).flatMap((one) => {
    if (one === '#') return inside && target === 'Patient' ? resource.contained : [];
    const found = one.startsWith(`${target}/`) ? room.world.current.get(one) : undefined;
    return found !== undefined && room.judge.allows('search', found) ? [found] : [];
  });
}

function referenceCriterion({ world, chance }: Room, type: WorldType): Criterion | undefined {
  const all = linkedTypes(type);
  if (all.length === 0) return undefined;
  const [name, target] = chance.of(all as [(typeof all)[number]]);
  const wanted = `${target}/${chance.of(idsOf(target as WorldType) as [string])}`;
  const link = links[type]?.[name];
  return {
    text: `${name}=${chance.happens(20) ? encodeURIComponent(`${world.base}/${wanted}`) : wanted}`,
    filter: `${name} re ${wanted}`,
    matches: (resource) => link !== undefined && namesOf(world, link, resource).includes(wanted),
  };
}

function chainCriterion(room: Room, type: WorldType, depth = 0): Criterion | undefined {
  const all = linkedTypes(type);
  if (all.length === 0) return undefined;
  const [name, target] = room.chance.of(all as [(typeof all)[number]]);
  const behind =
    (depth === 0 && room.chance.happens(40) ? linkCriterion(room, target as WorldType, 1) : undefined) ??
    plainCriterion(room, target as WorldType);
  return {
    text: `${name}:${target}.${behind.text}`,
    ...(behind.filter === undefined ? {} : { filter: `${name}:${target}.${behind.filter}` }),
    matches: (resource) => reached(room, resource, name, target, true).some((one) => behind.matches(one)),
    through: [target, ...(behind.through ?? [])],
  };
}

function hasCriterion(room: Room, type: WorldType, depth = 0): Criterion | undefined {
  const all = worldTypes.flatMap((source) =>
    linkedTypes(source).flatMap(([name, target]) => (target === type ? [[source, name] as const] : [])),
  );
  if (all.length === 0) return undefined;
  const [source, name] = room.chance.of(all as [(typeof all)[number]]);
  const behind = (depth === 0 && room.chance.happens(40) ? linkCriterion(room, source, 1) : undefined) ?? plainCriterion(room, source);
  const link = links[source]?.[name];
  return {
    text: `_has:${source}:${name}:${behind.text}`,
    matches: (resource) =>
      link !== undefined &&
      visible(room, source).some((one) => namesOf(room.world, link, one).includes(nameOf(resource)) && behind.matches(one)),
    through: [source, ...(behind.through ?? [])],
  };
}

function linkCriterion(room: Room, type: WorldType, depth = 0): Criterion | undefined {
  return room.chance.happens(50) ? chainCriterion(room, type, depth) : hasCriterion(room, type, depth);
}

/** A search that goes through types none of which may be seen at all may be refused, and must be where nothing grants it. */
function refusal(room: Room, type: string, through: readonly string[], found: number): ReturnType<typeof refusedOr> {
  const isBlank = (one: string) => visible(room, one).length === 0;
  const blank = [type, ...through].some(isBlank);
  const must = [type, ...through].find((one) => !room.judge.grants('search', one) && isBlank(one));
  return ({ status, text }) => {
    if (status === 403) return blank ? 'refused' : `refused: ${text.slice(0, 300)}`;
    return must === undefined ? 'answered' : `${status} (${found}), where scopes or role refuse to search ${must}`;
  };
}

function result(chance: Chance): string {
  return chance.of([
    '',
    '',
    '&_count=2',
    '&_count=3&_total=accurate',
    '&_summary=count',
    '&_sort=-_lastUpdated&_count=4',
    '&_total=accurate',
  ]);
}

const search: Make = (room) => {
  const type = anyType(room);
  const first = room.chance.happens(70) ? plainCriterion(room, type) : (referenceCriterion(room, type) ?? plainCriterion(room, type));
  const none: Criterion = { text: '', matches: () => true };
  return searchBy(room, 'search', type, room.chance.happens(25) ? none : first);
};

const linkedSearch: Make = (room) => {
  const type = anyType(room);
  const criterion = linkCriterion(room, type) ?? plainCriterion(room, type);
  const [kind = 'search'] = /^_has|:/.exec(criterion.text) ?? [];
  return searchBy(room, kind === '_has' ? 'has' : kind === ':' ? 'chain' : 'search', type, criterion);
};

const filterSearch: Make = (room) => {
  const type = anyType(room);
  const criteria = [chainCriterion(room, type, 1), referenceCriterion(room, type), plainCriterion(room, type)];
  const found = criteria.find((one) => one?.filter !== undefined);
  if (found?.filter === undefined) return search(room);
  const only = /^_id eq (.*)$/.exec(found.filter)?.[1];
  const chained = /\._id eq /.test(found.filter);
  if (chained) return search(room);
  const matches = only === undefined ? found.matches : ({ id }: Plain) => id === only;
  return searchBy(room, 'filter', type, { ...found, text: `_filter=${encodeURIComponent(found.filter)}`, matches });
};

function searchBy(room: Room, kind: string, type: WorldType, { text, matches, through = [] }: Criterion): Question {
  const wanted = visible(room, type).filter(matches).map(nameOf);
  const path = `/${type}?${text}${result(room.chance)}`.replace('?&', '?');
  return searching({ kind, path, wanted, isRefused: refusal(room, type, through, wanted.length) });
}

const includes: Make = (room) => {
  const type = anyType(room);
  const criterion = plainCriterion(room, type);
  const matches = visible(room, type).filter(criterion.matches);
  const rules = [includeRule(room, type), includeRule(room, type)].filter((one) => one !== undefined);
  const isAgain = room.chance.happens(40);
  const path = `/${type}?${criterion.text}&_count=500${rules.map(({ text, isReverse }) => `&_${isReverse ? 'rev' : ''}include${isAgain ? ':iterate' : ''}=${text}`).join('')}`;
  const found = new Map<string, Plain>();
  let sources: readonly Plain[] = matches;
  const known = new Set(matches.map(nameOf));
  do {
    const next = sources
      .flatMap((source) => rules.flatMap(({ from }) => from(source)))
      .filter((one) => !known.has(nameOf(one)) && !found.has(nameOf(one)));
    for (const one of next) found.set(nameOf(one), one);
    sources = [...new Map(next.map((one) => [nameOf(one), one])).values()];
  } while (isAgain && sources.length > 0);
  return searching({
    kind: isAgain ? 'include-iterate' : 'include',
    path,
    wanted: matches.map(nameOf),
    included: () => [...found.keys()],
    isRefused: refusal(room, type, [], matches.length),
  });
};

interface IncludeRule {
  readonly text: string;
  readonly isReverse: boolean;
  from(source: Plain): readonly Plain[];
}

function includeRule(room: Room, type: WorldType): IncludeRule | undefined {
  const { world, judge, chance } = room;
  if (chance.happens(50)) {
    const all = Object.entries(links[type] ?? {});
    if (all.length === 0) return undefined;
    const [name, link] = chance.of(all as [(typeof all)[number]]);
    const from = (source: Plain) =>
      source.resourceType !== type
        ? []
        : namesOf(world, link, source).flatMap((one) => {
            const found = world.current.get(one);
            return found !== undefined && mayBeIncluded(judge, found) ? [found] : [];
          });
    return { text: `${type}:${name}`, isReverse: false, from };
  }
  const all = worldTypes.flatMap((source) =>
    linkedTypes(source).flatMap(([name, target]) => (target === type ? [[source, name] as const] : [])),
  );
  if (all.length === 0) return undefined;
  const [source, name] = chance.of(all as [(typeof all)[number]]);
  const link = links[source]?.[name];
  const from = (one: Plain) =>
    link === undefined ? [] : visible(room, source).filter((other) => namesOf(world, link, other).includes(nameOf(one)));
  return { text: `${source}:${name}`, isReverse: true, from };
}

/** By the right to read, or where there is none at all by that to search. */
function mayBeIncluded(judge: Judge, found: Plain): boolean {
  return judge.allows('read', found) || (!judge.grants('read', found.resourceType) && judge.allows('search', found));
}

const system: Make = (room) => {
  const { chance } = room;
  const types = [...new Set([anyType(room), anyType(room), anyType(room)])];
  const ids = types.map((type) => anyOf(room, type));
  const byId = chance.happens(50);
  const seen = types.flatMap((type) => visible(room, type)).filter(({ id }) => !byId || ids.includes(id));
  const path = `/?_type=${types.join()}${byId ? `&_id=${ids.join()}` : '&_lastUpdated=gt2000'}${result(chance)}`;
  return searching({
    kind: 'search-system',
    path,
    wanted: seen.map(nameOf),
    isRefused: ({ status }) => (status === 403 && types.every((type) => visible(room, type).length === 0) ? 'refused' : 'answered'),
  });
};

const compartment: Make = (room) => {
  const { world, chance } = room;
  const owner = chance.of(patients);
  const inside = (type: string) =>
    visible(room, type).filter((one) =>
      (compartmentParameters[type] ?? []).some((name) => {
        const link = links[type]?.[name];
        return link !== undefined && namesOf(world, link, one).includes(`Patient/${owner}`);
      }),
    );
  const members = Object.keys(compartmentParameters).filter((type) => type !== 'Patient') as [WorldType, ...WorldType[]];
  const type = chance.of(members);
  const wanted = inside(type);
  return searching({
    kind: 'search-compartment',
    path: `/Patient/${owner}/${type}?${result(chance)}`.replace('?&', '?'),
    wanted: wanted.map(nameOf),
    isRefused: refusal(room, type, [], wanted.length),
  });
};

/** By how often they come. */
const makers: readonly (readonly [number, Make])[] = [
  [14, read],
  [8, vread],
  [9, history],
  [16, search],
  [20, linkedSearch],
  [6, filterSearch],
  [12, includes],
  [6, system],
  [6, compartment],
  [3, validate],
];

export function makeQuestion(room: Room): Question {
  let at = room.chance.number(100);
  for (const [share, make] of makers) {
    if (at < share) return make(room);
    at -= share;
  }
  return read(room);
}
