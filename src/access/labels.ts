/**
 * Security labels against what somebody is cleared for: no confidentiality above one's own, no sensitive matter without a permit for it.
 * What bears no label is N; what bears one of the code system that is none of its codes is only for the highest.
 * Source: R4 security-labels.html, v3 Confidentiality, v3 InformationSensitivityPolicy
 */
import type { Predicate } from '../store/port.js';
import { actCodeSystem, sensitivities } from './sensitivities.js';

export const confidentialitySystem = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

/** From the least. */
export const confidentialities = ['U', 'L', 'M', 'N', 'R', 'V'] as const;
export type Confidentiality = (typeof confidentialities)[number];

export interface Clearance {
  readonly level: Confidentiality;
  /** Codes of v3 InformationSensitivityPolicy that may be seen; `*`: all. */
  readonly sensitivities: readonly string[] | '*';
}

const nothing: Predicate = { kind: 'all', of: [] };

/** What whoever is so cleared may see, and therefore write. */
export function labelRestriction({ level, sensitivities: permitted }: Clearance): Predicate {
  const hidden = permitted === '*' ? [] : sensitivities.filter((code) => !permitted.includes(code));
  const of: Predicate[] = [
    ...(level === 'V' ? [] : [isAtMost(level)]),
    ...(hidden.length === 0 ? [] : [{ kind: 'not', of: labelled(actCodeSystem, hidden) } as const]),
  ];
  return of.length === 0 ? nothing : { kind: 'all', of };
}

/** No more confidential than that, as far as it is known at all. */
export function isAtMost(level: Confidentiality): Predicate {
  const at = confidentialities.indexOf(level) + 1;
  const [upTo, above] = [confidentialities.slice(0, at), confidentialities.slice(at)];
  const told: Predicate = { kind: 'match', param: '_security', match: { kind: 'token', values: [{ system: confidentialitySystem }] } };
  // What bears none is N: not for whoever is cleared for less.
  const untold: readonly Predicate[] = upTo.includes('N') ? [{ kind: 'not', of: told }] : [];
  const isLow: Predicate = { kind: 'any', of: [...untold, labelled(confidentialitySystem, upTo)] };
  return above.length === 0 ? isLow : { kind: 'all', of: [{ kind: 'not', of: labelled(confidentialitySystem, above) }, isLow] };
}

/** Bears the code of a sensitive matter. */
export function isSensitive(code: string): Predicate {
  return labelled(actCodeSystem, [code]);
}

function labelled(system: string, codes: readonly string[]): Predicate {
  return { kind: 'match', param: '_security', match: { kind: 'token', values: codes.map((code) => ({ system, code })) } };
}
