/** What limits everybody beside scopes and role: security labels, the patients' Consents, and what may only be shown in part. */
import type { Zone } from '../../model/dates.js';
import type { Predicate } from '../../store/port.js';
import { consentRestriction } from '../consent/consent-factor.js';
import { labelRestriction } from '../labels.js';
import type { Principal } from '../principal.js';
import type { Factor } from './compile.js';
import { allInstitutions, recordedBy } from './institution.js';
import { createPatientCompartment } from './patient-compartment.js';
import { everything } from './predicates.js';

const labelFactor: Factor = {
  liftedInEmergency: false,
  predicate: ({ role }) => labelRestriction(role.clearance),
};

export interface ConsentOptions {
  /** `opt-in`: what another institution recorded is seen only with a permit. */
  readonly mode: 'opt-in' | 'opt-out';
  readonly zone: Zone;
  readonly definitions: Parameters<typeof createPatientCompartment>[0];
  /** Whether any Consent has rules; absent: it is not known. */
  readonly inUse?: () => boolean;
}

export function createFactors(options: ConsentOptions): readonly Factor[] {
  return [labelFactor, consentFactor(options)];
}

function consentFactor({ mode, zone, definitions, inUse = () => true }: ConsentOptions): Factor {
  const compartment = createPatientCompartment(definitions);
  return {
    liftedInEmergency: true,
    predicate({ principal, role }, act, type) {
      const member = compartment.membership(type);
      if (role.consent === 'exempt' || member === undefined || member.kind === 'context') return everything;
      const own = ownData(principal);
      const view = {
        // Whom the patient trusts with all of it needs no permit.
        mode: role.consent === 'named' || principal.institution === allInstitutions ? ('opt-out' as const) : mode,
        who: whoIs(principal),
        namedOnly: role.consent === 'named',
        purposes: role.purposes,
        clearance: role.clearance,
        ...(own !== undefined && { own, ...(role.consent === 'ownExempt' && { exempt: own }) }),
        // The same as long as the token lasts, in every process.
        now: principal.expires,
        zone,
      };
      // Where nobody has spoken nobody has denied; a permit would still have to be there.
      if (view.mode === 'opt-out' && !inUse()) return everything;
      const patients = member.kind === 'self' ? [] : member.kind === 'subject' ? [member.param] : member.params;
      return consentRestriction(view, act, type, patients);
    },
  };
}

function ownData({ institution }: Principal): Predicate | undefined {
  return institution === undefined || institution === allInstitutions ? undefined : recordedBy(institution);
}

/** By what actors of a Consent may name somebody. */
function whoIs({ fhirUser, institution }: Principal): readonly string[] {
  return [...(fhirUser === undefined ? [] : [fhirUser]), ...(institution === undefined ? [] : [`Organization/${institution}`])];
}
