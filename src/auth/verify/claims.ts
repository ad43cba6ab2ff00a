/**
 * What the claims of a verified token say of who asks. A claim that is not of its kind is no claim: the token is refused, so that nothing
 * that is missing widens. Source: RFC 9068 §2.2; SMART App Launch 2.2 scopes-and-launch-context.html
 */
import { allInstitutions } from '../../access/policy/institution.js';
import type { Principal } from '../../access/principal.js';
import { isObject } from '../../model/json.js';
import { isId } from '../../model/resource.js';
import type { DeniableToken } from './denied.js';

/** By the names of our own tokens; those of other issuers are brought to them first. */
export type Claims = Readonly<Record<string, unknown>>;

export interface Verified {
  readonly principal: Principal;
  readonly token: DeniableToken;
}

/** undefined where the claims are not those of an access token. */
export function verifiedBy(claims: Claims): Verified | undefined {
  const { iss, sub, client_id: client, jti, gid, iat, exp, scope, role, patient, encounter, fhirUser, institution, name } = claims;
  const { patients, emergency } = claims;
  const texts = { iss, sub, client, jti, scope, role };
  if (!Object.values(texts).every((one) => typeof one === 'string') || typeof exp !== 'number' || typeof iat !== 'number') return undefined;
  if (![gid, fhirUser, name].every(isTextOrAbsent)) return undefined;
  if (![patient, encounter].every(isIdOrAbsent) || !(institution === allInstitutions || isIdOrAbsent(institution))) return undefined;
  if (patients !== undefined && !(Array.isArray(patients) && patients.every((one) => typeof one === 'string' && isId(one))))
    return undefined;
  if (!isEmergencyOrAbsent(emergency)) return undefined;
  const known = { ...texts, patient, patients, encounter, fhirUser, institution, name, emergency, gid } as Known;
  return { principal: principalOf(known, exp), token: deniable(known, iat) };
}

interface Known {
  readonly iss: string;
  readonly sub: string;
  readonly client: string;
  readonly jti: string;
  readonly scope: string;
  readonly role: string;
  readonly gid?: string;
  readonly patient?: string;
  readonly patients?: readonly string[];
  readonly encounter?: string;
  readonly fhirUser?: string;
  readonly institution?: string;
  readonly name?: string;
  readonly emergency?: { readonly reason: string; readonly purpose: string };
}

function principalOf(known: Known, exp: number): Principal {
  const { iss, sub, client, jti, gid, emergency, patient, patients, encounter, fhirUser, institution, name, scope, role } = known;
  const optional = { patient, patients, encounter, fhirUser, institution, name, grant: gid, account: sub === client ? undefined : sub };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    client,
    role,
    scope,
    tokenId: jti,
    issuer: iss,
    expires: exp * 1000,
    ...present,
    ...(emergency === undefined ? {} : { emergency: { reason: emergency.reason, purpose: emergency.purpose } }),
  };
}

function deniable({ jti, gid, sub, client }: Known, iat: number): DeniableToken {
  return { jti, client, issued: iat * 1000, ...(gid === undefined ? {} : { gid }), ...(sub === client ? {} : { sub }) };
}

function isIdOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && isId(value));
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isEmergencyOrAbsent(value: unknown): boolean {
  return value === undefined || (isObject(value) && typeof value.reason === 'string' && typeof value.purpose === 'string');
}
