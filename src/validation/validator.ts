/** What the validator offers to the rooms above it. */

import type { Issue } from '../model/outcome.js';
import type { Resource } from '../model/resource.js';

export interface ValidationOptions {
  /** Profiles asked for beside the base type and meta.profile; an unknown one among them is an error. Canonicals. */
  readonly profiles?: readonly string[];
  /** Those alone, beside the base type: neither what the resource claims nor what the server demands. */
  readonly alone?: boolean;
  /** How many issues are wanted at most, the count of the rest included. */
  readonly most?: number;
  /** What a reference in the resource leads to outside of it, if it is at hand. */
  readonly resolve?: (reference: string) => Resource | undefined;
  /** The resource of a type that a canonical (`url` or `url|version`) names, where it is no definition but is at hand: a Questionnaire. */
  readonly resolveCanonical?: (canonical: string, type: string) => Resource | undefined;
}

export interface Validator {
  /** Issues in the order of their place in the resource; empty when there is nothing to say. Never throws for bad data. */
  validate(resource: Resource, options?: ValidationOptions): readonly Issue[];
  /** The same, with places to let other work in between where the resource is large. `time`: milliseconds of a step. */
  validateInSteps(resource: Resource, options?: ValidationOptions, time?: number): Generator<undefined, readonly Issue[]>;
}
