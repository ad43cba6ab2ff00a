/** What one client of a storm asks for, and what it is told, in a form that a server and a model can be compared by. */

/** `system` absent: whatever the system. */
export interface Token {
  readonly system?: 's' | 't';
  readonly value: string;
}

export type Identifier = Required<Token>;

/** Each of these must be satisfied, by one of its alternatives. */
export type Criteria = readonly (readonly Token[])[];

interface Writes {
  /** Stands in what it writes, and nowhere else. */
  readonly mark: string;
  readonly identifiers: readonly Identifier[];
}

interface Preconditions {
  readonly ifMatch?: number;
  /** `*` */
  readonly ifNoneMatch?: boolean;
}

export type EntryStep =
  | ({ readonly kind: 'create'; readonly unless?: Criteria } & Writes)
  | ({ readonly kind: 'update'; readonly id: string } & Writes & Preconditions)
  /** `id` stands in the body. */
  | ({ readonly kind: 'update-found'; readonly criteria: Criteria; readonly id?: string } & Writes & Preconditions)
  | ({ readonly kind: 'patch'; readonly id: string } & Writes & Preconditions)
  | ({ readonly kind: 'patch-found'; readonly criteria: Criteria } & Writes & Preconditions)
  | ({ readonly kind: 'delete'; readonly id: string } & Preconditions)
  | ({ readonly kind: 'delete-found'; readonly criteria: Criteria } & Preconditions)
  | { readonly kind: 'read'; readonly id: string };

export type Step =
  | EntryStep
  | { readonly kind: 'search'; readonly criteria: Criteria }
  | { readonly kind: 'transaction'; readonly entries: readonly EntryStep[] };

export interface Told {
  readonly status: number;
  /** `id/version`, with `=mark` where a resource was shown; `#n` how many were deleted; sorted. Of a transaction those of its entries. */
  readonly shown: string;
}

/** Where a step wrote, as far as it was told: what a model cannot know beforehand. */
export interface Named {
  /** Of each create (one, or those of a transaction by their place). */
  readonly ids: readonly (string | undefined)[];
}

export interface Happened extends Named {
  readonly client: string;
  readonly step: Step;
  /** undefined: nobody knows what became of it, if anything. */
  readonly told: Told | undefined;
  /** Milliseconds of one clock; `ended` Infinity where it is not known to have ended. */
  readonly began: number;
  readonly ended: number;
}
