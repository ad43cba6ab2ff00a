/**
 * Hundreds of granular scopes make a token that no header holds: it carries a reference in their place, and they are kept beside.
 */
import type { AccessToken, ClientCredentials, JWTStructured } from 'oidc-provider';
import type { StateStore } from '../store/state.js';

const kind = 'scope';
const longest = 3000;

export async function shortScope(states: StateStore, token: AccessToken | ClientCredentials, jwt: JWTStructured): Promise<void> {
  const { scope } = jwt.payload;
  if (typeof scope !== 'string' || scope.length <= longest) return;
  const { jti, exp = 0 } = token;
  const refs = token.kind === 'AccessToken' && token.grantId !== undefined ? [`grant:${token.grantId}`] : [];
  await states.put({ kind, id: jti, value: JSON.stringify(scope), refs, expires: (exp + 60) * 1000 });
  delete jwt.payload.scope;
  jwt.payload.scope_ref = jti;
}

/** What stands behind a reference; undefined where it is not known (any more). */
export async function scopeBy(states: StateStore, reference: string): Promise<string | undefined> {
  const item = await states.get(kind, reference);
  return item && (JSON.parse(item.value) as string);
}
