/** Who took part: the client, this server, the person, and the institution the person acts for. Source: R4 auditevent-definitions.html#AuditEvent.agent; IHE BALP 1.1 */
import type { JsonObject } from '../model/json.js';
import { mayTakePart } from './keys.js';
import type { Who } from './record.js';

/** Where the data went: out to the client, or in from it (a query is data of the client). */
export type Direction = 'in' | 'out';

const dicom = 'http://dicom.nema.org/resources/ontology/DCM';
const source = { coding: [{ system: dicom, code: '110153', display: 'Source Role ID' }] };
const destination = { coding: [{ system: dicom, code: '110152', display: 'Destination Role ID' }] };
const participation = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';

interface ClientSide {
  readonly who: Who | undefined;
  readonly address: string | undefined;
  readonly direction: Direction;
}

/** It is the one that asks where no person does. */
export function clientAgent({ who, address, direction }: ClientSide): JsonObject {
  const isRequestor = who?.account === undefined;
  return {
    type: direction === 'out' ? destination : source,
    ...(isRequestor ? roleOf(who) : {}),
    who: who?.client === undefined ? { display: 'unknown' } : { identifier: { value: who.client } },
    ...(isRequestor && who?.name !== undefined ? { name: who.name } : {}),
    requestor: isRequestor,
    ...(isRequestor ? tokenOf(who) : {}),
    ...(address === undefined ? {} : { network: { address, type: '2' } }),
    ...(isRequestor ? purposeOf(who) : {}),
  };
}

export function serverAgent(baseUrl: string, direction: Direction): JsonObject {
  return {
    type: direction === 'out' ? source : destination,
    who: { identifier: { system: 'urn:ietf:rfc:3986', value: baseUrl } },
    requestor: false,
    network: { address: baseUrl, type: '5' },
  };
}

/** None where a system acts for itself. */
export function userAgent(who: Who | undefined, as: 'recipient' | 'author'): readonly JsonObject[] {
  if (who?.account === undefined) return [];
  const { account, name, fhirUser } = who;
  const [code, display] = as === 'recipient' ? ['IRCP', 'information recipient'] : ['AUT', 'author (originator)'];
  return [
    {
      type: { coding: [{ system: participation, code, display }] },
      ...roleOf(who),
      who: {
        ...(fhirUser === undefined || !mayTakePart(fhirUser) ? {} : { reference: fhirUser }),
        identifier: { value: account },
        ...(name === undefined ? {} : { display: name }),
      },
      altId: account,
      ...(name === undefined ? {} : { name }),
      requestor: true,
      ...tokenOf(who),
      ...purposeOf(who),
    },
  ];
}

export function institutionAgent(institution: string | undefined): readonly JsonObject[] {
  if (institution === undefined) return [];
  return [
    {
      type: { coding: [{ system: participation, code: 'CST', display: 'custodian' }] },
      who: { reference: `Organization/${institution}` },
      requestor: false,
    },
  ];
}

function roleOf(who: Pick<Who, 'role'> | undefined): JsonObject {
  return who?.role === undefined ? {} : { role: [{ coding: [{ system: 'https://lianyi.cn/fhir/CodeSystem/role', code: who.role }] }] };
}

/** The token's id stands for the policy that let it happen. */
function tokenOf(who: Who | undefined): JsonObject {
  return who?.tokenId === undefined ? {} : { policy: [`urn:ietf:params:oauth:jti:${encodeURIComponent(who.tokenId)}`] };
}

function purposeOf(who: Who | undefined): JsonObject {
  if (who?.emergency === undefined) return {};
  const { reason, purpose } = who.emergency;
  return { purposeOfUse: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: purpose }], text: reason }] };
}
