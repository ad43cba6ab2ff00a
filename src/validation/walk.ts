/**
 * What one validation carries with it: the findings so far and the resources around the value in hand. A check writes a finding
 * without a place; every caller that finds new findings after a call puts its own step in front of them (`enclose`), so a valid
 * resource costs no path at all. Source: R4 validation.html, operationoutcome-definitions.html#OperationOutcome.issue.expression
 */
import type { Budget, Environment, EvaluationServices, Item } from '../fhirpath/expression.js';
import type { Json, JsonObject } from '../model/json.js';
import type { Message } from '../model/message.js';
import type { IssueCode, Severity } from '../model/outcome.js';
import type { Resource } from '../model/resource.js';
import type { ValidationOptions } from './validator.js';

/** One step from a value to a part of it. */
export interface Step {
  /** The JSON property, without the underscore of a sibling: `valueQuantity`. */
  readonly key: string;
  /** As an expression spells it: `value.ofType(Quantity)`. */
  readonly text: string;
  /** Type of the value that holds the part: `Patient.contact`. */
  readonly owner: string;
  /** As FHIRPath names the element: `value`. */
  readonly element: string;
  /** Type of the part: `HumanName`. */
  readonly type: string;
}

export interface Finding {
  readonly severity: Severity;
  readonly code: IssueCode;
  readonly message: Message;
  readonly profile: string | undefined;
  /** Tells faults of one kind at one place apart where the place is the parent of what is missing. */
  readonly detail: string;
  /** Steps and array indexes, innermost first. */
  readonly path: (Step | number)[];
  readonly excuse: Excuse | undefined;
  /** Names the rule may go by, where it looks at more than the value itself: what is malformed below them keeps it from being judged. */
  readonly reads: ReadonlySet<string> | undefined;
}

/** What is left to look at when time is up. Its path grows as that of a finding does, and what it finds stands below it. */
export interface Postponed {
  readonly path: (Step | number)[];
  readonly check: (walk: Walk) => void;
  /** Where the walk was. */
  readonly at: Pick<Walk, 'resource' | 'container' | 'bundle' | 'depth'>;
}

/** Asked when the whole place is known, with what holds the last step; the finding is dropped when it answers true. */
export type Excuse = (place: readonly Step[], holder: Held) => boolean;

/** A value and what stands beside it in `_name`. */
export type Held = Pick<Item, 'value' | 'sibling'>;

export interface Walk {
  findings: Finding[];
  postponed: Postponed[];
  /** The moment, as `performance.now()` has it, from which on the items of an array are postponed. */
  until: number;
  /** How many of them are errors that nothing can excuse, and how many are less than errors. */
  errors: number;
  hints: number;
  readonly options: ValidationOptions;
  /** The resource that was handed in. */
  readonly root: Resource;
  /** The resource that holds the value in hand: FHIRPath's %resource. */
  resource: JsonObject;
  /** The resource itself, or the one that contains it: FHIRPath's %rootResource. */
  container: JsonObject;
  /** The entries of the nearest Bundle around, by fullUrl and by `Type/id`; made when first asked for. */
  bundle: BundleScope | undefined;
  /** What FHIRPath may ask; made for the first invariant. */
  services: EvaluationServices | undefined;
  /** What the last invariant was evaluated with, of a type or of a profile. */
  environments: { readonly type: Environment; readonly profile: Environment } | undefined;
  /** What the invariants of profiles may still cost. */
  readonly budget: Budget;
  /** How many profiles called one another to get here; profiles may be circular. */
  depth: number;
}

export interface BundleScope {
  readonly bundle: JsonObject;
  byUrl: ReadonlyMap<string, JsonObject> | undefined;
}

/** Looks at one value and what stands beside it in `_name`. */
export type ItemCheck = (value: Json | undefined, sibling: JsonObject | undefined, walk: Walk) => void;

/** Looks at one object, at its parts as a whole. */
export type ObjectCheck = (value: JsonObject, walk: Walk) => void;

/** Ten times what one expression may cost: a Bundle of thousands of resources has enough of it. */
const PROFILE_STEPS = 20_000_000;

