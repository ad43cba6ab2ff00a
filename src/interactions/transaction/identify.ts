/**
 * Gives every entry of a transaction its target: the instance it writes, or finds instead. Criteria are answered by the store
 * and by what the Bundle itself creates. Source: R4 http.html#trules, http.html#ccreate, http.html#cond-update
 */

import type { Access } from '../../access/access.js';
import { createBreath } from '../../model/breath.js';
import { isObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { type Key, keyText, type Resource } from '../../model/resource.js';
import type { Criteria, Parameters } from '../../search/search.js';
import type { Guard } from '../../store/port.js';
import { resourceOf } from '../body.js';
import { atMostOne, ifNoneExistParameters } from '../conditional.js';
import { type DeletingRooms, mostDeleted, refuseTooMany } from '../delete.js';
import type { Rooms, View } from '../intent.js';
import { theMatch } from '../patch.js';
import { conditionalUpdateId } from '../update.js';
import { type Answered, answerCriteria, type Sought } from './bulk-criteria.js';
import { atEntry, type TransactionEntry } from './entries.js';
import { type LinkMap, urnsIn } from './link-map.js';
import { replaceLinks, withinBundle } from './links.js';
import { createOverlay, type Overlay } from './overlay.js';

export type Identified = { readonly entry: TransactionEntry } & (
  | { readonly kind: 'write'; readonly key: Key; readonly guard?: Guard }
  /** A conditional create that found something: in the store, or in the Bundle. */
  | { readonly kind: 'existing'; readonly key: Key; readonly guard: Guard }
  /** A conditional delete that found nothing. */
  | { readonly kind: 'nothing'; readonly guard: Guard }
  /** Nothing is written: reads, searches, operations. */
  | { readonly kind: 'read' }
);

type IdentifyingRooms = Pick<Rooms, 'definitions' | 'newId'> & DeletingRooms;

interface State {
  readonly rooms: IdentifyingRooms;
  readonly links: LinkMap;
  /** What the Bundle writes by POST or PUT. */
  readonly created: Overlay;
  /** `Type/id` of what the Bundle deletes. */
  readonly deleted: Set<string>;
  /** `Type/id` of what it deletes or updates: the store knows it as it was. */
  readonly touched: Set<string>;
  /** What conditional updates by the same criteria were given already. */
  readonly updated: Map<Criteria, Key>;
  /** More than one where a conditional delete is for many. */
  readonly results: Map<TransactionEntry, readonly Identified[]>;
}

/** `entries` in the order of processing; fills `links`. Throws FhirError as seen from the Bundle. */
export async function identify(
  rooms: IdentifyingRooms,
  view: View,
  entries: readonly TransactionEntry[],
  links: LinkMap,
): Promise<Identified[]> {
  const deleted = new Set<string>();
  const touched = new Set<string>();
  const created = createOverlay(rooms, { lastUpdated: rooms.now(), isTouched: (name) => touched.has(name) });
  const state: State = { rooms, links, created, deleted, touched, updated: new Map(), results: new Map() };
  const conditional: Conditional[] = [];
  const breath = createBreath();
  for (const entry of entries) {
    const own = criteriaOf(entry);
    if (own !== undefined) conditional.push({ entry, own });
    else settle(state, entry, [directTarget(rooms, entry)]);
    const pause = breath();
    if (pause !== undefined) await pause;
  }
  await identifyByCriteria(state, view, conditional);
  return entries.flatMap((entry) => state.results.get(entry) ?? []);
}

function directTarget(rooms: IdentifyingRooms, entry: TransactionEntry): Identified {
  const { request } = entry;
  if (request.interaction === 'create') return { entry, kind: 'write', key: { type: request.type, id: rooms.newId() } };
  if (request.interaction === 'update' || request.interaction === 'patch' || request.interaction === 'delete') {
    return { entry, kind: 'write', key: { type: request.type, id: request.id } };
  }
  return { entry, kind: 'read' };
}

/** Criteria that name an entry whose own target is not known yet wait for it; where all wait there is a circle. */
async function identifyByCriteria(state: State, view: View, conditional: readonly Conditional[]): Promise<void> {
  let pending = conditional;
  while (pending.length > 0) {
    const { ready, waiting } = await parted(pending);
    const [first] = ready;
    if (first === undefined) throw circle(pending);
    await identifyTogether(state, view, ready, first.entry.request.access);
    pending = waiting;
  }
}

async function parted(pending: readonly Conditional[]): Promise<Readonly<Record<'ready' | 'waiting', readonly Conditional[]>>> {
  const unknown = new Set(pending.map(({ entry }) => entry.fullUrl));
  const ready: Conditional[] = [];
  const waiting: Conditional[] = [];
  const breath = createBreath();
  for (const one of pending) {
    (names(one.own.parameters, unknown) ? waiting : ready).push(one);
    const pause = breath();
    if (pause !== undefined) await pause;
  }
  return { ready, waiting };
}

async function identifyTogether(state: State, view: View, ready: readonly Conditional[], access: Access): Promise<void> {
  const sought: Sought[] = [];
  let most = 1;
  const breath = createBreath();
  for (const { entry, own } of ready) {
    sought.push({ index: entry.index, ...own, parameters: state.links.replaceWithin(own.parameters) });
    if (entry.request.interaction === 'conditional-delete') most = Math.max(most, mostDeleted(state.rooms, entry.request));
    const pause = breath();
    if (pause !== undefined) await pause;
  }
  const answers = await answerCriteria(state.rooms, view, access, sought, most + 1 + state.deleted.size);
  for (const [position, { entry }] of ready.entries()) {
    const answer = answers[position];
    if (answer !== undefined) settle(state, entry, await conditionalTargets(state, entry, answer));
    const pause = breath();
    if (pause !== undefined) await pause;
  }
}

interface Conditional {
  readonly entry: TransactionEntry;
  readonly own: OwnCriteria;
}

interface OwnCriteria {
  readonly type: string;
  readonly parameters: Parameters;
  readonly isIfNoneExist?: boolean;
}

function criteriaOf({ request, index }: TransactionEntry): OwnCriteria | undefined {
  const { interaction } = request;
  if (interaction === 'conditional-update' || interaction === 'conditional-patch' || interaction === 'conditional-delete') {
    return { type: request.type, parameters: request.parameters };
  }
  const { ifNoneExist } = request.preconditions;
  return interaction === 'create' && ifNoneExist !== undefined
    ? { type: request.type, parameters: atEntry(index, () => ifNoneExistParameters(ifNoneExist, request.type)), isIfNoneExist: true }
    : undefined;
}

function names(parameters: Parameters, fullUrls: ReadonlySet<string | undefined>): boolean {
  return parameters.some(([, value]) => urnsIn(value).some((urn) => fullUrls.has(urn)));
}

async function conditionalTargets(state: State, entry: TransactionEntry, answered: Answered): Promise<readonly Identified[]> {
  const { request, index } = entry;
  const { criteria, inStore } = answered;
  const guard: Guard = { where: criteria.where, keys: inStore, names: criteria.names };
  if (request.interaction !== 'conditional-delete') {
    const remaining = inStore.filter((key) => !state.deleted.has(keyText(key)));
    return [await conditionalTarget(state, entry, { criteria, guard, remaining })];
  }
  // Also what another entry deletes: resolved identities that overlap fail the transaction, whichever entry stands first.
  atEntry(index, () => refuseTooMany(state.rooms, request, inStore, request.type));
  return inStore.length === 0 ? [{ entry, kind: 'nothing', guard }] : inStore.map((key) => ({ entry, kind: 'write', key, guard }));
}

interface Remaining {
  readonly criteria: Criteria;
  readonly guard: Guard;
  /** What the store has and the Bundle does not delete. */
  readonly remaining: readonly Key[];
}

async function conditionalTarget(state: State, entry: TransactionEntry, { criteria, guard, remaining }: Remaining): Promise<Identified> {
  const { request, index } = entry;
  const { interaction } = request;
  if (interaction !== 'create' && interaction !== 'conditional-update' && interaction !== 'conditional-patch')
    return { entry, kind: 'read' };
  const { type } = request;
  const inBundle = await state.created.matching(type, criteria);
  if (interaction === 'conditional-patch') {
    return { entry, kind: 'write', key: atEntry(index, () => theMatch(eachOnce([...remaining, ...inBundle]), type)), guard };
  }
  const same = interaction === 'create' ? undefined : state.updated.get(criteria);
  const match = same ?? atEntry(index, () => atMostOne(eachOnce([...remaining, ...inBundle]), type));
  if (interaction === 'create') {
    return match === undefined
      ? { entry, kind: 'write', key: { type, id: state.rooms.newId() }, guard }
      : { entry, kind: 'existing', key: match, guard };
  }
  const id = atEntry(index, () => conditionalUpdateId(resourceOf(request.body, type), match?.id)) ?? state.rooms.newId();
  const key = match ?? { type, id };
  state.updated.set(criteria, key);
  return { entry, kind: 'write', key, guard };
}

/** What the Bundle updates is found in the store and in the Bundle. */
function eachOnce(keys: readonly Key[]): readonly Key[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}

/** What is known now can be linked to, and found by criteria that come later. */
function settle(state: State, entry: TransactionEntry, all: readonly Identified[]): void {
  state.results.set(entry, all);
  for (const identified of all) note(state, identified);
}

function note(state: State, identified: Identified): void {
  const { entry } = identified;
  if (identified.kind !== 'write' && identified.kind !== 'existing') return;
  const { body } = entry.request;
  state.links.add(entry.fullUrl, identified.key, isObject(body) && body.url === entry.fullUrl);
  if (identified.kind === 'existing') return;
  // What a patch makes of a resource is not known yet: to criteria it is as the store has it.
  if (entry.method === 'PATCH') return;
  if (entry.method !== 'POST') state.touched.add(keyText(identified.key));
  if (entry.method === 'DELETE') state.deleted.add(keyText(identified.key));
  if (entry.method === 'DELETE' || !isObject(body) || body.resourceType !== identified.key.type) return;
  const within = withinBundle(state.links, entry.fullUrl);
  const { stamp } = entry.request.access;
  const made = stamp === undefined ? (body as Resource) : stamp(body as Resource, undefined);
  state.created.add(identified.key, () => replaceLinks(state.rooms.definitions, made, within));
}

function circle([first]: readonly Conditional[]) {
  return fault(
    'invalid',
    message(
      'criteria-circle',
      'The criteria of this entry depend on an entry whose own criteria depend on it',
      '该条目的条件依赖于另一条目，而后者的条件又依赖于该条目',
    ),
    { expression: `Bundle.entry[${first?.entry.index}].request` },
  );
}
