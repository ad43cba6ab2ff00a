/**
 * What the patients' Consents leave of a request's access: a predicate of a size that does not depend on how many there are. A resource
 * leads to its patient, and the patient's Consents refer back to that; a Consent denies where one of its rules concerns whoever asks, and no
 * exception of it does. Denials win over permits. Source: R4 consent.html
 */
import type { Zone } from '../../model/dates.js';
import type { Predicate, Where } from '../../store/port.js';
import type { Act } from '../access.js';
import { type Clearance, isAtMost, isSensitive } from '../labels.js';
import { dayOf, spansAround } from './day-spans.js';
import {
  any,
  type ConsentAct,
  consentDataParam,
  consentPeriodParam,
  consentRulesParam,
  type Effect,
  type LabelSlot,
  type RuleParts,
  ruleKeys,
} from './rule-keys.js';

export interface ConsentView {
  /** Whether data of other institutions need a permit. */
  readonly mode: 'opt-in' | 'opt-out';
  /** Whom rules may name: `Practitioner/1`, `Organization/1`. */
  readonly who: readonly string[];
  /** Only rules that name one of `who` count, none that is for everybody. */
  readonly namedOnly?: boolean;
  /** Codes of v3-ActReason. */
  readonly purposes: readonly string[];
  readonly clearance: Clearance;
  /** The resources of one's own institution, where those are not subject to consents. */
  readonly exempt?: Predicate;
  /** The resources of one's own institution: in `opt-in` they need no permit. */
  readonly own?: Predicate;
  /** Milliseconds UTC; what holds on its day counts. */
  readonly now: number;
  readonly zone: Zone;
}

const nothing: Predicate = { kind: 'all', of: [] };

const actsOf: Readonly<Record<Act, ConsentAct>> = { create: 'create', read: 'read', search: 'read', update: 'change', delete: 'change' };

/** `patients`: search parameters by which a type refers to the patient it is about; none: no Consent concerns it. */
export function consentRestriction(view: ConsentView, act: Act, type: string, patients: readonly string[]): Predicate {
  if (type !== 'Patient' && patients.length === 0) return nothing;
  const asking = askingOf(view, actsOf[act], type);
  const restriction = all([
    ...notDenied(asking, leadingToConsents(type, patients)),
    not(withheld(asking)),
    ...(view.mode === 'opt-in' ? [permitted(asking, leadingToConsents(type, patients))] : []),
  ]);
  return view.exempt === undefined ? restriction : some([view.exempt, restriction]);
}

type Somewhere = (consent: Predicate) => Predicate;

/** A Consent of the patient it is about is such. */
function leadingToConsents(type: string, patients: readonly string[]): Somewhere {
  const ofPatient: Somewhere = (predicate) => ({ kind: 'reverse', param: 'patient', where: [{ type: 'Consent', predicate }] });
  if (type === 'Patient') return ofPatient;
  return (consent) => {
    const where: Where = [{ type: 'Patient', predicate: ofPatient(consent) }];
    const chains = patients.map((param): Predicate => ({ kind: 'chain', param, where }));
    return chains.length === 1 && chains[0] !== undefined ? chains[0] : { kind: 'any', of: chains };
  };
}

interface Labelled {
  readonly slot: LabelSlot;
  /** Of resources. */
  readonly bears: Predicate;
}

interface Asking {
  readonly view: ConsentView;
  readonly parts: Omit<RuleParts, 'labels' | 'days'>;
  readonly spans: readonly string[];
  /** Of what is not told apart by labels. */
  readonly plain: readonly LabelSlot[];
  /** Of what is. */
  readonly apart: readonly Labelled[];
  readonly validToday: Predicate;
  readonly validAllDay: Predicate;
}

function askingOf(view: ConsentView, act: ConsentAct, type: string): Asking {
  const { who, purposes, now, zone, clearance } = view;
  const day = dayOf(now, zone);
  const [from, before] = [zone.startOfDay(day), zone.startOfDay(day + 1)];
  const during = (lowBefore: number, highAfter: number): Predicate => ({
    kind: 'match',
    param: consentPeriodParam,
    match: { kind: 'range', values: [{ lowBefore, highAfter }] },
  });
  return {
    view,
    parts: { who: [...any, ...who], acts: [act], purposes: [...any, ...purposes], classes: [...any, type] },
    spans: spansAround(day),
    ...toldApart(clearance),
    validToday: during(before, from),
    validAllDay: during(from + 1, before - 1),
  };
}

