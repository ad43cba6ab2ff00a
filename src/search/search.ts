/** What the search room offers to the rooms above it: what to index, and what a search asks of the store. */
import type { Access } from '../access/access.js';
import type { Language } from '../model/message.js';
import type { Issue } from '../model/outcome.js';
import type { Key, Resource } from '../model/resource.js';
import type {
  Contained,
  Count,
  ExplainedStep,
  FoundBy,
  IndexEntry,
  Layout,
  Predicate,
  ResourceStore,
  Sort,
  Version,
  Where,
} from '../store/port.js';
import type { Vocabulary } from './code-systems.js';
import type { Cursors, Turn } from './cursors.js';
import type { Keys } from './key-versions.js';
import type { LocalReferences } from './local-references.js';
import type { Parameter } from './registry.js';

/** In the order they were sent, decoded: name with its modifier and chain (`subject:Patient.name`), value with its escapes. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** References to follow from each page. */
export interface IncludeRule {
  /** forward: to what the matches refer to; reverse: to what refers to them. */
  readonly direction: 'forward' | 'reverse';
  /** The type that holds the references. */
  readonly source: string;
  readonly params: readonly string[];
  /** Only targets of this type. */
  readonly target?: string;
  /** Of what is included too, not of the matches alone. */
  readonly iterate?: true;
}

/** Which part of each resource is wanted. `names`: top-level elements, `name` or `Patient.name`. */
export type Subset = { readonly kind: 'summary' | 'text' | 'data' } | { readonly kind: 'elements'; readonly names: ReadonlySet<string> };

export interface SubsetAsked {
  /** Absent: all of it. */
  readonly subset?: Subset;
  /** `_summary=count` */
  readonly countOnly: boolean;
}

export interface PlanOptions {
  /** `Prefer: handling=lenient`: unknown and unsupported parameters are ignored, reported as warnings and absent from `self`. */
  readonly lenient?: boolean;
  /** `Patient/1`: only what belongs to it. */
  readonly compartment?: string;
  /** Code systems and value sets as they will be when the search is run, where that is not as they are. */
  readonly vocabulary?: Vocabulary;
}

/** A search that has been understood. The rooms above need `count`, `self` and `warnings`; the rest is for `run`. */
export interface SearchPlan {
  readonly where: Where;
  /** Page size after defaults and the cap; 0: only the total was asked for. */
  readonly count: number;
  /** The parameters that were processed, as they go into the self link. */
  readonly self: Parameters;
  /** What was ignored under `lenient`. */
  readonly warnings: readonly Issue[];
  readonly sort: readonly Sort[];
  /** free: only where it costs nothing. */
  readonly total: 'none' | 'estimate' | 'accurate' | 'free';
  readonly includes: readonly IncludeRule[];
  /** What is shown of a match inside of another resource. */
  readonly containedType: 'container' | 'contained';
  /** Absent: all of each resource. */
  readonly subset?: Subset;
  /** Where the page begins; absent: at the beginning. */
  readonly turn?: Turn;
  readonly compartment?: string;
  /** Whose it is. */
  readonly walker: string;
}

/** `cursor`: the value of the `_cursor` parameter that leads there; absent: none is needed. */
export interface PageLink {
  readonly relation: 'first' | 'previous' | 'next' | 'last';
  readonly cursor?: string;
}

/** What is shown of a match. `container`: `MedicationRequest/1`, where it is a resource inside of that. */
export interface Match extends Version {
  readonly container?: string;
}

export interface SearchResult {
  readonly matches: readonly Match[];
  /** By _include and _revinclude; each resource once, none that is a match. */
  readonly included: readonly Version[];
  /** Absent where it is not known; never wrong. */
  readonly total?: Count;
  /** To the pages around this one; none where it shows everything. */
  readonly pages: readonly PageLink[];
  /** For an OperationOutcome entry. */
  readonly warnings: readonly Issue[];
}

