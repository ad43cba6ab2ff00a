/**
 * What a client may be registered with, whoever registers it: an administrator, or itself with a registration token.
 * Source: SMART App Launch 2.2 app-launch.html#register-app-with-ehr, client-confidential-asymmetric.html#registering-a-client-communicating-public-keys
 */
import { coveredBy, parseScope, parseScopes, type ScopeTypes, type SmartScope } from '../access/scopes.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';

/** What the library keeps of a client, under the names of RFC 7591, and what we keep beside. */
export interface ClientMetadata {
  readonly client_id: string;
  readonly client_name?: string;
  readonly client_secret?: string;
  readonly client_id_issued_at?: number;
  readonly redirect_uris?: readonly string[];
  readonly post_logout_redirect_uris?: readonly string[];
  readonly grant_types?: readonly string[];
  readonly response_types?: readonly string[];
  readonly token_endpoint_auth_method?: string;
  readonly application_type?: 'web' | 'native';
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  readonly jwks_uri?: string;
  /** Scopes it may ask for, separated by spaces: the library knows a list of names only, so it has them under a name of our own. */
  readonly smart_scope?: string;
  /** Scopes that an own change of its registration may not pass; absent where an administrator registered it. */
  readonly scope_limit?: string;
  /** Where a launch from another system begins. */
  readonly launch_uri?: string;
  /** Role and institution it has where it acts for itself. */
  readonly role?: string;
  readonly institution?: string;
  /** It may make launches: it is the system that apps are started from. */
  readonly may_launch?: boolean;
}

/** Ours, which the library keeps untouched. */
export const ownMetadata = ['smart_scope', 'scope_limit', 'launch_uri', 'role', 'institution', 'may_launch'] as const;

/** What a system acts as that nothing else is said of. */
export const systemRole = 'system-integration';

/** What an app is registered for that names no scopes: to read what its user may see. */
export const readingScopes =
  'openid profile fhirUser launch launch/patient launch/encounter offline_access online_access patient/*.rs user/*.rs';

/** Those of a text, each once; one that the grammar does not know is an error. */
export function checkedScopes(text: string, types: ScopeTypes): readonly SmartScope[] {
  return [...new Set(text.split(/\s+/))]
    .filter((one) => one !== '')
    .map((one) => {
      const scope = parseScope(one, types);
      if (scope !== undefined) return scope;
      const found = JSON.stringify(one);
      throw fault(
        'value',
        message(
          'unknown-scope',
          `${found} is no scope: expected one such as patient/Observation.rs, user/*.read, system/Patient.cruds, openid or offline_access`,
          `${found}不是有效的scope；应如patient/Observation.rs、user/*.read、system/Patient.cruds、openid或offline_access`,
        ),
      );
    });
}

const LONGEST_NAME = 100;
/** What ends a line, or turns round what stands beside it. */
const unseemly = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** Throws FhirError where its name cannot be shown, or its scopes do not go with its kind or pass its limit. */
export function checkClient(client: ClientMetadata, types: ScopeTypes): void {
  checkName(client);
  checkScopes(client, types);
}

function checkName({ client_name: name = '' }: ClientMetadata): void {
  if (typeof name === 'string' && [...name].length <= LONGEST_NAME && !unseemly.test(name)) return;
  throw fault(
    'value',
    message(
      'client-name',
      `The name of a client is shown to people: at most ${LONGEST_NAME} characters were expected, without those that control lines or directions`,
      `客户端名称会显示给用户：应不超过${LONGEST_NAME}个字符，且不含换行或文字方向等控制字符`,
    ),
  );
}

function checkScopes(client: ClientMetadata, types: ScopeTypes): void {
  const scopes = checkedScopes(client.smart_scope ?? '', types);
  const system = scopes.find((scope) => isSystem(scope));
  if (system !== undefined && client.token_endpoint_auth_method === 'none') {
    throw fault(
      'value',
      message(
        'system-scope-of-public-client',
        `${system.text} is for clients that can prove who they are: a public client cannot have it`,
        `${system.text}仅适用于可验证身份的客户端；公开客户端不可使用`,
      ),
    );
  }
  if (client.scope_limit === undefined) return;
  const limit = parseScopes(client.scope_limit, types);
  const beyond = scopes.find((scope) => !coveredBy(limit, scope));
  if (beyond !== undefined) {
    throw fault(
      'value',
      message(
        'scope-beyond-limit',
        `${beyond.text} is not among what the registration token allows: ${client.scope_limit}`,
        `${beyond.text}超出注册令牌允许的范围：${client.scope_limit}`,
      ),
    );
  }
}

export function isSystem(scope: SmartScope): boolean {
  return scope.kind === 'resource' ? scope.context === 'system' : scope.text === '__introspect';
}
