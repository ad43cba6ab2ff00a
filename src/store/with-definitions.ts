/**
 * Lays the conformance resources of R4 and of local packages, read-only, in front of either store: reads, searches and counts see
 * both as one, writes reach the primary store alone. Requests about other types pass with nothing added.
 *
 * One limit is meant: a chain or a reverse inside a search is followed within the layer that holds the resource it starts from.
 * What the definitions refer to are definitions; a link from stored data into them is followed by reading, not by chaining.
 * Source: R4 http.html#read, http.html#search; bundle.html#searchset
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { type Key, keyText } from '../model/resource.js';
import type { Commit, Guard, Position, Query, ResourceStore, Scope, Slice, Version, Where } from './port.js';
import { comparePositions } from './sort-order.js';

/** What the definitions store holds; it never changes while the server runs. */
export interface Held {
  readonly types: ReadonlySet<string>;
  ids(type: string): readonly string[];
  /** The name and version of the package whose resource stands under `[type]/[id]`. */
  packageOf(type: string, id: string): string | undefined;
}

type Find = ResourceStore['find'];

/** `definitions` is complete and arranged: the build made it. `primary` may hold resources that a package brought only later; they are hidden. */
export function withDefinitions(primary: ResourceStore, definitions: ResourceStore, held: Held): ResourceStore {
  const holds = ({ type, id }: Key) => held.types.has(type) && held.packageOf(type, id) !== undefined;
  const concerns = (where: Where) => where.some(({ type }) => held.types.has(type));
  const inDefinitions = (where: Where) => where.filter(({ type }) => held.types.has(type));
  const inPrimary = hiding(primary, held);
  // Definitions came with the build: they are no part of what happened to a type.
  const historyOf = (scope: Scope) => ('id' in scope && holds(scope) ? definitions : primary);

  async function search(query: Query): Promise<Slice> {
    const { where, after, sort, backward = false } = query;
    if (!concerns(where)) return primary.search(query);
    const [first, then] = startingPoints(after);
    const inFront = async () => {
      const { more, matches } = await definitions.search({ ...query, where: inDefinitions(where), ...first });
      return { more, matches: matches.map(marked) };
    };
    const behind = async () => primary.search({ ...query, where: await inPrimary(where), ...then });
    // Without a sort the definitions come first, all of them.
    const [nearer, farther] = backward ? [behind, inFront] : [inFront, behind];
    const one = await nearer();
    if (sort.length === 0 && one.more) return one;
    const other = await farther();
    return backward ? mergeBackward(other, one, query) : merge(one, other, query);
  }

  const find: Find = async (wheres, atMost) => {
    if (!wheres.some(concerns)) return primary.find(wheres, atMost);
    const own = await Promise.all(wheres.map(inPrimary));
    const [before, behind] = await Promise.all([definitions.find(wheres.map(inDefinitions), atMost), primary.find(own, atMost)]);
    return wheres.map((_, at) => [...(before[at] ?? []), ...(behind[at] ?? [])].slice(0, atMost));
  };

  async function guardOfPrimary(guard: Guard): Promise<Guard> {
    if (!concerns(guard.where)) return guard;
    // What the definitions contribute to a search never changes: only the rest needs to be guarded.
    return { ...guard, where: await inPrimary(guard.where), keys: guard.keys.filter((key) => !holds(key)) };
  }

  async function commit({ writes, guards, ...others }: Commit): Promise<void> {
    const refused = writes.find(({ version }) => holds(version));
    if (refused !== undefined) throw readOnly(refused.version, held);
    await primary.commit({ writes, guards: await Promise.all(guards.map(guardOfPrimary)), ...others });
  }

  return {
    needsNames: primary.needsNames,
    states: primary.states,
    audit: primary.audit,
    arrange: (layout) => primary.arrange(layout),
    read: (keys) => (keys.some(holds) ? readBoth(keys, holds, primary, definitions) : primary.read(keys)),
    history: (query) => historyOf(query.scope).history(query),
    countHistory: (filter, options) => historyOf(filter.scope).countHistory(filter, options),
    changes: (after, options) => primary.changes(after, options),
    lastCursor: () => primary.lastCursor(),
    search,
    find,
    async count(where, options) {
      if (!concerns(where)) return primary.count(where, options);
      const parts = [definitions.count(inDefinitions(where), options), primary.count(await inPrimary(where), options)] as const;
      const [before, behind] = await Promise.all(parts);
      return { total: before.total + behind.total, exact: before.exact && behind.exact };
    },
    commit,
    note: (name) => primary.note(name),
    async reindex(of) {
      const refused = of.find(holds);
      if (refused !== undefined) throw readOnly(refused, held);
      return primary.reindex(of);
    },
    state: (name) => primary.state(name),
    putState: (name, value, before) => primary.putState(name, value, before),
    async explain(query) {
      if (!concerns(query.where)) return primary.explain(query);
      const [before, behind] = await Promise.all([
        definitions.explain({ ...query, where: inDefinitions(query.where) }),
        primary.explain({ ...query, where: await inPrimary(query.where) }),
      ]);
      return { steps: [...before.steps, ...behind.steps] };
    },
    async describe() {
      const [own, more] = await Promise.all([primary.describe(), definitions.describe()]);
      return { ...own, details: { ...own.details, definitions: more.resources } };
    },
    async close() {
      await Promise.all([primary.close(), definitions.close()]);
    },
  };
}

