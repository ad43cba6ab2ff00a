/**
 * What Consents keep away from somebody, told slowly by R4's words and what this server chooses where they are silent: denials
 * win, an exception is one level down, a rule that denies is read widely and one that permits exactly. Source: R4 consent.html
 */
import type { Plain } from '../search/random/values.js';
import type { Asker } from './people.js';
import { confidentialitySystem, institutionSystem, sensitivitySystem } from './resources.js';

export interface ConsentQuestion {
  readonly asker: Asker;
  readonly act: 'read' | 'create' | 'change';
  readonly resource: Plain;
  /** `Observation/1` */
  readonly name: string;
  /** Consents about the patients the resource is about. */
  readonly ofPatient: readonly Plain[];
  readonly all: readonly Plain[];
  /** `Type/id` of a reference. */
  readonly local: (reference: string) => string;
}

const levels = ['U', 'L', 'M', 'N', 'R', 'V'];
const day = '2026-06-15';
const list = (value: Plain): readonly Plain[] => (value === undefined ? [] : value);

export function consentsAllow(question: ConsentQuestion): boolean {
  const { asker, resource, ofPatient, all } = question;
  const { role, principal } = asker;
  const own = list(resource.meta?.tag).some(({ system, code }) => system === institutionSystem && code === principal.institution);
  const isOwn = own && principal.institution !== undefined && principal.institution !== '*';
  if (role.consent === 'exempt' || (role.consent === 'ownExempt' && isOwn)) return true;
  if (all.some((consent) => withholds(question, consent))) return false;
  if (ofPatient.some((consent) => denies(question, consent))) return false;
  const optIn = asker.mode === 'opt-in' && role.consent !== 'named' && principal.institution !== '*';
  return !optIn || isOwn || ofPatient.some((consent) => permits(question, consent));
}

function isInForce({ status, scope, provision }: Plain): boolean {
  const isPrivacy = list(scope?.coding).some(({ code }) => code === 'patient-privacy');
  return status === 'active' && isPrivacy && isDuring(provision);
}

/** Where there is none it is about everything. */
const rootOf = ({ provision }: Plain): Plain => provision ?? {};

function isDuring(provision: Plain): boolean {
  const { start = '', end = '9999' } = provision?.period ?? {};
  return start <= day && day <= end;
}

function baseOf({ policyRule, provision }: Plain): 'deny' | 'permit' {
  return provision?.type ?? (list(policyRule?.coding)[0]?.code === 'OPTIN' ? 'permit' : 'deny');
}

const exceptionsOf = ({ provision }: Plain, type: string): readonly Plain[] =>
  list(provision?.provision).filter((one) => one.type === type && isDuring(one));

function denies(question: ConsentQuestion, consent: Plain): boolean {
  if (!isInForce(consent)) return false;
  const provision = rootOf(consent);
  const named = question.asker.role.consent === 'named';
  const base = baseOf(consent);
  const hits = (rule: Plain, onlyNamed: boolean) => rule.data === undefined && concerns(question, rule, 'wide', onlyNamed);
  if (base === 'deny' && hits(provision, named)) {
    const lifts = (rule: Plain) => concerns(question, rule, 'exact', false);
    if (!exceptionsOf(consent, 'permit').some(lifts)) return true;
  }
  // Where it speaks at all is told widely: single resources at the root do not narrow it, but a base that denies only these denies no more.
  const around = base === 'deny' && provision.data !== undefined ? false : concerns(question, provision, 'wide', false);
  return around && exceptionsOf(consent, 'deny').some((rule) => hits(rule, named));
}

function withholds(question: ConsentQuestion, consent: Plain): boolean {
  if (!isInForce(consent)) return false;
  const named = question.asker.role.consent === 'named';
  const rules = [...(baseOf(consent) === 'deny' ? [rootOf(consent)] : []), ...exceptionsOf(consent, 'deny')];
  return rules.some(
    (rule) =>
      list(rule.data).some(({ reference }) => question.local(reference.reference) === question.name) &&
      concerns(question, rule, 'wide', named),
  );
}

function permits(question: ConsentQuestion, consent: Plain): boolean {
  if (!isInForce(consent) || !concerns(question, rootOf(consent), 'exact', false)) return false;
  const exceptions = list(rootOf(consent).provision).filter(({ type }) => type === 'permit');
  if (exceptions.length === 0) return baseOf(consent) === 'permit';
  return exceptionsOf(consent, 'permit').some((rule) => concerns(question, rule, 'exact', false));
}

/** Whether a provision is about this act of this asker on this resource. */
function concerns(question: ConsentQuestion, rule: Plain, how: 'wide' | 'exact', onlyNamed: boolean): boolean {
  const { asker, act, resource, local } = question;
  if (how === 'exact' && rule.data !== undefined) return false;
  const actors = list(rule.actor).map(({ reference }) => local(reference.reference));
  const { fhirUser, institution } = asker.principal;
  const isNamed = actors.some((actor) => actor === fhirUser || (institution !== undefined && actor === `Organization/${institution}`));
  if (!isNamed && (actors.length > 0 || onlyNamed)) return false;
  const acts: Readonly<Record<string, string>> = { access: 'read', collect: 'create', correct: 'change' };
  if (
    !fits(
      list(rule.action).map(({ coding }) => acts[coding[0].code]),
      [act],
    )
  )
    return false;
  if (
    !fits(
      list(rule.purpose).map(({ code }) => code),
      asker.role.purposes ?? [],
    )
  )
    return false;
  if (
    !fits(
      list(rule.class).map(({ code }) => code),
      [resource.resourceType],
    )
  )
    return false;
  return list(rule.securityLabel).every((label) => labelFits(asker, resource, label, how));
}

function fits(said: readonly (string | undefined)[], asked: readonly string[]): boolean {
  return said.length === 0 || said.some((one) => one !== undefined && asked.includes(one));
}

/** "R" is about all that is labelled R or lower. Who may see all sensitive matters is denied all where one of them is denied. */
function labelFits({ role }: Asker, resource: Plain, label: Plain, how: 'wide' | 'exact'): boolean {
  const has = list(resource.meta?.security);
  if (label.system === sensitivitySystem) {
    if (role.permits === '*') return how === 'wide';
    return (role.permits ?? []).includes(label.code) && has.some(({ code }) => code === label.code);
  }
  // Whoever is cleared for no more than the label sees nothing above it.
  return confidentialityOf(resource) <= levels.indexOf(label.code);
}

export function confidentialityOf({ meta }: Plain): number {
  const told = list(meta?.security).filter(({ system }) => system === confidentialitySystem);
  return Math.max(...(told.length === 0 ? ['N'] : told.map(({ code }) => code)).map((code) => levels.indexOf(code)));
}
