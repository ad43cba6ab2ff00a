/**
 * R4's rules for one request after the other, on a Map: what a server must have answered if the requests had come in this order. Written
 * from the specification alone. Source: R4 http.html#create, #ccreate, #update, #cond-update, #patch, #delete, #cdelete, #trules
 */
import type { Criteria, EntryStep, Identifier, Step, Told } from './step.js';

export interface Held {
  readonly version: number;
  readonly mark: string;
  /** undefined: deleted. */
  readonly identifiers: readonly Identifier[] | undefined;
}

export type State = ReadonlyMap<string, Held>;

export interface Rules {
  readonly conditionalDelete: 'single' | 'multiple';
}

export interface Result {
  readonly state: State;
  /** A transaction that fails may fail by any of its entries. */
  readonly told: readonly Told[];
}

/** `ids`: what creates are given. */
export function perform(rules: Rules, state: State, step: Step, ids: readonly (string | undefined)[]): Result {
  if (step.kind === 'search') return { state, told: [{ status: 200, shown: list(matching(state, step.criteria), state) }] };
  if (step.kind === 'transaction') return transaction(rules, state, step.entries, ids);
  const plan = planned(rules, state, step, ids[0]);
  if (plan.failed !== undefined) return { state, told: [{ status: plan.failed, shown: '' }] };
  const after = written(state, plan.writes);
  return { state: after, told: [{ status: plan.status, shown: shownOf(plan, true) }] };
}

interface Planned {
  readonly failed?: undefined;
  readonly status: number;
  readonly writes: readonly (readonly [id: string, held: Held])[];
  /** What is shown where nothing is written. */
  readonly found?: readonly [id: string, held: Held];
  readonly isDeletion?: boolean;
}
type Plan = Planned | { readonly failed: number };

function planned(rules: Rules, state: State, step: EntryStep, newId: string | undefined): Plan {
  switch (step.kind) {
    case 'create':
      return create(state, step, newId);
    case 'update':
      return refusedBy(step, state.get(step.id)) ?? put(state, step.id, step);
    case 'update-found':
      return updateFound(state, step, newId);
    case 'patch':
      return patch(state, step.id, step);
    case 'patch-found': {
      const [match, ...others] = matching(state, step.criteria);
      if (others.length > 0) return { failed: 412 };
      return match === undefined ? { failed: 404 } : patch(state, match, step);
    }
    case 'delete':
      return refusedBy(step, state.get(step.id)) ?? remove(state, [step.id]);
    case 'delete-found':
      return deleteFound(rules, state, step);
    case 'read': {
      const held = state.get(step.id);
      if (held === undefined) return { failed: 404 };
      return held.identifiers === undefined ? { failed: 410 } : { status: 200, writes: [], found: [step.id, held] };
    }
  }
}

function create(state: State, step: EntryStep & { readonly kind: 'create' }, newId: string | undefined): Plan {
  const [match, ...others] = step.unless === undefined ? [] : matching(state, step.unless);
  if (others.length > 0) return { failed: 412 };
  const held = match === undefined ? undefined : state.get(match);
  if (match !== undefined && held !== undefined) return { status: 200, writes: [], found: [match, held] };
  // An id that is not new is none that a create gives.
  if (newId === undefined || state.has(newId)) return { failed: 0 };
  return put(state, newId, step);
}

function updateFound(state: State, step: EntryStep & { readonly kind: 'update-found' }, newId: string | undefined): Plan {
  const [match, ...others] = matching(state, step.criteria);
  if (others.length > 0) return { failed: 412 };
  if (match !== undefined) {
    if (step.id !== undefined && step.id !== match) return { failed: 400 };
    return refusedBy(step, state.get(match)) ?? put(state, match, step);
  }
  const id = step.id ?? newId;
  const current = step.id === undefined ? undefined : state.get(step.id);
  const refused = refusedBy(step, current);
  if (refused !== undefined) return refused;
  if (current?.identifiers !== undefined) return { failed: 409 };
  if (id === undefined || (step.id === undefined && state.has(id))) return { failed: 0 };
  return put(state, id, step);
}

function patch(state: State, id: string, step: EntryStep & { readonly kind: 'patch' | 'patch-found' }): Plan {
  const current = state.get(id);
  if (current === undefined) return { failed: 404 };
  const refused = refusedBy(step, current);
  if (refused !== undefined) return refused;
  return current.identifiers === undefined ? { failed: 410 } : put(state, id, step);
}

function deleteFound({ conditionalDelete }: Rules, state: State, step: EntryStep & { readonly kind: 'delete-found' }): Plan {
  const matches = matching(state, step.criteria);
  const isSingle = conditionalDelete === 'single' || step.ifMatch !== undefined;
  if (isSingle && matches.length > 1) return { failed: 412 };
  const [match] = matches;
  const refused = matches.length > 1 ? undefined : refusedBy(step, match === undefined ? undefined : state.get(match));
  if (step.ifNoneMatch && match !== undefined) return { failed: 412 };
  return refused ?? remove(state, matches);
}