function readOnly(key: Key, held: Held) {
  const [name, from] = [keyText(key), held.packageOf(key.type, key.id) ?? ''];
  return fault(
    'not-supported',
    message(
      'definition-read-only',
      `${name} is part of the package ${from} and read-only here; a resource of your own needs another id`,
      `${name} 属于软件包 ${from}，在此只读；自己的资源请使用其他 id`,
    ),
    { status: 405, headers: { Allow: 'GET, HEAD' } },
  );
}

async function readBoth(
  keys: readonly Key[],
  holds: (key: Key) => boolean,
  primary: ResourceStore,
  definitions: ResourceStore,
): Promise<readonly (Version | undefined)[]> {
  const [own, more] = await Promise.all([primary.read(keys.filter((key) => !holds(key))), definitions.read(keys.filter(holds))]);
  const [nextOwn, nextMore] = [own[Symbol.iterator](), more[Symbol.iterator]()];
  return keys.map((key) => (holds(key) ? nextMore : nextOwn).next().value);
}

/**
 * The `where` as the primary store is to answer it: without resources whose place a package has taken since. Which those are is
 * found once for each type; none can be added, because writing them is refused.
 */
function hiding(primary: ResourceStore, held: Held): (where: Where) => Promise<Where> {
  const hidden = new Map<string, Promise<readonly string[]>>();
  const find = async (type: string) => {
    const ids = held.ids(type);
    const versions = await primary.read(ids.map((id) => ({ type, id })));
    return ids.filter((_, at) => versions[at] !== undefined);
  };
  const hiddenOf = (type: string) => {
    const found = hidden.get(type) ?? find(type);
    hidden.set(type, found);
    // A store that could not answer is asked again.
    found.catch(() => hidden.delete(type));
    return found;
  };
  return (where) =>
    Promise.all(
      where.map(async ({ type, predicate }) => {
        const ids = held.types.has(type) ? await hiddenOf(type) : [];
        if (ids.length === 0) return { type, predicate };
        return { type, predicate: { kind: 'all', of: [predicate, { kind: 'not', of: { kind: 'id', ids } }] } } as const;
      }),
    );
}

type Match = Slice['matches'][number];

/** Creation numbers of the definitions are told from those of the primary store by their sign. */
function marked({ version, position }: Match): Match {
  return { version, position: { ...position, number: -1 - position.number } };
}

/** Where each layer goes on, either way: at equal sort values definitions stand before what the primary store holds. */
function startingPoints(after: Position | undefined): readonly [{ readonly after?: Position }, { readonly after?: Position }] {
  if (after === undefined) return [{}, {}];
  const { values, number } = after;
  if (number < 0) return [{ after: { values, number: -1 - number } }, { after: { values, number: -1 } }];
  return [{ after: { values, number: Number.MAX_SAFE_INTEGER } }, { after }];
}

/** Both slices hold as many as were asked for, if there are so many: what is cut off here comes again on the next page. */
function merge(definitions: Slice, primary: Slice, { sort, count }: Query): Slice {
  const [before, behind] = [definitions.matches, primary.matches];
  const matches: Match[] = [];
  let [i, j] = [0, 0];
  while (matches.length < count) {
    const [one, other] = [before[i], behind[j]];
    const next = other === undefined || (one !== undefined && comparePositions(one.position, other.position, sort) <= 0) ? one : other;
    if (next === undefined) break;
    matches.push(next);
    if (next === one) i++;
    else j++;
  }
  return { matches, more: i < before.length || j < behind.length || definitions.more || primary.more };
}

/** The same from behind: the last ones of both, still in their order. */
function mergeBackward(definitions: Slice, primary: Slice, { sort, count }: Query): Slice {
  const [before, behind] = [definitions.matches, primary.matches];
  const matches: Match[] = [];
  let [i, j] = [before.length, behind.length];
  while (matches.length < count) {
    const [one, other] = [before[i - 1], behind[j - 1]];
    const next = one === undefined || (other !== undefined && comparePositions(one.position, other.position, sort) <= 0) ? other : one;
    if (next === undefined) break;
    matches.push(next);
    if (next === one) i--;
    else j--;
  }
  return { matches: matches.reverse(), more: i > 0 || j > 0 || definitions.more || primary.more };
}
