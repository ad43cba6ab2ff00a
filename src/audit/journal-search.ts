/**
 * Searches for AuditEvents, answered from the journal: its index narrows, and each event that is left is made and judged by its search
 * parameters, as a stored one would be. Source: R4 auditevent.html#search
 */
import { createBreath } from '../model/breath.js';
import { inSteps } from '../model/in-steps.js';
import type { Resource } from '../model/resource.js';
import type { Candidate, Search } from '../search/search.js';
import type { AuditLog } from '../store/audit-log.js';
import {
  type Count,
  type ExplainedStep,
  type Position,
  type Predicate,
  type Query,
  type ResourceStore,
  type Slice,
  type Sort,
  StoreCostly,
  type Version,
  type Where,
} from '../store/port.js';
import { eventId, eventsOf, parseEventId } from './audit-event.js';
import { type Narrowed, narrow } from './narrow.js';
import { type From, type Step, type Walking, walkEvents } from './walk.js';

export interface JournalSearchRooms {
  readonly log: AuditLog;
  /** What holds all else: chains lead to it. */
  readonly store: Pick<ResourceStore, 'search'>;
  readonly search: Pick<Search, 'extractInSteps' | 'matches'>;
  readonly baseUrl: string;
}

export interface JournalSearch {
  read(id: string): Promise<Version | undefined>;
  search(predicate: Predicate, query: Omit<Query, 'where'>): Promise<Slice>;
  count(predicate: Predicate, timeLimit: number | undefined): Promise<Count>;
  explain(predicate: Predicate): ExplainedStep;
}

export function createJournalSearch(rooms: JournalSearchRooms): JournalSearch {
  const { log, baseUrl } = rooms;

  async function* matches(
    predicate: Predicate,
    walking: Omit<Walking, keyof Narrowed>,
    timeLimit: number | undefined,
  ): AsyncGenerator<Step> {
    const end = timeLimit === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeLimit;
    const asked = await followed(rooms, predicate);
    const { ids, ...narrowed } = narrow(asked);
    const breath = createBreath();
    for await (const step of ids === undefined ? walkEvents(log, { ...narrowed, ...walking }, baseUrl) : byIds(ids, walking)) {
      if (performance.now() > end) throw tooLong();
      if (await judge(rooms, asked, step)) yield step;
      await breath();
    }
  }

  async function* byIds(ids: readonly string[], { descending, after }: Omit<Walking, keyof Narrowed>): AsyncGenerator<Step> {
    const steps: Step[] = [];
    for (const id of ids) {
      const step = await stepAt(id);
      if (step !== undefined) steps.push(step);
    }
    steps.sort((a, b) => (descending ? compare(b, a) : compare(a, b)));
    for (const step of steps) {
      const beyond = after === undefined ? 1 : compare(step, { record: after, patient: after.patient });
      if (descending ? after === undefined || beyond < 0 : beyond > 0) yield step;
    }
  }

  async function stepAt(id: string): Promise<Step | undefined> {
    const place = parseEventId(id);
    const [record] = place === undefined ? [] : await log.read([place]);
    const event = record === undefined || place === undefined ? undefined : eventsOf(record, baseUrl)[place.patient];
    return record === undefined || event === undefined || place === undefined ? undefined : { record, patient: place.patient, event };
  }

  return {
    async read(id) {
      const step = await stepAt(id);
      return step && versionOf(step);
    },
    async search(predicate, { sort, count, after, backward = false, timeLimit }) {
      const newestFirst = isDescending(sort) !== backward;
      const walking = { descending: newestFirst, ...(after === undefined ? {} : { after: fromPlace(after) }) };
      const found: Slice['matches'][number][] = [];
      let more = false;
      for await (const step of matches(predicate, walking, timeLimit)) {
        more = found.length === count;
        if (more) break;
        found.push({ version: versionOf(step), position: positionOf(step, sort) });
      }
      return { matches: backward ? found.reverse() : found, more };
    },
    async count(predicate, timeLimit) {
      let total = 0;
      try {
        for await (const _ of matches(predicate, { descending: true }, timeLimit)) total++;
      } catch (error) {
        if (error instanceof StoreCostly) return { total, exact: false };
        throw error;
      }
      return { total, exact: true };
    },
    explain(predicate) {
      const narrowed = narrow(predicate);
      const isNarrow = narrowed.anyOf !== undefined || narrowed.ids !== undefined;
      return {
        purpose: 'walk through the journal of the audit, and judge each AuditEvent',
        statement: JSON.stringify(narrowed),
        values: [],
        plan: [],
        indexes: isNarrow ? ['journal keys'] : ['journal time'],
        scans: !isNarrow && narrowed.from === undefined,
        milliseconds: 0,
        rows: 0,
      };
    },
  };
}