function remove(state: State, ids: readonly string[]): Planned {
  const writes = ids.flatMap((id) => {
    const held = state.get(id);
    return held?.identifiers === undefined ? [] : [[id, { version: held.version + 1, mark: '', identifiers: undefined }] as const];
  });
  const [only] = ids;
  const held = only === undefined ? undefined : state.get(only);
  const gone = ids.length === 1 && writes.length === 0 && only !== undefined && held !== undefined;
  return { status: writes.length > 1 ? 200 : 204, writes, isDeletion: true, ...(gone && { found: [only, held] as const }) };
}

function put(
  state: State,
  id: string,
  { mark, identifiers }: { readonly mark: string; readonly identifiers: readonly Identifier[] },
): Planned {
  const current = state.get(id);
  const held = { version: (current?.version ?? 0) + 1, mark, identifiers };
  return { status: current?.identifiers === undefined ? 201 : 200, writes: [[id, held]] };
}

function refusedBy(
  { ifMatch, ifNoneMatch }: { readonly ifMatch?: number; readonly ifNoneMatch?: boolean },
  current: Held | undefined,
): { readonly failed: number } | undefined {
  if (ifMatch !== undefined && current?.version !== ifMatch) return { failed: 412 };
  return ifNoneMatch && current?.identifiers !== undefined ? { failed: 412 } : undefined;
}

function written(state: State, writes: Planned['writes']): State {
  return writes.length === 0 ? state : new Map([...state, ...writes]);
}

const order: readonly (readonly EntryStep['kind'][])[] = [
  ['delete', 'delete-found'],
  ['create'],
  ['update', 'update-found', 'patch', 'patch-found'],
  ['read'],
];

/** Creates see what came before them; what deletions are about, and updates and patches, is decided before any of them is done. */
function transaction(rules: Rules, state: State, entries: readonly EntryStep[], ids: readonly (string | undefined)[]): Result {
  let now = state;
  const failures = new Set<number>();
  const plans = new Map<number, Planned>();
  const targets = new Set<string>();
  for (const kinds of order) {
    const before = kinds.includes('delete') || kinds.includes('update') ? now : undefined;
    for (const [index, entry] of entries.entries()) {
      if (!kinds.includes(entry.kind)) continue;
      const plan = planned(rules, before ?? now, entry, ids[index]);
      for (const id of targetsOf(before ?? now, entry)) {
        if (targets.has(id)) failures.add(400);
        targets.add(id);
      }
      if (plan.failed !== undefined) {
        failures.add(plan.failed);
        // A deletion that a precondition forbids: what comes after it may be judged as if it had been done.
        if (entry.kind === 'delete' || entry.kind === 'delete-found') now = written(now, remove(now, targetsOf(now, entry)).writes);
      } else {
        plans.set(index, plan);
        now = written(now, plan.writes);
      }
    }
  }
  if (failures.size > 0) return { state, told: [...failures].map((status) => ({ status, shown: '' })) };
  const shown = entries.map((entry, index) => {
    const plan = plans.get(index);
    return plan === undefined ? '' : `${plan.status} ${shownOf(plan, entry.kind === 'read')}`;
  });
  return { state: now, told: [{ status: 200, shown: shown.join('; ') }] };
}

/** What may stand only once in a transaction. */
function targetsOf(state: State, entry: EntryStep): readonly string[] {
  if (entry.kind === 'read' || entry.kind === 'create') return [];
  if (!('criteria' in entry)) return [entry.id];
  const matches = matching(state, entry.criteria);
  return matches.length === 0 && entry.kind === 'update-found' && entry.id !== undefined ? [entry.id] : matches;
}

/** Deletions show a version alone: that of the deletion. */
function shownOf({ writes, found, isDeletion }: Planned, withMarks: boolean): string {
  if (isDeletion) {
    if (writes.length > 1) return `#${writes.length}`;
    const held = writes[0]?.[1] ?? found?.[1];
    return held === undefined ? '' : `/${held.version}`;
  }
  const one = writes[0] ?? found;
  return one === undefined ? '' : shownAs(one[0], one[1], withMarks);
}

function shownAs(id: string, { version, mark }: Held, withMarks: boolean): string {
  return `${id}/${version}${withMarks ? `=${mark}` : ''}`;
}

function list(ids: readonly string[], state: State): string {
  const texts = ids.flatMap((id) => {
    const held = state.get(id);
    return held === undefined ? [] : [shownAs(id, held, true)];
  });
  return texts.sort().join(', ');
}

function matching(state: State, criteria: Criteria): readonly string[] {
  const ids: string[] = [];
  for (const [id, { identifiers = [] }] of state) {
    const isMatch = criteria.every((any) =>
      any.some(({ system, value }) =>
        identifiers.some((identifier) => identifier.value === value && (system === undefined || identifier.system === system)),
      ),
    );
    if (isMatch) ids.push(id);
  }
  return ids;
}
