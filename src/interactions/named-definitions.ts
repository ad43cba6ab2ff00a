/**
 * The Questionnaires and Measures that the responses and reports in a resource name, looked up in the store before the resource is
 * validated. They are definitions, as profiles are: they count for everyone, whoever may read them.
 * Source: R4 questionnaireresponse-definitions.html#QuestionnaireResponse.questionnaire, measurereport-definitions.html#MeasureReport.measure,
 * references.html#canonical
 */
import { unrestricted } from '../access/access.js';
import { compareVersions, partsOf } from '../definitions/canonicals.js';
import { inSteps } from '../model/in-steps.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { FhirError } from '../model/outcome.js';
import { parseStored } from '../model/parse-stored.js';
import { isId, type Key, type Resource } from '../model/resource.js';
import type { Where } from '../store/port.js';
import type { ValidationOptions } from '../validation/validator.js';
import type { Rooms, View } from './intent.js';

type ResolveCanonical = NonNullable<ValidationOptions['resolveCanonical']>;

interface Named {
  readonly type: string;
  readonly canonical: string;
}

/** Which element of a resource names which type of definition. */
const naming: ReadonlyMap<string, readonly [element: string, type: string]> = new Map([
  ['QuestionnaireResponse', ['questionnaire', 'Questionnaire']],
  ['MeasureReport', ['measure', 'Measure']],
]);

/** A Bundle of responses may name no end of Questionnaires; these many are looked up. */
const MAX_LOOKED_UP = 100;
/** Versions of one definition that are looked at for the newest. */
const MAX_VERSIONS = 20;

/** undefined where nothing is named. */
export async function definitionsNamedBy(
  rooms: Pick<Rooms, 'search' | 'store'>,
  resource: Resource,
  view: Pick<View, 'resolveCanonical'> = {},
): Promise<ResolveCanonical | undefined> {
  const named = new Map<string, Named>();
  collect(resource, named);
  if (named.size === 0) return undefined;
  const found = new Map<string, Resource>();
  const wanted: Named[] = [];
  for (const one of [...named.values()].slice(0, MAX_LOOKED_UP)) {
    const beside = view.resolveCanonical?.(one.canonical, one.type);
    if (beside === undefined) wanted.push(one);
    else found.set(nameOf(one), beside);
  }
  for (const [one, keys] of await keysOf(rooms, wanted)) {
    const newest = await newestOf(rooms, keys);
    if (newest !== undefined) found.set(nameOf(one), newest);
  }
  return (canonical, type) => found.get(nameOf({ type, canonical }));
}

function nameOf({ type, canonical }: Named): string {
  return `${type} ${canonical}`;
}

/** Of the resource itself, of those contained in it, and of those a Bundle or Parameters carry. */
function collect(value: Json | undefined, named: Map<string, Named>): void {
  if (!isObject(value)) return;
  const { resourceType } = value;
  const [element, type] = (typeof resourceType === 'string' ? naming.get(resourceType) : undefined) ?? [];
  const canonical = element === undefined ? undefined : value[element];
  if (type !== undefined && typeof canonical === 'string' && !canonical.startsWith('#')) {
    named.set(nameOf({ type, canonical }), { type, canonical });
  }
  for (const one of listOf(value.contained)) collect(one, named);
  for (const one of resourceType === 'Bundle' ? listOf(value.entry) : []) collect(one.resource, named);
  if (resourceType === 'Parameters') for (const one of listOf(value.parameter)) collectParameter(one, named);
}

function collectParameter(parameter: JsonObject, named: Map<string, Named>): void {
  collect(parameter.resource, named);
  for (const part of listOf(parameter.part)) collectParameter(part, named);
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** All that are searched for by one question to the store. */
async function keysOf(
  rooms: Pick<Rooms, 'search' | 'store'>,
  wanted: readonly Named[],
): Promise<readonly (readonly [Named, readonly Key[]])[]> {
  const byId: (readonly [Named, readonly Key[]])[] = [];
  const searched: (readonly [Named, Where])[] = [];
  for (const one of wanted) {
    const key = relativeKey(one);
    const where = key === undefined ? criteria(rooms, one) : undefined;
    if (key !== undefined) byId.push([one, [key]]);
    else if (where !== undefined) searched.push([one, where]);
  }
  if (searched.length === 0) return byId;
  const found = await rooms.store.find(
    searched.map(([, where]) => where),
    MAX_VERSIONS,
  );
  return [...byId, ...searched.map(([one], index) => [one, (found[index] ?? []).map(({ type, id }) => ({ type, id }))] as const)];
}

/** A canonical ought to be absolute, but R4's own examples name a Questionnaire by `Questionnaire/gcs`. */
function relativeKey({ type, canonical }: Named): Key | undefined {
  const id = canonical.startsWith(`${type}/`) ? canonical.slice(type.length + 1) : undefined;
  return id !== undefined && isId(id) ? { type, id } : undefined;
}

/** undefined for what nothing can be searched by; the validator says what is wrong with it. */
function criteria({ search }: Pick<Rooms, 'search'>, { type, canonical }: Named): Where | undefined {
  const { url, version } = partsOf(canonical);
  if (url === '' || version === '') return undefined;
  const parameters = [['url', escaped(url)] as const, ...(version === undefined ? [] : [['version', escaped(version)] as const])];
  try {
    return search.criteria(type, parameters, unrestricted).where;
  } catch (error) {
    if (error instanceof FhirError) return undefined;
    throw error;
  }
}

/** Source: R4 search.html#escaping */
function escaped(text: string): string {
  return text.replace(/[\\,$|]/g, '\\$&');
}

async function newestOf({ store }: Pick<Rooms, 'store'>, keys: readonly Key[]): Promise<Resource | undefined> {
  const versions = keys.length === 0 ? [] : await store.read(keys);
  let newest: Resource | undefined;
  for (const version of versions) {
    if (version === undefined || version.json === null) continue;
    const definition = (await inSteps(parseStored(version.json))) as Resource;
    if (newest === undefined || compareVersions(versionOf(definition), versionOf(newest)) > 0) newest = definition;
  }
  return newest;
}

function versionOf({ version }: Resource): string {
  return typeof version === 'string' ? version : '';
}

/** What a Bundle is about to write, by its canonical, with and without its version. */
export function canonicalsIn(resources: Iterable<Resource>): ResolveCanonical {
  let byName: Map<string, Resource> | undefined;
  return (canonical, type) => {
    byName ??= definitionsIn(resources);
    return byName.get(nameOf({ type, canonical }));
  };
}

const named: ReadonlySet<string> = new Set([...naming.values()].map(([, type]) => type));

function definitionsIn(resources: Iterable<Resource>): Map<string, Resource> {
  const found = new Map<string, Resource>();
  for (const resource of resources) {
    const { resourceType: type, url } = resource;
    if (!named.has(type) || typeof url !== 'string') continue;
    found.set(nameOf({ type, canonical: url }), resource);
    found.set(nameOf({ type, canonical: `${url}|${versionOf(resource)}` }), resource);
  }
  return found;
}