function compare(a: Pick<Step, 'patient'> & { readonly record: Omit<From, 'patient'> }, b: typeof a): number {
  const [one, other] = [a.record, b.record];
  const byChain = one.chain < other.chain ? -1 : one.chain > other.chain ? 1 : 0;
  return one.time - other.time || byChain || one.number - other.number || a.patient - b.patient;
}

function versionOf({ record, patient, event }: Step): Version {
  const id = eventId({ ...record, patient });
  return { type: 'AuditEvent', id, version: 1, lastUpdated: record.time, method: 'POST', json: Buffer.from(JSON.stringify(event)) };
}

/** The newest first where nothing else is asked. Throws StoreCostly for an order that the journal does not stand in. */
export function isDescending(sort: readonly Sort[]): boolean {
  const [first = { slot: '_lastUpdated', descending: true }] = sort;
  const byTime = sort.every((one) => ('slot' in one ? one.slot === '_lastUpdated' || one.slot === 'date' : one.param === 'date'));
  if (!byTime || sort.some(({ descending }) => descending !== first.descending))
    throw new StoreCostly('AuditEvents stand in the order of their time: _sort=date, -date, _lastUpdated or -_lastUpdated');
  return first.descending;
}

function positionOf({ record, patient }: Step, sort: readonly Sort[]): Position {
  const { time, chain, number } = record;
  return { values: sort.map(() => time), number: 0, place: [time, chain, number, patient].join(' ') };
}

function fromPlace({ place = '' }: Position): From {
  const [time, chain = '', number, patient] = place.split(' ');
  return { time: Number(time), chain, number: Number(number), patient: Number(patient) };
}

async function judge({ search }: JournalSearchRooms, predicate: Predicate, { record, event }: Step): Promise<boolean> {
  const candidate = await candidateOf(search, event, record.time);
  return search.matches([{ type: 'AuditEvent', predicate }], candidate);
}

async function candidateOf(search: JournalSearchRooms['search'], resource: Resource, lastUpdated: number): Promise<Candidate> {
  const { entries, compartments, contained = [] } = await inSteps(search.extractInSteps(resource));
  return { type: resource.resourceType, id: resource.id ?? '', lastUpdated, entries, compartments, contained };
}

/** What a chain may lead to, at most. */
const CHAINED = 500;

/** Chains are followed first: their ends are what is then looked for. Nothing refers to an AuditEvent that could be found here. */
async function followed(rooms: JournalSearchRooms, predicate: Predicate): Promise<Predicate> {
  switch (predicate.kind) {
    case 'all':
    case 'any':
      return { kind: predicate.kind, of: await Promise.all(predicate.of.map((one) => followed(rooms, one))) };
    case 'not':
      return { kind: 'not', of: await followed(rooms, predicate.of) };
    case 'chain':
      return { kind: 'match', param: predicate.param, match: { kind: 'reference', targets: await endsOf(rooms, predicate.where) } };
    case 'reverse':
      throw new StoreCostly('What refers to an AuditEvent cannot be asked for: they are kept apart from the resources');
    default:
      return predicate;
  }
}

async function endsOf({ store }: JournalSearchRooms, where: Where): Promise<readonly string[]> {
  const own = where.filter(({ type }) => !type.startsWith('#'));
  if (own.length === 0) return [];
  const { matches, more } = await store.search({ where: own, sort: [], count: CHAINED });
  if (more) throw new StoreCostly(`the chain leads to more than ${CHAINED} resources; more criteria would help`);
  return matches.map(({ version }) => `${version.type}/${version.id}`);
}

function tooLong(): StoreCostly {
  return new StoreCostly('too many AuditEvents had to be looked at; a date, a patient, an entity or an agent would narrow the search');
}
