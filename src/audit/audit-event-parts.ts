/** Parts that AuditEvents of all kinds are made of. Source: R4 auditevent-definitions.html#AuditEvent.entity; IHE BALP 1.1 */
import type { JsonObject } from '../model/json.js';

export function purpose({ reason, purpose: code }: { readonly reason: string; readonly purpose: string }): JsonObject {
  return { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code }], text: reason };
}

export function sourceOf(baseUrl: string): JsonObject {
  return {
    observer: { identifier: { system: 'urn:ietf:rfc:3986', value: baseUrl }, display: 'Lianyi' },
    type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4', display: 'Application Server' }],
  };
}

const entityType = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const objectRole = 'http://terminology.hl7.org/CodeSystem/object-role';
const systemObject = { system: entityType, code: '2', display: 'System Object' };

export function patientEntity(id: string): JsonObject {
  return {
    what: { reference: `Patient/${id}` },
    type: { system: entityType, code: '1', display: 'Person' },
    role: { system: objectRole, code: '1', display: 'Patient' },
  };
}

export function dataEntity(reference: string): JsonObject {
  return { what: { reference }, type: systemObject, role: { system: objectRole, code: '4', display: 'Domain Resource' } };
}

/** As it was asked, for machines in base64 and for people as it is. */
export function queryEntity(query: string): JsonObject {
  return {
    type: systemObject,
    role: { system: objectRole, code: '24', display: 'Query' },
    description: query,
    query: Buffer.from(query).toString('base64'),
  };
}

export function transactionEntity(requestId: string): JsonObject {
  return {
    what: { identifier: { value: requestId } },
    type: { system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', code: 'XrequestId' },
  };
}
