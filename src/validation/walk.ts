/**
 * What one validation carries with it: the findings so far and the resources around the value in hand. A check writes a finding
 * without a place; every caller that finds new findings after a call puts its own step in front of them (`enclose`), so a valid
 * resource costs no path at all. Source: R4 validation.html, operationoutcome-definitions.html#OperationOutcome.issue.expression
 */
import type { Environment, EvaluationServices } from '../fhirpath/expression.js';
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
}

/** Asked when the whole place is known, with the object that holds the last step; the finding is dropped when it answers true. */
export type Excuse = (place: readonly Step[], holder: Json | undefined) => boolean;

export interface Walk {
  findings: Finding[];
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
  /** What the last invariant was evaluated with. */
  environment: Environment | undefined;
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

export function newWalk(root: Resource, options: ValidationOptions): Walk {
  return {
    findings: [],
    errors: 0,
    hints: 0,
    options,
    root,
    resource: root,
    container: root,
    bundle: undefined,
    services: undefined,
    environment: undefined,
    depth: 0,
  };
}

/** A resource can be wrong in millions of places: so many errors are enough, and so many warnings. What decides is never left out. */
const MAX_ERRORS = 1000;
const MAX_HINTS = 10_000;

/** Whether there are so many errors already that no more are wanted. */
export function isEnough({ errors }: Walk): boolean {
  return errors >= MAX_ERRORS;
}

export function report(
  walk: Walk,
  severity: Severity,
  code: IssueCode,
  message: Message,
  more: { readonly profile?: string; readonly detail?: string; readonly excuse?: Excuse } = {},
): void {
  if (isEnough(walk)) return;
  if (severity !== 'error' && severity !== 'fatal') {
    if (++walk.hints > MAX_HINTS) return;
  } else if (more.excuse === undefined) walk.errors++;
  walk.findings.push({ severity, code, message, profile: more.profile, detail: more.detail ?? '', path: [], excuse: more.excuse });
}

/** Puts a step in front of all findings since `from`; `index` below 0: not an item of an array. */
export function enclose(walk: Walk, from: number, step: Step, index: number): void {
  const { findings } = walk;
  for (let i = from; i < findings.length; i++) {
    const path = findings[i]?.path;
    if (index >= 0) path?.push(index);
    path?.push(step);
  }
}

/** Profiles may ask for one another in a circle, through references too; beyond this depth the answer is taken to be yes. */
const MAX_DEPTH = 5;

/** Runs a check aside and tells whether it found no error; nothing of it is reported. */
export function passes(walk: Walk, check: () => void): boolean {
  if (walk.depth >= MAX_DEPTH) return true;
  const { findings, errors, hints } = walk;
  Object.assign(walk, { findings: [], errors: 0, hints: 0 });
  walk.depth++;
  check();
  walk.depth--;
  const good = walk.errors === 0;
  Object.assign(walk, { findings, errors, hints });
  return good;
}
