/**
 * What the pages of the authorization server show of patients and visits, when one has to be chosen: found by the server's own search, with
 * the access of the account that chooses. Source: SMART App Launch 2.2 scopes-and-launch-context.html#apps-that-launch-standalone
 */
import type { Access } from './access/access.js';
import type { Principal } from './access/principal.js';
import type { Chooser, EncounterCandidate, Found, PatientCandidate, Records } from './auth/pages/rooms.js';
import type { Perform } from './interactions/perform.js';
import { inSteps } from './model/in-steps.js';
import { isObject, type Json, type JsonObject } from './model/json.js';
import { FhirError } from './model/outcome.js';
import { isId } from './model/resource.js';
import { residentSystems } from './search/identity-numbers.js';
import type { Parameters } from './search/search.js';

export interface RecordsRooms {
  readonly perform: Perform;
  readonly accessFor: (principal: Principal) => Access;
  readonly issuer: string;
  readonly now: () => number;
}

/** As many as somebody looks through. */
const SHOWN = 20;
/** Milliseconds. */
const AWHILE = 60_000;

export function patientRecords(rooms: RecordsRooms): Records {
  const search = (who: Chooser, type: string, parameters: Parameters) => found(rooms, accessOf(rooms, who), type, parameters);
  return {
    async searchPatients(who, text) {
      const byName = await search(who, 'Patient', [
        ['name', escaped(text)],
        ['_sort', 'name'],
      ]);
      const byNumber = /\d/.test(text) ? await search(who, 'Patient', [['identifier', escaped(text)]]) : none;
      const all = new Map([...byNumber.candidates, ...byName.candidates].map((patient) => [patient.id, patientCandidate(patient)]));
      const candidates = [...all.values()].flatMap((one) => (one === undefined ? [] : [one]));
      return { candidates: candidates.slice(0, SHOWN), more: byName.more || byNumber.more || candidates.length > SHOWN };
    },
    async findPatient(who, id) {
      if (!isId(id)) return undefined;
      const { candidates } = await search(who, 'Patient', [['_id', id]]);
      return candidates[0] && patientCandidate(candidates[0]);
    },
    async searchEncounters(who, patient) {
      const { candidates, more } = await search(who, 'Encounter', [
        ['subject', `Patient/${patient}`],
        ['_sort', '-date'],
      ]);
      return { candidates: candidates.flatMap((one) => encounterCandidate(one) ?? []), more };
    },
  };
}

/** The page asks with the rights of whoever sits before it, and for no more than it shows. */
function accessOf({ accessFor, issuer, now }: RecordsRooms, { account, client, emergency }: Chooser): Access {
  const { id, role, fhirUser, institution, patients, name } = account;
  const known = Object.entries({ fhirUser, institution, patients, emergency }).filter(([, value]) => value !== undefined);
  return accessFor({
    client,
    account: id,
    name,
    role,
    scope: 'user/Patient.rs user/Encounter.rs',
    tokenId: `page:${id}`,
    issuer,
    expires: now() + AWHILE,
    ...Object.fromEntries(known),
  });
}

const none: Found<JsonObject> = { candidates: [], more: false };

async function found({ perform }: RecordsRooms, access: Access, type: string, parameters: Parameters): Promise<Found<JsonObject>> {
  try {
    const asked: Parameters = [...parameters, ['_count', String(SHOWN)]];
    const { resource } = await perform({ interaction: 'search-type', type, parameters: asked, access, language: 'en', preconditions: {} });
    const shown = resource !== undefined && access.cover !== undefined ? await inSteps(access.cover(resource)) : resource;
    const bundle: Json = shown === undefined ? {} : JSON.parse(shown.toString());
    const links = isObject(bundle) ? objects(bundle.link) : [];
    const entries = isObject(bundle) ? objects(bundle.entry) : [];
    const matches = entries.filter(({ search }) => isObject(search) && search.mode === 'match');
    return {
      candidates: matches.flatMap(({ resource: one }) => (isObject(one) ? [one] : [])),
      more: links.some(({ relation }) => relation === 'next'),
    };
  } catch (error) {
    // Somebody whose role sees none has none to choose from.
    if (error instanceof FhirError && (error.status === 403 || error.status === 400)) return none;
    throw error;
  }
}

function escaped(text: string): string {
  return text.replace(/[\\,|$]/g, '\\$&');
}

function patientCandidate({ id, name, gender, birthDate, identifier }: JsonObject): PatientCandidate | undefined {
  if (typeof id !== 'string') return undefined;
  const number = objects(identifier).find(({ system }) => typeof system === 'string' && residentSystems.has(system))?.value;
  return { id, ...texts({ name: nameOf(objects(name)), gender, birthDate, identityNumber: number }) };
}

/** The official or usual one; a Chinese name is written without a space. */
function nameOf(names: readonly JsonObject[]): string | undefined {
  const name = names.find(({ use }) => use === 'official' || use === 'usual') ?? names[0];
  if (typeof name?.text === 'string') return name.text;
  const { family, given } = name ?? {};
  const parts = [family, ...(Array.isArray(given) ? given : [])].filter((part) => typeof part === 'string' && part !== '');
  if (parts.length === 0) return undefined;
  return parts.every((part) => /^\p{Script=Han}+$/u.test(String(part))) ? parts.join('') : [...parts.slice(1), parts[0]].join(' ');
}

function encounterCandidate(encounter: JsonObject): EncounterCandidate | undefined {
  const { id, status, period, serviceProvider, location } = encounter;
  if (typeof id !== 'string') return undefined;
  const [type] = objects(encounter.type);
  const where = objects(location)[0]?.location;
  const { start, end } = isObject(period) ? period : {};
  const place =
    isObject(serviceProvider) && serviceProvider.display !== undefined ? serviceProvider.display : isObject(where) && where.display;
  return { id, ...texts({ status, kind: conceptText(type) ?? conceptText({ coding: [encounter.class ?? null] }), place, start, end }) };
}

function conceptText(concept: JsonObject | undefined): string | undefined {
  const { text } = concept ?? {};
  if (typeof text === 'string') return text;
  const display = objects(concept?.coding).find((coding) => typeof coding.display === 'string')?.display;
  return typeof display === 'string' ? display : undefined;
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function texts<Name extends string>(values: Readonly<Record<Name, unknown>>): { readonly [name in Name]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string' && value !== '')) as {
    [name in Name]?: string;
  };
}
