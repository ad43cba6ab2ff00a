/**
 * The rules of a Consent as they are indexed: the root provision and the exceptions one level down. The base is what `provision.type` says
 * at the root or, as R4 has it, the policy rule (OPTIN, OPTOUT); where neither says it, only the exceptions count.
 * Source: R4 consent.html, consent-definitions.html#Consent.provision
 */
import type { TimeRange } from '../../model/dates.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { conditionsOf, everything, objects, type Reading } from './conditions.js';
import { type Effect, ruleKeys } from './rule-keys.js';

export interface ConsentRules {
  readonly keys: readonly string[];
  /** In which it holds. */
  readonly period: TimeRange;
  /** `DocumentReference/1`: single resources that it withholds. */
  readonly withheld: readonly string[];
}

const always: TimeRange = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** More of them than that are taken for a denial of all. */
const MOST_KEYS = 6000;

/** undefined: it says nothing of privacy, or is not in force. */
export function consentRules(consent: JsonObject, reading: Reading): ConsentRules | undefined {
  if (consent.status !== 'active' || !isAboutPrivacy(consent)) return undefined;
  const root = isObject(consent.provision) ? consent.provision : {};
  const isUnclear = consent.modifierExtension !== undefined || consent.implicitRules !== undefined;
  const keys: string[] = [];
  const withheld: string[] = [];
  const put = (effect: Effect, provision: JsonObject): void => {
    const how = permitting.has(effect) ? 'exact' : 'wide';
    if (isUnclear && how === 'exact') return;
    const conditions = conditionsOf(isUnclear ? { ...provision, modifierExtension: [] } : provision, how, provision !== root, reading);
    if (conditions === undefined) return;
    const single = effect === 'within' ? undefined : conditions.data;
    withheld.push(...(single ?? []));
    keys.push(...ruleKeys(single === undefined ? effect : 'withhold', conditions));
  };
  putAll(consent, root, put);
  if (keys.length > MOST_KEYS) return { keys: ruleKeys('deny', everything), withheld, period: always };
  return { keys, withheld, period: periodOf(root, reading) };
}

const permitting: ReadonlySet<Effect> = new Set(['permit', 'exactly', 'except-permit']);

function putAll(consent: JsonObject, root: JsonObject, put: (effect: Effect, provision: JsonObject) => void): void {
  const base = baseOf(consent, root);
  const exceptions = objects(root.provision);
  const permits = exceptions.filter(({ type }) => type === 'permit');
  // One without a type, which R4 forbids, is taken for a denial.
  const denials = exceptions.filter(({ type }) => type !== 'permit');
  if (base === 'deny') put('deny', root);
  if (denials.length > 0) put('within', root);
  if (base === 'permit' && permits.length === 0) put('permit', root);
  else if (permits.length > 0) put('exactly', root);
  for (const denial of denials) put('except-deny', denial);
  // What stands inside of it takes something from it, nobody can say how much.
  for (const permit of permits) if (objects(permit.provision).length === 0) put('except-permit', permit);
}

function periodOf({ period }: JsonObject, { timeRange }: Reading): TimeRange {
  return (isObject(period) ? timeRange(period) : undefined) ?? always;
}

/** Source: R4 codesystem-consent-scope.html */
function isAboutPrivacy({ scope }: JsonObject): boolean {
  return isObject(scope) && objects(scope.coding).some(({ code }) => code === 'patient-privacy');
}

/** Source: v3 ActConsentDirective of v3-ActCode, R4 valueset-consent-policy.html */
const policies: Readonly<Record<string, 'deny' | 'permit'>> = {
  OPTIN: 'permit',
  OPTINR: 'permit',
  OPTOUT: 'deny',
  OPTOUTE: 'deny',
  EMRGONLY: 'deny',
  NOPP: 'deny',
};

function baseOf({ policyRule }: JsonObject, { type }: JsonObject): 'deny' | 'permit' | undefined {
  if (type === 'deny' || type === 'permit') return type;
  const codes = isObject(policyRule) ? objects(policyRule.coding).map(({ code }) => code as Json) : [];
  const found = codes.map((code) => (typeof code === 'string' && Object.hasOwn(policies, code) ? policies[code] : undefined));
  return found.includes('deny') ? 'deny' : found.find((one) => one !== undefined);
}
