/** Sets of codes in which whole code systems stand by their names. Source: R4 valueset.html#compositions */

export interface Selection {
  /** Systems of which every code is meant. */
  readonly wholes: ReadonlySet<string>;
  /** Of other systems, and perhaps of these: the codes that are meant. */
  readonly codes: ReadonlyMap<string, ReadonlySet<string>>;
}

export const emptySelection: Selection = { wholes: new Set(), codes: new Map() };

export interface Gathering {
  readonly all: Selection;
  add(selection: Selection): void;
}

/** Many put together: what is added is copied once. */
export function createGathering(): Gathering {
  const wholes = new Set<string>();
  const codes = new Map<string, Set<string>>();
  return {
    all: { wholes, codes },
    add(selection) {
      for (const system of selection.wholes) {
        wholes.add(system);
        codes.delete(system);
      }
      for (const [system, some] of selection.codes) {
        if (wholes.has(system)) continue;
        const mine = codes.get(system) ?? new Set();
        codes.set(system, mine);
        for (const code of some) mine.add(code);
      }
    },
  };
}

export function intersection(one: Selection, other: Selection): Selection {
  const wholes = new Set([...one.wholes].filter((system) => other.wholes.has(system)));
  const codes = new Map<string, ReadonlySet<string>>();
  for (const system of new Set([...one.codes.keys(), ...other.codes.keys()])) {
    if (wholes.has(system)) continue;
    const [mine, theirs] = [one.codes.get(system), other.codes.get(system)];
    if (mine === undefined || theirs === undefined) {
      const some = mine ?? theirs;
      const isAll = mine === undefined ? one.wholes.has(system) : other.wholes.has(system);
      if (some !== undefined && isAll) codes.set(system, some);
    } else codes.set(system, new Set([...mine].filter((code) => theirs.has(code))));
  }
  return { wholes, codes };
}

/** `one` has no whole system of which `away` has single codes. */
export function without(one: Selection, away: Selection): Selection {
  const wholes = new Set([...one.wholes].filter((system) => !away.wholes.has(system)));
  const codes = new Map<string, ReadonlySet<string>>();
  for (const [system, some] of one.codes) {
    if (away.wholes.has(system)) continue;
    const gone = away.codes.get(system);
    codes.set(system, gone === undefined ? some : new Set([...some].filter((code) => !gone.has(code))));
  }
  return { wholes, codes };
}
