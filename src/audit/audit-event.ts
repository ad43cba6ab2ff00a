/**
 * Records as AuditEvents, in the shapes of IHE's Basic Audit Log Patterns: of one record one for each patient it names.
 * Source: R4 auditevent.html; IHE BALP 1.1 (Create, Read, Update, Delete, Query and their Patient variants)
 */
import { instantText } from '../model/dates.js';
import type { JsonObject } from '../model/json.js';
import type { Resource } from '../model/resource.js';
import type { AuditPlace, AuditRecord } from '../store/audit-log.js';
import { clientAgent, type Direction, institutionAgent, serverAgent, userAgent } from './agents.js';
import { dataEntity, patientEntity, purpose, queryEntity, sourceOf, transactionEntity } from './audit-event-parts.js';
import { type AccessEntry, readBody } from './record.js';
import { securityEvent } from './security-event.js';

/** One AuditEvent: the record it is of, and which of that record's patients. */
export interface EventPlace extends AuditPlace {
  readonly patient: number;
}

export function eventId({ chain, number, patient }: EventPlace): string {
  return patient === 0 ? `${chain}-${number}` : `${chain}-${number}.${patient}`;
}

/** undefined for an id that none can have. */
export function parseEventId(id: string): EventPlace | undefined {
  const [, chain, number, patient = '0'] = /^([a-z0-9]{1,32})-([1-9]\d{0,14})(?:\.([1-9]\d{0,3}))?$/.exec(id) ?? [];
  return chain === undefined ? undefined : { chain, number: Number(number), patient: Number(patient) };
}

/** As many as the record names patients, and one where it names none; none of a record that was spoiled. */
export function eventsOf(record: AuditRecord, baseUrl: string): readonly Resource[] {
  const entry = readBody(record.body);
  if (entry === undefined) return [];
  const made = (patient: number, content: JsonObject, profile: readonly string[] = []): Resource => ({
    resourceType: 'AuditEvent',
    id: eventId({ chain: record.chain, number: record.number, patient }),
    meta: { versionId: '1', lastUpdated: instantText(record.time), ...(profile.length === 0 ? {} : { profile }) },
    ...content,
  });
  const recorded = instantText(record.time);
  if (entry.kind === 'event') return [made(0, securityEvent(entry.event, recorded, baseUrl))];
  const patients = entry.patients.length === 0 ? [undefined] : entry.patients;
  return patients.map((patient, at) => made(at, accessEvent(entry, patient, recorded, baseUrl), profileOf(entry, patient)));
}

const BALP = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.';
const patterns: Readonly<Record<string, string>> = {
  create: 'Create',
  read: 'Read',
  vread: 'Read',
  update: 'Update',
  patch: 'Update',
  delete: 'Delete',
  search: 'Query',
  'search-type': 'Query',
  'search-system': 'Query',
};
/** What the pattern says of the action; an update that creates follows none. */
const actionOf: Readonly<Record<string, string>> = { Create: 'C', Read: 'R', Update: 'U', Delete: 'D', Query: 'E' };

/** The patterns are those of what succeeded, and was asked with a token. */
function profileOf({ interaction, action, status, who, reference, address }: AccessEntry, patient: string | undefined): readonly string[] {
  const pattern = patterns[interaction];
  if (pattern === undefined || status >= 400 || who === undefined || address === undefined || actionOf[pattern] !== action) return [];
  if (pattern !== 'Query' && (reference === undefined || instanceOf(reference) === undefined)) return [];
  return [`${BALP}${patient === undefined ? pattern : `Patient${pattern}`}`];
}

function accessEvent(entry: AccessEntry, patient: string | undefined, recorded: string, baseUrl: string): JsonObject {
  const { interaction, action, status, who, address } = entry;
  const direction: Direction = action === 'R' ? 'out' : 'in';
  const emergency = who?.emergency;
  return {
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest', display: 'RESTful Operation' },
    ...(interaction === 'request'
      ? {}
      : { subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: interaction, display: interaction }] }),
    action,
    recorded,
    outcome: outcomeOf(status),
    outcomeDesc: descriptionOf(entry),
    ...(emergency === undefined ? {} : { purposeOfEvent: [purpose(emergency)] }),
    agent: [
      clientAgent({ who, address, direction }),
      serverAgent(baseUrl, direction),
      ...userAgent(who, action === 'R' || action === 'E' ? 'recipient' : 'author'),
      ...institutionAgent(who?.institution),
    ],
    source: sourceOf(baseUrl),
    entity: entitiesOf(entry, patient),
  };
}

/** Source: R4 valueset-audit-event-outcome.html */
function outcomeOf(status: number): string {
  return status < 400 ? '0' : status < 500 ? '4' : '8';
}

function descriptionOf({ status, cut }: AccessEntry): string {
  return cut ? `HTTP ${status}; the query or the list of patients was longer than what is kept` : `HTTP ${status}`;
}

function entitiesOf({ reference, query, patients, requestId }: AccessEntry, patient: string | undefined): JsonObject[] {
  const instance = reference === undefined ? undefined : instanceOf(reference);
  const isPatient = instance !== undefined && instance === `Patient/${patient}`;
  const entities: JsonObject[] = [];
  if (patient !== undefined) entities.push(patientEntity(patient));
  if (instance !== undefined && reference !== undefined && (!isPatient || patients.length < 2)) entities.push(dataEntity(reference));
  if (query !== undefined) entities.push(queryEntity(query));
  else if (entities.length === 0 && reference !== undefined) entities.push(queryEntity(reference));
  if (requestId !== undefined) entities.push(transactionEntity(requestId));
  return entities;
}

/** `Patient/1` of `Patient/1/_history/2`; undefined where no instance is named. */
function instanceOf(reference: string): string | undefined {
  return /^[^/]*\/[^/]*/.exec(reference)?.[0];
}
