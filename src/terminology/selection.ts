/** The codes a search asks a store for, in the name of a value set. Source: R4 valueset.html#compositions */
export interface Selection {
  /** Systems of which every code is taken, and why they are not listed: what is stored may have codes that the value set has not. */
  readonly wholes: ReadonlyMap<string, readonly [en: string, zh: string]>;
  /** Of other systems: the codes that are meant. Where there are too many, one more than may be asked at once. */
  readonly codes: ReadonlyMap<string, ReadonlySet<string>>;
}
