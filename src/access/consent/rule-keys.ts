/**
 * A rule of a Consent as index entries: one text for each combination of what it is about, so that whether some rule concerns whoever
 * asks is one look at an index. Both sides use the words of this file: what is derived from a Consent, and what a request asks for.
 * Source: R4 consent.html#6.2 (provision)
 */

/** Tokens of a Consent's rules; the range of days in which it holds; references to single resources that it withholds. */
export const consentRulesParam = 'consent-rules';
export const consentPeriodParam = 'consent-period';
export const consentDataParam = 'consent-data';

/** Raised by one where other entries come of the same Consent than before. */
export const consentRulesVersion = 1;

/**
 * `deny`: the whole Consent denies. `within`: where it speaks at all, told as widely as it may be meant; of one with exceptions that deny. `permit`: it permits all it speaks
 * of. `exactly`: where it surely speaks. `except-deny`, `except-permit`: exceptions to these, one level down. `withhold`: single resources.
 */
export type Effect = 'deny' | 'within' | 'permit' | 'exactly' | 'except-deny' | 'except-permit' | 'withhold';

const letters: Readonly<Record<Effect, string>> = {
  deny: 'D',
  within: 'W',
  permit: 'P',
  exactly: 'E',
  'except-deny': 'd',
  'except-permit': 'p',
  withhold: 'x',
};

/** As consents tell them apart. Source: R4 codesystem-consent-action.html */
export type ConsentAct = 'read' | 'create' | 'change';
export const consentActs: readonly ConsentAct[] = ['read', 'create', 'change'];

/** What a rule is about: of each list one is to fit. `*` fits all. */
export interface RuleParts {
  /** `Practitioner/1`, `Organization/1` */
  readonly who: readonly string[];
  readonly acts: readonly ConsentAct[];
  /** Codes of v3-ActReason. */
  readonly purposes: readonly string[];
  /** Types of resources. */
  readonly classes: readonly string[];
  readonly labels: readonly LabelSlot[];
  /** Spans of days; only exceptions have days of their own. */
  readonly days: readonly string[];
}

/**
 * `N`, `R`, `V`: all that somebody sees who is cleared up to that. `<N`, `<R`: what is no more confidential than that, of somebody who sees
 * more. `=HIV`: what bears the code; `=*`: some such code, of rules that deny.
 */
export type LabelSlot = 'N' | 'R' | 'V' | '<N' | '<R' | `=${string}`;

export const everyLabel: readonly LabelSlot[] = ['N', 'R', 'V'];
export const any: readonly string[] = ['*'];

/** How many texts the parts make. */
export function combinations({ who, acts, purposes, classes, labels, days }: RuleParts): number {
  return who.length * acts.length * purposes.length * classes.length * labels.length * days.length;
}

export function ruleKeys(effect: Effect, { who, acts, purposes, classes, labels, days }: RuleParts): readonly string[] {
  let keys: readonly string[] = [letters[effect]];
  for (const part of [who, acts, purposes, classes, labels, days]) {
    const ends = part.map((one) => `|${plain(one)}`);
    keys = keys.flatMap((key) => ends.map((end) => key + end));
  }
  return keys;
}

/** A code may hold anything. */
function plain(part: string): string {
  return part.search(/[%|]/) < 0 ? part : part.replace(/[%|]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}
