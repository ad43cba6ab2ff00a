/**
 * Which patients a stored resource is about, found in its text without reading all of it: most types name one in one place, and the text
 * of what is stored has no spaces between. Where the short way does not tell, the text is parsed.
 * Source: R4 compartmentdefinition-patient.html; the search parameters `patient` and `subject` of each type
 */
import type { Definitions } from '../definitions/definitions.js';
import { isObject, type Json } from '../model/json.js';
import { standsAt, textFinder } from '../model/text-finder.js';
import type { Version } from '../store/port.js';

/** Ids, each once. */
export type PatientsOf = (version: Pick<Version, 'type' | 'id' | 'json'>) => readonly string[];

const none: readonly string[] = [];

export function createPatientsOf(
  definitions: Pick<Definitions, 'compartment' | 'searchParameters' | 'properties'>,
  baseUrl: string,
): PatientsOf {
  const finders = new Map<string, (json: Buffer) => readonly string[]>();
  const finderOf = (type: string) => {
    const known = finders.get(type) ?? finderFor(pathsOf(definitions, type), baseUrl);
    finders.set(type, known);
    return known;
  };
  return ({ type, id, json }) => {
    if (type === 'Patient') return [id];
    // Who looks into the journal sees who looked, not what they saw.
    return json === null || type === 'AuditEvent' ? none : finderOf(type)(json);
  };
}

/** Whom a resource is about rather than who else has a part in it: `patient`, else `subject`, else whatever the compartment names. */
function pathsOf(definitions: Pick<Definitions, 'compartment' | 'searchParameters'>, type: string): readonly (readonly string[])[] {
  const parameters = definitions.searchParameters(type);
  const primary = ['patient', 'subject'].find((wanted) => parameters.some(({ code }) => code === wanted));
  const member = definitions.compartment('Patient')?.resource?.find(({ code }) => code === type)?.param ?? [];
  const codes = primary === undefined ? member : [primary];
  const path = new RegExp(`\\b${type}\\.([a-z]\\w*(?:\\.[a-z]\\w*)*)`, 'g');
  const paths = parameters
    .filter(({ code }) => codes.includes(code))
    .flatMap(({ expression = '' }) => [...expression.matchAll(path)].map(([, steps = '']) => withoutFunctions(steps)));
  return [...new Set(paths)].map((steps) => steps.split('.'));
}

/** `participant.actor.where` of `Appointment.participant.actor.where(resolve() is Patient)` names two elements. */
function withoutFunctions(steps: string): string {
  return steps.replace(/\.(?:where|as|ofType|resolve)$/, '');
}

function finderFor(paths: readonly (readonly string[])[], baseUrl: string): (json: Buffer) => readonly string[] {
  const [first = none] = paths;
  const [name] = first;
  if (name === undefined) return () => none;
  const thorough = (json: Buffer) => parsed(json, paths, baseUrl);
  if (paths.length > 1 || first.length > 1) return thorough;
  const placeFrom = textFinder(`"${name}":`);
  const usual = Buffer.from(`{"reference":"Patient/`);
  return (json) => {
    const from = placeFrom(json, 0);
    if (from === -1) return none;
    const isUsual = standsAt(json, from, usual);
    // Twice: one of them stands inside another resource, or another element.
    if (!isUsual || placeFrom(json, from) !== -1) return thorough(json);
    const start = from + usual.length;
    const id = json.toString('latin1', start, json.indexOf(0x22, start));
    return [id.includes('/') ? (id.split('/', 1)[0] ?? id) : id];
  };
}

function parsed(json: Buffer, paths: readonly (readonly string[])[], baseUrl: string): readonly string[] {
  const resource = JSON.parse(json.toString()) as Json;
  const found = new Set<string>();
  const note = (reference: string) => {
    const local = reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference;
    const [, id] = /^Patient\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.*)?$/.exec(local) ?? [];
    if (id !== undefined) found.add(id);
  };
  for (const path of paths) walk(resource, path, note);
  return [...found];
}

function walk(value: Json | undefined, path: readonly string[], note: (reference: string) => void): void {
  if (Array.isArray(value)) {
    for (const one of value as readonly Json[]) walk(one, path, note);
    return;
  }
  if (!isObject(value)) return;
  const [step, ...rest] = path;
  if (step !== undefined) walk(value[step], rest, note);
  else if (typeof value.reference === 'string') note(value.reference);
}