/** How a search is understood and carried out. */
export interface SearchExplanation {
  /** Those that choose resources, as they were understood. */
  readonly parameters: readonly ExplainedParameter[];
  /** What each type is asked for in the end, access and compartment included. */
  readonly where: readonly { readonly type: string; readonly predicate: string }[];
  readonly plan: SearchPlan;
  /** What the store does for the page. */
  readonly steps: readonly ExplainedStep[];
  /** The whole search was run, its total and what it includes too. */
  readonly answer: { readonly result: SearchResult; readonly milliseconds: number };
}

export interface ExplainedParameter {
  readonly name: string;
  readonly value: string;
  readonly of: readonly { readonly type: string; readonly kind?: string; readonly modifier?: string; readonly predicate: string }[];
}

/** What a conditional interaction or reference asks, and the names a Guard of it holds. */
export interface Criteria {
  readonly where: Where;
  /** Equality values as `Type.param=value` in every form they might be written by, else the type. */
  readonly names: readonly string[];
}

/** Is told of a parameter that has more values in a resource of a type than can be indexed. */
export interface TooMany {
  add(type: string, code: string): void;
}

export interface Search {
  /** Seals the cursors of this store's page links. */
  readonly cursors: Cursors;
  readonly layout: Layout;
  /** `resource` has its id. */
  extract(resource: Resource): FoundBy;
  /** The same, with places to let other work in between. Where `tooMany` is told, what is too much is left out, not refused. */
  extractInSteps(resource: Resource, tooMany?: TooMany): Generator<undefined, FoundBy>;
  /** Makes ready what planning these would have to work out, in steps: the codes of large value sets. Throws as planning would. */
  ready(parameters: Parameters, options?: PlanOptions): Promise<void>;
  /** Throws FhirError 400 for what is unknown, not supported or malformed; 403 where `access` refuses. Restrictions are already inside. */
  plan(types: readonly string[], parameters: Parameters, access: Access, options?: PlanOptions): SearchPlan;
  /** Like `plan`, for criteria; throws when they are empty or hold only result parameters. */
  criteria(type: string, parameters: Parameters, access: Access): Criteria;
  run(store: ResourceStore, plan: SearchPlan, access: Access): Promise<SearchResult>;
  /** How `run` goes about a plan; it is run for that. For those who look after the server. */
  explain(store: ResourceStore, plan: SearchPlan, access: Access, language: Language): Promise<SearchExplanation>;
  /**
   * Whether a resource that is not (yet) in the store satisfies the `where`; `chained` answers for the chains and reverses inside,
   * asynchronously, because they may lead to the store. Where there is nothing to follow the answer is there at once.
   */
  matches(where: Where, candidate: Candidate, chained?: (where: Where) => Promise<readonly Key[]>): boolean | Promise<boolean>;
  /** Whether a version, which is no deletion, satisfies a predicate; chains lead to what is in the store. At once where it can be told. */
  isVisible(store: Pick<ResourceStore, 'find'>, version: Version, predicate: Predicate): boolean | Promise<boolean>;
  /** What `_summary` and `_elements` ask of resources of these types. Throws FhirError 400. */
  subsetAsked(types: readonly string[], parameters: Parameters): SubsetAsked;
  /** The text of a resource → that of the part that is wanted, tagged as such. */
  subset(json: Buffer, subset: Subset): Generator<undefined, Buffer>;
  /** By what a type can be searched now. */
  searchable(type: string): readonly Parameter[];
  /** Counts changes of that. */
  searchableChanges(): number;
  /** By code, what the entries of each parameter of a type are made by: another text means that they have to be made anew. */
  keysOf(type: string): Keys;
  /** Names under which a written resource may be found by criteria (`Patient.identifier=…`): a conditional write holds them too. */
  identifierNames(type: string, entries: readonly IndexEntry[]): readonly string[];
  /** The same of a resource whose entries are not at hand. */
  identifierNamesOf(resource: Resource): readonly string[];
  /** What resources refer to; absent where that is not kept. */
  readonly references?: LocalReferences;
}

/** What a predicate can be judged on. */
export interface Candidate {
  readonly type: string;
  readonly id: string;
  /** Milliseconds UTC. */
  readonly lastUpdated: number;
  readonly entries: readonly IndexEntry[];
  readonly compartments: readonly string[];
  /** What stands inside it or, where it is contained itself, beside it. */
  readonly contained?: readonly Contained[];
}
