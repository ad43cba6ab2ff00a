/**
 * What a token of a person stands for and does not say: who the person is and what the role, the institution, the patients of a guardian
 * and the reason of an emergency are. An app can read its token, and tokens end up in logs: it carries a reference in their place. Scopes
 * that are too long for a header are kept in the same way. Source: RFC 9068 §6 (privacy of what a JWT access token says)
 */
import type { AccessToken, ClientCredentials, JWTStructured } from 'oidc-provider';
import type { StateStore } from '../store/state.js';
import type { Claims } from './verify/claims.js';

const kind = 'claims';
/** Nobody's affair but our own resource server's. */
const ofPersons = ['name', 'role', 'institution', 'patients', 'fhirUser', 'emergency'];
/** Characters. */
const longestScope = 3000;

type States = Pick<StateStore, 'get' | 'put'>;

/** The claims that may stand in the token; the others are kept until it has expired. `refs`: what takes them along when it ends. */
export async function keptBeside(states: States, claims: Claims, refs: readonly string[] = []): Promise<Claims> {
  const { jti, exp, sub, client_id: client, scope } = claims;
  const apart = sub === client ? [] : ofPersons.filter((name) => claims[name] !== undefined);
  if (typeof scope === 'string' && scope.length > longestScope) apart.push('scope');
  if (apart.length === 0) return claims;
  const value = JSON.stringify(Object.fromEntries(apart.map((name) => [name, claims[name]])));
  await states.put({ kind, id: String(jti), value, refs, expires: (Number(exp) + 60) * 1000 });
  const told = Object.entries(claims).filter(([name]) => !apart.includes(name));
  return { ...Object.fromEntries(told), claims_ref: jti };
}

/** The same for a token that the library is about to sign. */
export async function keepClaims(states: States, token: AccessToken | ClientCredentials, { payload }: JWTStructured): Promise<void> {
  const refs = token.kind === 'AccessToken' && token.grantId !== undefined ? [`grant:${token.grantId}`] : [];
  const told = await keptBeside(states, payload, refs);
  for (const name of Object.keys(payload)) if (!(name in told)) delete payload[name];
  Object.assign(payload, told);
}

/** A token's claims with what is kept beside them; undefined where that is not there (any more). Only for tokens of our own. */
export async function wholeClaims(states: Pick<StateStore, 'get'>, claims: Claims): Promise<Claims | undefined> {
  const { claims_ref: reference, ...told } = claims;
  if (reference === undefined) return told;
  const item = typeof reference === 'string' && reference === told.jti ? await states.get(kind, reference) : undefined;
  return item && { ...told, ...(JSON.parse(item.value) as Claims) };
}
