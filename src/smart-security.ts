/**
 * What the CapabilityStatement says of how to come in. Source: R4 capabilitystatement-definitions.html#CapabilityStatement.rest.security;
 * SMART App Launch 1.0 conformance (oauth-uris), which clients of before 2.0 read
 */
import type { JsonObject } from './model/json.js';

const endpoints = {
  authorize: 'authorization_endpoint',
  token: 'token_endpoint',
  introspect: 'introspection_endpoint',
  revoke: 'revocation_endpoint',
  register: 'registration_endpoint',
  manage: 'management_endpoint',
} as const;

/** `configuration`: what is served as smart-configuration. */
export function smartSecurity(configuration: object): JsonObject {
  const known = configuration as Readonly<Record<string, unknown>>;
  const uris = Object.entries(endpoints).flatMap(([url, name]) => {
    const valueUri = known[name];
    return typeof valueUri === 'string' ? [{ url, valueUri }] : [];
  });
  const system = 'http://terminology.hl7.org/CodeSystem/restful-security-service';
  return {
    extension: [{ url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension: uris }],
    service: [{ coding: [{ system, code: 'SMART-on-FHIR' }], text: 'SMART App Launch 2.2: OAuth 2.0 with access tokens (Bearer)' }],
    description:
      'Every request but for this statement and .well-known/smart-configuration needs an access token in the header Authorization. What it ' +
      'may see and do follows from its scopes, the role, institution and patient it was issued for, security labels and consents; what may ' +
      'not be seen looks as if it were not there.',
  };
}
