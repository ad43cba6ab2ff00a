/** A client as the library holds it, with what we keep beside: the library changes the names of its own properties only. */
import type Provider from 'oidc-provider';
import { parseScopes, type ScopeTypes, type SmartScope } from '../access/scopes.js';
import type { ClientMetadata } from './client-rules.js';

export type LibraryClient = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;

type Own = Pick<ClientMetadata, 'smart_scope' | 'scope_limit' | 'launch_uri' | 'role' | 'institution' | 'may_launch'>;

export function ownOf(client: LibraryClient): Own {
  return client as Own;
}

export function registeredScopes(client: LibraryClient, types: ScopeTypes): readonly SmartScope[] {
  return parseScopes(ownOf(client).smart_scope ?? '', types);
}
