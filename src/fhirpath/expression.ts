/**
 * What a compiled FHIRPath expression takes and gives. Source: FHIRPath N1 (fhirpath.html), R4 fhirpath.html
 */
import type { Json, JsonObject } from '../model/json.js';
import type { Message } from '../model/message.js';

/**
 * One item of a collection. FHIR items carry a FHIR type name (`Patient`, `HumanName`, `code`, `Patient.contact`); computed ones
 * a System type and the engine's own value: `System.Boolean` a boolean, `System.Integer` and `System.Decimal` a number or a Decimal,
 * `System.String`, `System.Date`, `System.DateTime` and `System.Time` the text (without `@` and `T`), `System.Quantity` an object
 * `{value, unit}` whose unit is a UCUM code or a calendar word in the singular.
 */
export interface Item {
  readonly type: string;
  readonly value: Json | undefined;
  /** What stands in `_name` beside a primitive: its id and extensions. `value` is then perhaps undefined. */
  readonly sibling?: JsonObject;
}

export interface EvaluationServices {
  /** The resource a reference leads to (contained, in the Bundle, in the store), if it is at hand. */
  resolve(reference: string, from: Item): Item | undefined;
  /** undefined: cannot be decided here. */
  memberOf(item: Item, valueSet: string): boolean | undefined;
  conformsTo(item: Item, profile: string): boolean | undefined;
  /** Whether the first Coding, code or CodeableConcept is the second or broader. Absent: never decided. */
  subsumes?(broader: Item, narrower: Item): boolean | undefined;
}

/** Steps that are left. */
export interface Budget {
  steps: number;
}

export interface Environment {
  /** The resource that holds the focus: the contained one inside a contained resource. */
  readonly resource?: Item;
  /** The outermost container of it. */
  readonly rootResource?: Item;
  readonly context?: Item;
  readonly services?: EvaluationServices;
  /** What all evaluations that share it may cost together; each by itself is bounded whether it is there or not. */
  readonly budget?: Budget;
  /** For now(), today(); milliseconds UTC. */
  readonly now?: number;
  /** Further `%name` constants. */
  readonly variables?: Readonly<Record<string, readonly Item[]>>;
}

export interface Expression {
  readonly text: string;
  /** Throws FhirPathError when the expression cannot be evaluated on this input. */
  evaluate(focus: readonly Item[], environment: Environment): readonly Item[];
}

export class FhirPathError extends Error {
  override readonly name = 'FhirPathError';
  constructor(
    /** The sentence in both languages; `message` is the English one. */
    readonly sentence: Message,
    /** 0-based place in the expression, where it is known. */
    readonly position?: number,
  ) {
    super(sentence.en);
  }
}
