/**
 * What the server says of how to come in. Everything that is listed here is there; nothing is listed that is not.
 * Source: SMART App Launch 2.2 conformance.html#using-well-known, RFC 8414
 */
import { namedScopes } from '../access/scopes.js';
import { assertionAlgorithms, clientAuthMethods, routes } from './library.js';
import type { AuthRooms } from './rooms.js';

type Told = Pick<AuthRooms, 'issuer'>;

/** What OAuth and SMART both tell. */
export function authorizationServer({ issuer }: Told): Readonly<Record<string, unknown>> {
  const proven = clientAuthMethods.filter((method) => method !== 'none');
  const endpoints = {
    token_endpoint_auth_methods_supported: clientAuthMethods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    introspection_endpoint_auth_methods_supported: proven,
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: clientAuthMethods,
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
  };
  return { ...endpoints, scopes_supported: scopesSupported, management_endpoint: `${issuer}/grants` };
}

/** Served at `[base]/.well-known/smart-configuration`. */
export function smartConfiguration(told: Told): Readonly<Record<string, unknown>> {
  const { issuer } = told;
  return {
    issuer,
    jwks_uri: issuer + routes.jwks,
    authorization_endpoint: issuer + routes.authorization,
    token_endpoint: issuer + routes.token,
    introspection_endpoint: issuer + routes.introspection,
    revocation_endpoint: issuer + routes.revocation,
    registration_endpoint: issuer + routes.registration,
    end_session_endpoint: issuer + routes.end_session,
    grant_types_supported: ['authorization_code', 'client_credentials'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    ...authorizationServer(told),
    capabilities,
  };
}

/** The wildcards stand for every type, and what they allow for each part of it. */
const scopesSupported = [
  ...namedScopes,
  ...['patient', 'user', 'system'].flatMap((context) => [`${context}/*.cruds`, `${context}/*.rs`, `${context}/*.*`, `${context}/*.read`]),
];

const capabilities = [
  'launch-ehr',
  'launch-standalone',
  'authorize-post',
  'client-public',
  'client-confidential-symmetric',
  'client-confidential-asymmetric',
  'sso-openid-connect',
  'context-banner',
  'context-style',
  'context-ehr-patient',
  'context-ehr-encounter',
  'context-standalone-patient',
  'context-standalone-encounter',
  'permission-offline',
  'permission-online',
  'permission-patient',
  'permission-user',
  'permission-v1',
  'permission-v2',
];
