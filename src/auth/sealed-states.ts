/**
 * The state store as the authorization server sees it: what it keeps is sealed with the operator's key, where there is one, and whoever reads
 * the store or a backup of it learns no signing key, no second factor and no token from it. Kinds, ids, references and times stay readable.
 * What lies there in clear is read as it is, and sealed when it is written next, or by `resealAll`.
 */
import { eachItem, type FoundItem, type StateItem, type StateStore } from '../store/state.js';
import { type KeyRing, sealedWith } from './key-ring.js';

/** What is a secret itself, leads to one, or says who has what. Counters, digests and denials stay as they are, and so does what others keep. */
const sealedKinds: ReadonlySet<string> = new Set([
  'account',
  'authorization-code',
  'choosing',
  'claims',
  'client',
  'grant',
  'grant-context',
  'initial-access-token',
  'interaction',
  'keys',
  'launch',
  'refresh-token',
  'registration-access-token',
  'registration-limits',
  'secret',
  'session',
  'signing-in',
]);
/** Which keys sealed something: a process without one of them is told so at its start. */
const note = { kind: 'server', id: 'sealed-with' };

const behind = new WeakMap<StateStore, StateStore>();

/** The one that is seen through it: what is heard of one is heard of the other. */
export function storeBehind(states: StateStore): StateStore {
  return behind.get(states) ?? states;
}

export function sealedStates(states: StateStore, ring: KeyRing): StateStore {
  const seal = (item: StateItem): StateItem =>
    sealedKinds.has(item.kind) ? { ...item, value: ring.seal(item.value, placeOf(item)) } : item;
  const unseal = (item: FoundItem): FoundItem => ({ ...item, value: ring.unseal(item.value, placeOf(item)) });
  const found = (item: FoundItem | undefined) => item && unseal(item);
  const ours: StateStore = {
    get: async (kind, id) => found(await states.get(kind, id)),
    add: (item) => states.add(seal(item)),
    put: (item, over) => states.put(seal(item), over),
    async take(kind, id) {
      // What this process has not the key for stays there for those that have it.
      found(await states.get(kind, id));
      return found(await states.take(kind, id));
    },
    list: async (kind, options) => (await states.list(kind, options)).map(unseal),
    kinds: () => states.kinds(),
    removeAll: (ref) => states.removeAll(ref),
  };
  behind.set(ours, storeBehind(states));
  return ours;
}

/** Names of keys that sealed something in the store and are not on the ring; where there are none, that which seals is noted. */
export async function missingKeys(states: StateStore, ring: KeyRing): Promise<readonly string[]> {
  const [seals] = ring.names;
  for (;;) {
    const item = await states.get(note.kind, note.id);
    const noted: readonly string[] = item === undefined ? [] : JSON.parse(item.value);
    const missing = noted.filter((name) => !ring.names.includes(name));
    if (missing.length > 0 || seals === undefined || noted.includes(seals)) return missing;
    const value = JSON.stringify([...noted, seals]);
    if (await (item === undefined ? states.add({ ...note, value }) : states.put({ ...note, value }, item))) return [];
  }
}

export interface Standing {
  /** By the name of the key, how many items it sealed. */
  readonly sealed: ReadonlyMap<string, number>;
  readonly inClear: number;
  /** Whether the keys that sign are among them. */
  readonly keysInClear: boolean;
}

export async function standingOf(states: StateStore): Promise<Standing> {
  const sealed = new Map<string, number>();
  let [inClear, keysInClear] = [0, false];
  for await (const { kind, value } of secrets(states)) {
    const name = sealedWith(value);
    if (name !== undefined) sealed.set(name, (sealed.get(name) ?? 0) + 1);
    else inClear++;
    keysInClear ||= name === undefined && kind === 'keys';
  }
  return { sealed, inClear, keysInClear };
}

/** Seals all with the ring's first key, beside servers that go on; how many items were not. */
export async function resealAll(states: StateStore, ring: KeyRing): Promise<number> {
  const [seals] = ring.names;
  const ours = sealedStates(states, ring);
  let count = 0;
  for await (const { kind, id, value } of secrets(states)) {
    if (sealedWith(value) === seals) continue;
    // Whoever writes it meanwhile seals it: it is looked at again.
    for (let item = await ours.get(kind, id); item !== undefined; item = await ours.get(kind, id)) if (await ours.put(item, item)) break;
    count++;
  }
  await noteThoseInUse(states);
  return count;
}

/** Others are needed no longer, unless a process still seals with them. */
async function noteThoseInUse(states: StateStore): Promise<void> {
  const item = await states.get(note.kind, note.id);
  const { sealed } = await standingOf(states);
  if (item !== undefined) await states.put({ ...note, value: JSON.stringify([...sealed.keys()]) }, item);
}

async function* secrets(states: StateStore): AsyncGenerator<FoundItem> {
  for (const kind of sealedKinds) yield* eachItem(states, kind);
}

function placeOf({ kind, id }: Pick<StateItem, 'kind' | 'id'>): string {
  return `${kind}\n${id}`;
}
