/** What the parts of the compiler ask of one another: compiled types and profiles, made when first needed and kept. */
import type { ElementDefinition } from 'fhir/r4.js';
import type { Definitions } from '../definitions/definitions.js';
import type { Json, JsonObject } from '../model/json.js';
import type { Severity } from '../model/outcome.js';
import type { FindNearSystem } from '../terminology/near-systems.js';
import type { Terminology } from '../terminology/terminology.js';
import type { Generated } from './source.js';
import type { ItemCheck, Walk } from './walk.js';

/** Checks a value of one type with all inside it; false when its JSON is not of the type's shape, so that no rule can look at it. */
export type ValueCheck = (value: Json | undefined, sibling: JsonObject | undefined, walk: Walk) => boolean;

/** A type's check. What stands here at first compiles the type at its first value and gives way to what it made. */
export interface TypeCheck {
  check: ValueCheck;
}

export interface Profile {
  /** `url|version`, as issues name it. */
  readonly name: string;
  /** The type it constrains. */
  readonly type: string;
  /** What it asks beyond the base type. */
  readonly check: ItemCheck;
  /** Compiles what the first value would. */
  compile(): void;
}

export interface Compiler {
  readonly definitions: Definitions;
  readonly terminology: Terminology;
  /** What the name of a system was meant to be. */
  readonly nearSystem: FindNearSystem;
  /** How rules marked as best practice are reported; undefined: not at all. */
  readonly bestPractice: Severity | undefined;
  /** How profiles and extensions that are not known here are reported; undefined: not at all. */
  readonly unknownProfiles: Severity | undefined;
  readonly unknownExtensions: Severity | undefined;
  /** Is shown every function as it is generated, and makes all be generated at once. */
  readonly onGenerated?: ((label: string, generated: Generated) => void) | undefined;
  /** May be called while the same type is being compiled. */
  type(type: string): TypeCheck;
  /** undefined: not known here. May be called while the same profile is being compiled. */
  profile(canonical: string): Profile | undefined;
  /** The base definition's elements directly under a type, by name (`value` for `value[x]`); backbone types by their path. */
  elements(type: string): ReadonlyMap<string, ElementDefinition>;
}

/** What a rule is compiled for: the values of one type that stand at one element. */
export interface Subject {
  readonly element: ElementDefinition;
  /** The rules already checked for these values: of the base type, or of the element a slice belongs to. */
  readonly inherited: ElementDefinition | undefined;
  /** Type of the values: `CodeableConcept`, `Patient.contact`. */
  readonly type: string;
  /** Type of what holds them. */
  readonly owner: string;
  /** `url|version` of the profile that asks; undefined for the base type. */
  readonly profile: string | undefined;
}

/** `isFine` may say, of a primitive without a sibling and sooner than the check itself, that the check has nothing to report. */
export type RuleCheck = ItemCheck & { readonly isFine?: (value: Json) => boolean; readonly label?: string };

/** Compiles what one kind of constraint asks of each value; undefined when the element does not use it. */
export type Rule = (subject: Subject, compiler: Compiler) => RuleCheck | undefined;

/** One check that runs all, without a loop; halved again and again, so that thousands do not nest as deep as they are many. */
export function all(checks: readonly ItemCheck[]): ItemCheck | undefined {
  const [first, second] = checks;
  if (first === undefined || second === undefined) return first;
  const middle = checks.length >> 1;
  return both(all(checks.slice(0, middle)) ?? first, all(checks.slice(middle)) ?? second);
}

function both(first: ItemCheck, second: ItemCheck): ItemCheck {
  return (value, sibling, walk) => {
    first(value, sibling, walk);
    second(value, sibling, walk);
  };
}

export function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}