export function newWalk(root: Resource, options: ValidationOptions): Walk {
  return {
    findings: [],
    postponed: [],
    until: Number.POSITIVE_INFINITY,
    errors: 0,
    hints: 0,
    options,
    root,
    resource: root,
    container: root,
    bundle: undefined,
    services: undefined,
    environments: undefined,
    budget: { steps: PROFILE_STEPS },
    depth: 0,
  };
}

/** A resource can be wrong in millions of places: so many errors are enough, and so many warnings. What decides is never left out. */
export const MAX_ERRORS = 1000;
export const MAX_HINTS = 10_000;

/** Whether there are so many errors already that no more are wanted. */
export function isEnough({ errors }: Walk): boolean {
  return errors >= MAX_ERRORS;
}

export function report(
  walk: Walk,
  severity: Severity,
  code: IssueCode,
  message: Message,
  more: { readonly profile?: string; readonly detail?: string; readonly excuse?: Excuse; readonly reads?: ReadonlySet<string> } = {},
): void {
  if (isEnough(walk)) return;
  if (severity !== 'error' && severity !== 'fatal') {
    if (++walk.hints > MAX_HINTS) return;
  } else if (more.excuse === undefined) walk.errors++;
  const { profile, detail = '', excuse, reads } = more;
  walk.findings.push({ severity, code, message, profile, detail, path: [], excuse, reads });
}

/** Puts a step in front of all findings since `from`; `index` below 0: not an item of an array. */
export function enclose(walk: Walk, from: number, step: Step, index: number): void {
  encloseAll(walk.findings, from, step, index);
}

/** The same for what was postponed since `from`. */
export function enclosePostponed(walk: Walk, from: number, step: Step, index: number): void {
  encloseAll(walk.postponed, from, step, index);
}

function encloseAll(all: readonly Pick<Finding, 'path'>[], from: number, step: Step, index: number): void {
  for (let i = from; i < all.length; i++) {
    const path = all[i]?.path;
    if (index >= 0) path?.push(index);
    path?.push(step);
  }
}

export function isLate({ until }: Walk): boolean {
  return until !== Number.POSITIVE_INFINITY && performance.now() >= until;
}

export function postpone(walk: Walk, check: (walk: Walk) => void): void {
  const { resource, container, bundle, depth } = walk;
  walk.postponed.push({ path: [], check, at: { resource, container, bundle, depth } });
}

/** Milliseconds that one step of a walk takes, about. */
const STEP = 8;

/** Begins a step. `time` is for tests: without any, all that can be is postponed. */
export function beginStep(walk: Walk, time = STEP): void {
  walk.until = performance.now() + time;
}

/** What was postponed, and what that postpones, one after the other, with places to let other work in between. */
export function* finish(walk: Walk, time?: number): Generator<undefined, void> {
  for (let next = walk.postponed.pop(); next !== undefined; next = walk.postponed.pop()) {
    yield;
    const { findings, postponed } = walk;
    Object.assign(walk, next.at, { findings: [], postponed: [] });
    beginStep(walk, time);
    next.check(walk);
    for (const { path } of [...walk.findings, ...walk.postponed]) path.push(...next.path);
    for (const finding of walk.findings) findings.push(finding);
    postponed.push(...walk.postponed);
    Object.assign(walk, { findings, postponed });
  }
}

/** Profiles may ask for one another in a circle, through references too; beyond this depth the answer is taken to be yes. */
const MAX_DEPTH = 5;

/** Runs a check aside and tells whether it found no error; nothing of it is reported. */
export function passes(walk: Walk, check: () => void): boolean {
  if (walk.depth >= MAX_DEPTH) return true;
  const { findings, errors, hints, until } = walk;
  Object.assign(walk, { findings: [], errors: 0, hints: 0, until: Number.POSITIVE_INFINITY });
  walk.depth++;
  check();
  walk.depth--;
  const good = walk.errors === 0;
  Object.assign(walk, { findings, errors, hints, until });
  return good;
}