/** Where somebody may see more sensitive matters than these, a denial of one of them is a denial of all. */
const MOST_APART = 6;

function toldApart({ level, sensitivities }: Clearance): Pick<Asking, 'plain' | 'apart'> {
  const cleared = level === 'V' || level === 'R' ? level : 'N';
  const below = cleared === 'V' ? (['N', 'R'] as const) : cleared === 'R' ? (['N'] as const) : [];
  const levels = below.map((one): Labelled => ({ slot: `<${one}`, bears: isAtMost(one) }));
  if (sensitivities === '*' || sensitivities.length > MOST_APART) return { plain: [cleared, '=*'], apart: levels };
  return {
    plain: [cleared],
    apart: [...levels, ...sensitivities.map((code): Labelled => ({ slot: `=${code}`, bears: isSensitive(code) }))],
  };
}

const exceptions: ReadonlySet<Effect> = new Set(['except-deny', 'except-permit']);
const denials: ReadonlySet<Effect> = new Set(['deny', 'except-deny', 'withhold']);

/** The Consent has a rule of this effect that concerns whoever asks. */
function has({ parts, spans, view }: Asking, effect: Effect, labels: readonly LabelSlot[]): Predicate {
  const who = view.namedOnly && denials.has(effect) ? view.who : parts.who;
  const keys = ruleKeys(effect, { ...parts, who, labels, days: exceptions.has(effect) ? spans : any });
  if (keys.length === 0) return { kind: 'any', of: [] };
  return { kind: 'match', param: consentRulesParam, match: { kind: 'token', values: keys.map((code) => ({ code })) } };
}

/** An exception of a Consent takes away what its base leaves, or gives back what that takes, also to what bears one label alone. */
function notDenied(asking: Asking, somewhere: Somewhere): readonly Predicate[] {
  const { plain, apart, validToday } = asking;
  const deniedBy = (of: readonly Predicate[]) => somewhere(all([validToday, some(of)]));
  const byBase = (labels: readonly LabelSlot[], lifted: readonly LabelSlot[]) =>
    all([has(asking, 'deny', labels), not(has(asking, 'except-permit', lifted))]);
  const byException = (around: readonly LabelSlot[], labels: readonly LabelSlot[]) =>
    all([has(asking, 'within', around), has(asking, 'except-deny', labels)]);
  if (apart.length === 0) return [not(deniedBy([byBase(plain, plain), byException(plain, plain)]))];
  return [
    not(deniedBy([byException(plain, plain)])),
    some([
      not(deniedBy([byBase(plain, plain)])),
      ...apart.map(({ slot, bears }) => all([bears, not(deniedBy([byBase(plain, [...plain, slot])]))])),
    ]),
    ...apart.map(({ slot, bears }) => {
      const both = [...plain, slot];
      return some([not(bears), not(deniedBy([byBase([slot], both), byException(both, [slot]), byException([slot], plain)]))]);
    }),
  ];
}

/** Single resources to which a Consent refers because they are not to be seen. */
function withheld(asking: Asking): Predicate {
  const labels = [...asking.plain, ...asking.apart.map(({ slot }) => slot)];
  const predicate = all([asking.validToday, has(asking, 'withhold', labels)]);
  return { kind: 'reverse', param: consentDataParam, where: [{ type: 'Consent', predicate }] };
}

function permitted(asking: Asking, somewhere: Somewhere): Predicate {
  const { plain, apart, validAllDay, view } = asking;
  const permits = (labels: readonly LabelSlot[]) =>
    somewhere(
      all([
        validAllDay,
        some([has(asking, 'permit', labels), all([has(asking, 'exactly', labels), has(asking, 'except-permit', labels)])]),
      ]),
    );
  const [cleared] = plain.slice(0, 1);
  const general = cleared === undefined ? [] : [cleared];
  return some([
    ...(view.own === undefined ? [] : [view.own]),
    permits(general),
    ...apart.map(({ slot, bears }) => all([bears, permits([...general, slot])])),
  ]);
}

function all(of: readonly Predicate[]): Predicate {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'all', of };
}

function some(of: readonly Predicate[]): Predicate {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'any', of };
}

function not(of: Predicate): Predicate {
  return { kind: 'not', of };
}
