/**
 * Lays the journal over a store as its resources of the type AuditEvent: read and searched like others, never written. AuditEvents that the
 * store itself holds, from a time without the journal, are not seen meanwhile.
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Key } from '../model/resource.js';
import type { Predicate, Query, ResourceStore, Slice, Version, Where } from '../store/port.js';
import type { JournalSearch } from './journal-search.js';
import { searchBoth } from './search-both.js';

const TYPE = 'AuditEvent';

export function withJournal(base: ResourceStore, journal: JournalSearch): ResourceStore {
  const isOwn = ({ type }: Pick<Key, 'type'>) => type === TYPE;

  // Most read what is not of the journal, and wait for nothing more than without it.
  function read(keys: readonly Key[]): Promise<readonly (Version | undefined)[]> {
    for (const key of keys) if (isOwn(key)) return readBoth(keys);
    return base.read(keys);
  }
  async function readBoth(keys: readonly Key[]): Promise<readonly (Version | undefined)[]> {
    const others = await base.read(keys.filter((key) => !isOwn(key)));
    const next = others[Symbol.iterator]();
    const events = await Promise.all(keys.filter(isOwn).map(readEvent));
    const nextEvent = events[Symbol.iterator]();
    return keys.map((key) => (isOwn(key) ? nextEvent : next).next().value);
  }
  const readEvent = async ({ id, version = 1 }: Key) => (version === 1 ? journal.read(id) : undefined);

  async function search(query: Query): Promise<Slice> {
    const { own, others } = parted(query.where);
    if (own === undefined) return base.search(query);
    if (others.length === 0) return journal.search(own, query);
    return searchBoth({ base: (one) => base.search({ ...one, where: others }), journal: (one) => journal.search(own, one) }, query);
  }

  return {
    ...base,
    read,
    search,
    async find(wheres, atMost) {
      const found = await base.find(
        wheres.map((where) => parted(where).others),
        atMost,
      );
      return Promise.all(
        wheres.map(async (where, at) => {
          const { own } = parted(where);
          const keys = found[at] ?? [];
          if (own === undefined) return keys;
          const { matches } = await journal.search(own, { sort: [], count: atMost });
          return [...keys, ...matches.map(({ version: { type, id, version } }) => ({ type, id, version }))].slice(0, atMost);
        }),
      );
    },
    async count(where, options) {
      const { own, others } = parted(where);
      if (own === undefined) return base.count(where, options);
      const [events, rest] = await Promise.all([
        journal.count(own, options.timeLimit),
        others.length === 0 ? { total: 0, exact: true } : base.count(others, options),
      ]);
      return { total: events.total + rest.total, exact: events.exact && rest.exact };
    },
    async history(query) {
      const { scope } = query;
      if (!('id' in scope)) {
        if (scope.types?.length === 1 && scope.types[0] === TYPE) throw noHistory();
        return base.history(query);
      }
      if (!isOwn(scope)) return base.history(query);
      const version = query.after === undefined ? await journal.read(scope.id) : undefined;
      const isMeant = version !== undefined && version.lastUpdated >= (query.since ?? 0);
      return { versions: isMeant ? [{ version, position: { lastUpdated: version.lastUpdated, number: 0 } }] : [], more: false };
    },
    async countHistory(filter, options) {
      return 'id' in filter.scope && isOwn(filter.scope) ? { total: 1, exact: true } : base.countHistory(filter, options);
    },
    async explain(query) {
      const { own, others } = parted(query.where);
      if (own === undefined) return base.explain(query);
      const { steps } = others.length === 0 ? { steps: [] } : await base.explain({ ...query, where: others });
      return { steps: [...steps, journal.explain(own)] };
    },
  };
}

interface Parted {
  /** What is asked of AuditEvents. */
  readonly own?: Predicate;
  readonly others: Where;
}

/** No AuditEvent stands inside another resource. Throws FhirError for what would ask the store for what refers to, or is referred to by, AuditEvents. */
function parted(where: Where): Parted {
  const own = where.find(({ type }) => type === TYPE);
  const others = where.filter(({ type }) => type !== TYPE);
  for (const { predicate } of others) refuseLinks(predicate);
  return own === undefined ? { others } : { own: own.predicate, others };
}

function refuseLinks(predicate: Predicate): void {
  if (predicate.kind === 'all' || predicate.kind === 'any') {
    for (const one of predicate.of) refuseLinks(one);
  } else if (predicate.kind === 'not') refuseLinks(predicate.of);
  else if (predicate.kind === 'reverse' && predicate.where.some(({ type }) => type === TYPE)) throw noLinks();
  else if (predicate.kind === 'chain' && predicate.where.some(({ type }) => type === TYPE) && predicate.where.every(leadsToEvents))
    throw noLinks();
}

const leadsToEvents = ({ type }: Where[number]) => type === TYPE || type === `#${TYPE}`;

function noLinks() {
  return fault(
    'not-supported',
    message(
      'audit-no-links',
      'AuditEvents are kept apart from the resources: they are searched by themselves (AuditEvent?patient=…), not by what they refer to',
      'AuditEvent 与其他资源分开保存：请直接检索（AuditEvent?patient=…），不能经由其所引用的资源检索',
    ),
  );
}

function noHistory() {
  return fault(
    'not-supported',
    message(
      'audit-no-history',
      'AuditEvents never change, so their type has no history; search them (AuditEvent?date=…) instead',
      'AuditEvent 从不改变，因此该类型没有历史；请改用检索（AuditEvent?date=…）',
    ),
  );
}
