/**
 * Sign-ins, tokens, administration and the rest as AuditEvents: DICOM's codes where it has some, and our own for each, so that they can be told
 * apart. Source: R4 auditevent.html; DICOM PS3.15 A.5.3, PS3.16 CID 400–403
 */
import type { JsonObject } from '../model/json.js';
import { institutionAgent, serverAgent, userAgent } from './agents.js';
import { patientEntity, purpose, sourceOf, transactionEntity } from './audit-event-parts.js';
import type { SecurityEvent, SecurityEventKind } from './event.js';

/** Where the codes of what happened are ours. */
export const kindSystem = 'https://lianyi.cn/fhir/CodeSystem/audit-event';

const authentication = ['110114', 'User Authentication'] as const;
const alert = ['110113', 'Security Alert'] as const;
const activity = ['110100', 'Application Activity'] as const;
const logUsed = ['110101', 'Audit Log Used'] as const;
const login = ['110122', 'Login'] as const;
const attributes = ['110137', 'User Security Attributes Changed'] as const;
const configuration = ['110129', 'Security Configuration'] as const;

type Code = readonly [code: string, display: string];
type Shape = readonly [type: Code, action: 'C' | 'R' | 'U' | 'D' | 'E', subtype?: Code];

const shapes: Readonly<Record<SecurityEventKind, Shape>> = {
  'sign-in': [authentication, 'E', login],
  'second-factor': [authentication, 'E', login],
  'lock-out': [alert, 'E', configuration],
  'sign-out': [authentication, 'E', ['110123', 'Logout']],
  'consent-given': [alert, 'C', ['110136', 'Security Roles Changed']],
  'consent-revoked': [alert, 'D', ['110136', 'Security Roles Changed']],
  'break-glass': [alert, 'E', ['110127', 'Emergency Override Started']],
  'launch-created': [activity, 'C'],
  launch: [activity, 'E'],
  'token-issued': [authentication, 'C', ['110126', 'Node Authentication']],
  'token-refreshed': [authentication, 'C', ['110126', 'Node Authentication']],
  'token-revoked': [authentication, 'D', ['110126', 'Node Authentication']],
  'token-introspected': [authentication, 'R', ['110126', 'Node Authentication']],
  'token-reused': [alert, 'E', ['110126', 'Node Authentication']],
  'client-registered': [alert, 'C', configuration],
  'client-changed': [alert, 'U', configuration],
  'client-revoked': [alert, 'D', configuration],
  'registration-token-made': [alert, 'C', configuration],
  'keys-made': [alert, 'C', configuration],
  'keys-rotated': [alert, 'U', configuration],
  'secrets-sealed': [alert, 'U', configuration],
  'account-added': [alert, 'C', attributes],
  'account-changed': [alert, 'U', attributes],
  'account-locked': [alert, 'U', attributes],
  'account-unlocked': [alert, 'U', attributes],
  'account-reset': [alert, 'U', attributes],
  'policy-changed': [alert, 'U', ['110136', 'Security Roles Changed']],
  'code-system-loaded': [activity, 'U'],
  'code-system-removed': [activity, 'D'],
  'audit-read': [logUsed, 'R'],
  'audit-verified': [logUsed, 'R'],
  'audit-purged': [logUsed, 'D'],
  'audit-lost': [alert, 'E', configuration],
  'server-started': [activity, 'E', ['110120', 'Application Start']],
  'server-stopped': [activity, 'E', ['110121', 'Application Stop']],
};

const outcomes = { success: '0', refused: '4', failed: '8' } as const;

export function securityEvent(event: SecurityEvent, recorded: string, baseUrl: string): JsonObject {
  const { kind, outcome, reason } = event;
  const [type, action, subtype] = shapes[kind];
  return {
    type: dicomCoding(type),
    subtype: [...(subtype === undefined ? [] : [dicomCoding(subtype)]), { system: kindSystem, code: kind }],
    action,
    recorded,
    outcome: outcomes[outcome],
    ...(reason === undefined ? {} : { outcomeDesc: reason }),
    ...(event.purpose === undefined ? {} : { purposeOfEvent: [purpose({ reason: reason ?? '', purpose: event.purpose })] }),
    agent: [...agentsOf(event), serverAgent(baseUrl, 'in')],
    source: sourceOf(baseUrl),
    ...entitiesOf(event),
  };
}

function dicomCoding([code, display]: Code): JsonObject {
  return { system: 'http://dicom.nema.org/resources/ontology/DCM', code, display };
}

/** Who did it, and the application it was done with. */
function agentsOf({ by, address, tokenId }: SecurityEvent): readonly JsonObject[] {
  const network = address === undefined ? {} : { network: { address, type: '2' } };
  if (by === undefined) return [{ who: { display: 'operator' }, requestor: true, ...network }];
  const person = userAgent(tokenId === undefined ? by : { ...by, tokenId }, 'author');
  const isAlone = person.length === 0;
  const application = {
    who: by.client === undefined ? { display: by.name ?? 'unknown' } : { identifier: { value: by.client } },
    ...(isAlone && by.name !== undefined ? { name: by.name } : {}),
    requestor: isAlone,
    ...network,
  };
  return [
    ...(isAlone || by.client !== undefined || address !== undefined ? [application] : []),
    ...person,
    ...institutionAgent(by.institution),
  ];
}

/** An empty list is left out. Source: R4 json.html#null */
function entitiesOf({ about, patient, requestId, scope, detail = {}, grant, tokenId }: SecurityEvent): JsonObject {
  const details = Object.entries({ ...detail, scope, grant, tokenId }).flatMap(([type, value]) =>
    value === undefined || value === '' ? [] : [{ type, valueString: String(value) }],
  );
  const object: readonly JsonObject[] =
    about === undefined && details.length === 0
      ? []
      : [
          {
            ...(about === undefined ? {} : { what: { identifier: { system: `${kindSystem}/${about.kind}`, value: about.id } } }),
            type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '2', display: 'System Object' },
            role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '13', display: 'Security Resource' },
            ...(about?.name === undefined ? {} : { name: about.name }),
            ...(details.length === 0 ? {} : { detail: details }),
          },
        ];
  const entity = [
    ...(patient === undefined ? [] : [patientEntity(patient)]),
    ...object,
    ...(requestId === undefined ? [] : [transactionEntity(requestId)]),
  ];
  return entity.length === 0 ? {} : { entity };
}
