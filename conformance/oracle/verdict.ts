/** What a validator found in a resource, in the words both share: severity, place, and its own name of the check. */

export interface Found {
  /** Without the comments that HL7's validator puts between slash and asterisk. */
  readonly place: string;
  /** Its own name of the check. */
  readonly id: string;
  readonly text: string;
}

/** Errors alone: what a resource is refused for. */
export type Errors = readonly Found[];

export interface Verdict {
  readonly errors: Errors;
  /** Warnings by rules of the Chinese package, key and place, sorted: what it asks for without refusing a resource. */
  readonly warned: readonly string[];
}

/** Rules of the Chinese package, as it names them. */
export const chineseRule = /^cn-/;
