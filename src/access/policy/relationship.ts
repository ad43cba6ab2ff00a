/**
 * Whom an institution, or a person in it, treats: told by an Encounter there, an EpisodeOfCare, a CareTeam, or the Patient's own general
 * practitioner. What is cancelled, unknown or without its dates makes no relationship. Source: R4 encounter.html, episodeofcare.html,
 * careteam.html, patient-definitions.html#Patient.generalPractitioner
 */
import type { Predicate, Where } from '../../store/port.js';
import type { Principal } from '../principal.js';
import { allInstitutions } from './institution.js';
import { allOf, anyOf, hasCode, not, refersTo } from './predicates.js';

const DAY = 86_400_000;

/** Of a Patient; undefined: nobody is treated. It says the same as long as a token lasts, in every process: moments are days of its end. */
export function treated(principal: Principal, days: number): Predicate | undefined {
  const us = carers(principal);
  if (us.length === 0) return undefined;
  const today = Math.floor(principal.expires / DAY) * DAY;
  const [since, until] = [today - days * DAY, today + 2 * DAY];
  return anyOf([
    refersHere('Encounter', allOf([anyOf([by('service-provider', us), by('participant', us)]), visit(since, until)])),
    refersHere('EpisodeOfCare', allOf([anyOf([by('organization', us), by('care-manager', us)]), episode(since, until)])),
    refersHere('CareTeam', allOf([by('participant', us), hasCode('status', ['active']), anyOf([not(dated), endsAfter(since)])])),
    by('general-practitioner', us),
  ]);
}

/** The institution, and who asks, in one role or another. */
function carers({ institution, fhirUser }: Principal): readonly string[] {
  return [
    ...(institution === undefined || institution === allInstitutions ? [] : [`Organization/${institution}`]),
    ...(fhirUser !== undefined && /^Practitioner(Role)?\/[A-Za-z0-9.-]{1,64}$/.test(fhirUser) ? [fhirUser] : []),
  ];
}

/** Also in a role of theirs. */
function by(param: string, us: readonly string[]): Predicate | undefined {
  const roles = refersTo(
    'practitioner',
    us.filter((one) => one.startsWith('Practitioner/')),
  );
  const where: Where = roles === undefined ? [] : [{ type: 'PractitionerRole', predicate: roles }];
  return anyOf([refersTo(param, us), roles === undefined || !throughRoles.has(param) ? undefined : { kind: 'chain', param, where }]);
}

const throughRoles: ReadonlySet<string> = new Set(['participant', 'general-practitioner']);

function refersHere(type: string, predicate: Predicate | undefined): Predicate | undefined {
  return predicate === undefined ? undefined : { kind: 'reverse', param: 'patient', where: [{ type, predicate }] };
}

const dated: Predicate = { kind: 'present', param: 'date', entry: 'range' };

function endsAfter(since: number): Predicate {
  return { kind: 'match', param: 'date', match: { kind: 'range', values: [{ highAfter: since }] } };
}

/** Going on, or over since a moment: then it must say when it ended. */
function visit(since: number, until: number): Predicate | undefined {
  return overOrNot(['planned', 'arrived', 'triaged', 'in-progress', 'onleave'], since, until);
}

function episode(since: number, until: number): Predicate | undefined {
  return overOrNot(['active', 'onhold'], since, until);
}

function overOrNot(going: readonly string[], since: number, until: number): Predicate | undefined {
  return anyOf([
    allOf([
      hasCode('status', going),
      { kind: 'match', param: 'date', match: { kind: 'range', values: [{ highAfter: since, lowBefore: until }] } },
    ]),
    allOf([
      hasCode('status', ['finished']),
      { kind: 'match', param: 'date', match: { kind: 'range', values: [{ highAfter: since, highTo: until }] } },
    ]),
  ]);
}
