/**
 * The journal of who did what: records that are only ever added, each at a place of a chain. A server process writes one chain; its records
 * are numbered in the order in which they were made. What is in a record is opaque here. `test/store/contract/` decides what each word means.
 */
export interface AuditPlace {
  /** Of the process that wrote it; sorts by when the process began. */
  readonly chain: string;
  /** 1, 2, 3 … in the chain, below 2³²; one is missing where what it would have been committed with was not. */
  readonly number: number;
}

export interface AuditRecord extends AuditPlace {
  /** Milliseconds UTC. */
  readonly time: number;
  /** Names by which it is found: of a patient, of who asked, of what was asked for. A handful. */
  readonly keys: readonly string[];
  readonly body: Buffer;
}

/**
 * Records of one chain in the order of their numbers, as they lie in memory one behind the other: made a thousand at a time, an object for
 * each of them and for each of its keys costs more than all their bytes. Source: store/audit-sheet.ts
 */
export interface AuditSheet {
  readonly chain: string;
  /** Of each its number, and its time. */
  readonly numbers: Uint32Array;
  readonly times: Float64Array;
  /** Of each where in the bytes its keys (as a JSON array) begin and end, and its body begins and ends: four numbers. */
  readonly spans: Uint32Array;
  readonly bytes: Uint8Array;
}

/** Says what a chain holds up to a number: a digest over its records, each in its turn, that goes on from the seal before. */
export interface AuditSeal extends AuditPlace {
  readonly time: number;
  /** Numbers up to this one that were never written. */
  readonly missing: readonly number[];
  readonly digest: Buffer;
  /** Of the seal before it in its chain; empty for the first. */
  readonly before: Buffer;
  /** The last seals of other chains that its writer knew when it began. Only the first seal of a chain has some. */
  readonly others?: readonly { readonly chain: string; readonly digest: Buffer }[];
}

export interface AuditQuery {
  /** Has all of these. */
  readonly keys: readonly string[];
  /** Half-open [from, before), milliseconds UTC. */
  readonly from?: number;
  readonly before?: number;
  /** Newest first where true. By time, then chain, then number. */
  readonly descending: boolean;
  /** Behind this record in that order. */
  readonly after?: AuditPlace & { readonly time: number };
  readonly count: number;
}

export interface AuditLog {
  /**
   * All that is on them, durable when it resolves; their memory may be used for others from then on. Where a place is taken, StoreConflict,
   * and nothing is written.
   */
  append(sheets: readonly AuditSheet[]): Promise<void>;
  /** In the order of the query, and whether there are more. */
  search(query: AuditQuery): Promise<{ readonly records: readonly AuditRecord[]; readonly more: boolean }>;
  /** By place; undefined where there is none. */
  read(places: readonly AuditPlace[]): Promise<readonly (AuditRecord | undefined)[]>;
  /** Records, at most `most`, that are there but that searches do not find, because their index is not what it was. Reads everything. */
  unfindable(most: number): Promise<readonly AuditPlace[]>;
  /** One chain in the order of its numbers, behind `after`. */
  walk(chain: string, after: number, count: number): Promise<readonly AuditRecord[]>;
  /** Those that have a record or a seal, in the order of their names. */
  chains(): Promise<readonly string[]>;
  /** Where its number has a seal in its chain already, StoreConflict. */
  seal(seal: AuditSeal): Promise<void>;
  /** Of one chain in the order of their numbers, behind `after`. */
  seals(chain: string, after: number, count: number): Promise<readonly AuditSeal[]>;
  /** The last seal of every chain that has one. In the order of the chains. */
  heads(): Promise<readonly AuditSeal[]>;
  /** Removes records (never seals) older than `before`, milliseconds UTC; how many. */
  purge(before: number): Promise<number>;
}
