/** Makes the entries of several types anew, those first that are done soonest. */
import type { Complete } from './record.js';
import { everywhere, forgetPlace, type WalkSetting, walkEmpty, walkType, whole } from './walk.js';

export interface Run {
  readonly types: readonly string[];
  /** What is complete already, and needs no walk. */
  readonly complete: Complete;
  /** Puts down what has become complete. */
  readonly record: (done: Complete) => Promise<void>;
}

/** Ends early where another process took over. Types whose parameters changed meanwhile are not put down. */
export async function runWalks(setting: WalkSetting, { types, complete, record }: Run): Promise<void> {
  const keys: Complete = Object.fromEntries(types.map((type) => [type, setting.keysOf(type)]));
  const pick = (some: readonly string[]): Complete => Object.fromEntries(some.map((type) => [type, keys[type] ?? {}]));
  // Where nothing is new, only parameters that are gone are to be forgotten.
  const known = types.filter((type) => isWithin(keys[type] ?? {}, complete[type] ?? {}));
  if (known.length > 0) await record(pick(known));
  const { empty, filled } = await parted(
    setting,
    types.filter((type) => !known.includes(type)),
  );
  if (empty.types.length > 0) {
    if ((await walkEmpty(setting, empty.types, empty.cursor)) !== 'complete') return;
    await record(pick(empty.types));
  }
  for (const type of filled) {
    const walked = await walkType(setting, type, keys[type] ?? {});
    if (walked === 'lost') return;
    if (walked === 'changed') continue;
    await record(pick([type]));
    await forgetPlace(setting.store, type);
  }
}

function isWithin(keys: Complete[string], complete: Complete[string]): boolean {
  return Object.entries(keys).every(([code, made]) => complete[code] === made);
}

/** Milliseconds for counting a type. */
const COUNTING = 200;

async function parted({ store }: WalkSetting, types: readonly string[]) {
  const cursor = await store.lastCursor();
  const found = await store.find(types.map(everywhere), 1);
  const counted: { readonly type: string; readonly total: number }[] = [];
  for (const [at, type] of types.entries()) {
    if (found[at]?.length) counted.push({ type, total: (await store.count(whole(type), { timeLimit: COUNTING })).total });
  }
  const filled = counted.sort((a, b) => a.total - b.total).map(({ type }) => type);
  return { empty: { types: types.filter((type) => !filled.includes(type)), cursor }, filled };
}
