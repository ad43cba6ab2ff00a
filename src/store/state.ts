/**
 * What is kept beside the resources: accounts, clients, codes, sessions, grants, denied tokens. Small documents of several kinds, each
 * under a name of its own, none of them in a history, a feed or a search. `test/store/contract/` decides what each word here means.
 */
export interface StateItem {
  /** `account`, `client`, `code`, … */
  readonly kind: string;
  /** Unique within its kind. */
  readonly id: string;
  /** JSON text. */
  readonly value: string;
  /** Names by which several are found, listed and removed together: `grant:…`, `uid:…`. */
  readonly refs?: readonly string[];
  /** Milliseconds UTC, by the clock of whoever asks: from then on it is as if it were not there. Absent: it never expires. */
  readonly expires?: number;
}

/** As it was found: `revision` changes with every writing of the item, also across a removal. */
export interface FoundItem extends StateItem {
  readonly revision: string;
}

/** All verbs are atomic for one item, also among processes, and durable when they resolve. */
export interface StateStore {
  get(kind: string, id: string): Promise<FoundItem | undefined>;
  /** Whether it was put down: false where one of that name is there and has not expired. */
  add(item: StateItem): Promise<boolean>;
  /** Over whatever is there; with `over`, only over the item as it was seen (whether it was done). */
  put(item: StateItem, over?: Pick<FoundItem, 'revision'>): Promise<boolean>;
  /** Removes it and gives it: of several that take, one alone gets it. */
  take(kind: string, id: string): Promise<FoundItem | undefined>;
  /** In the order of their ids (by code point), behind `after`; of those with `ref` alone where it is given. */
  list(kind: string, options: { readonly ref?: string; readonly after?: string; readonly count: number }): Promise<readonly FoundItem[]>;
  /** Kinds that have an item, in their order; perhaps also some whose items have expired. */
  kinds(): Promise<readonly string[]>;
  /** Removes all items, of every kind, that carry the reference; how many. */
  removeAll(ref: string): Promise<number>;
}

/** Items asked for together. */
const TOGETHER = 500;

/** All of a kind, or those of them with a reference, in the order of their ids. */
export async function* eachItem(states: Pick<StateStore, 'list'>, kind: string, ref?: string): AsyncGenerator<FoundItem> {
  for (let after: string | undefined; ; ) {
    const some = await states.list(kind, {
      count: TOGETHER,
      ...(ref === undefined ? {} : { ref }),
      ...(after === undefined ? {} : { after }),
    });
    yield* some;
    after = some.at(-1)?.id;
    if (some.length < TOGETHER) return;
  }
}
