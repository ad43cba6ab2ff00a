/**
 * The Questionnaires that the responses in a resource name, looked up in the store before the resource is validated. A Questionnaire is a
 * definition, as a profile is: it counts for everyone, whoever may read it. Source: R4 questionnaireresponse-definitions.html#QuestionnaireResponse.questionnaire,
 * references.html#canonical
 */
import { unrestricted } from '../access/access.js';
import { compareVersions } from '../definitions/canonicals.js';
import { inSteps } from '../model/in-steps.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { parseStored } from '../model/parse-stored.js';
import type { Key, Resource } from '../model/resource.js';
import type { ValidationOptions } from '../validation/validator.js';
import type { Rooms, View } from './intent.js';

type ResolveCanonical = NonNullable<ValidationOptions['resolveCanonical']>;

/** A Bundle of responses may name no end of Questionnaires; these many are looked up. */
const MAX_LOOKED_UP = 100;
/** Versions of one Questionnaire that are looked at for the newest. */
const MAX_VERSIONS = 20;

/** undefined where nothing is named. */
export async function questionnairesFor(
  rooms: Pick<Rooms, 'search' | 'store'>,
  resource: Resource,
  view: Pick<View, 'resolveCanonical'> = {},
): Promise<ResolveCanonical | undefined> {
  const named = new Set<string>();
  collect(resource, named);
  if (named.size === 0) return undefined;
  const found = new Map<string, Resource>();
  for (const canonical of [...named].slice(0, MAX_LOOKED_UP)) {
    const questionnaire = view.resolveCanonical?.(canonical, 'Questionnaire') ?? (await stored(rooms, canonical));
    if (questionnaire !== undefined) found.set(canonical, questionnaire);
  }
  return (canonical, type) => (type === 'Questionnaire' ? found.get(canonical) : undefined);
}

/** Of the response itself, of those contained in a resource, and of those a Bundle or Parameters carry. */
function collect(value: Json | undefined, named: Set<string>): void {
  if (!isObject(value)) return;
  const { resourceType, questionnaire } = value;
  if (resourceType === 'QuestionnaireResponse' && typeof questionnaire === 'string' && !questionnaire.startsWith('#'))
    named.add(questionnaire);
  for (const one of listOf(value.contained)) collect(one, named);
  for (const one of resourceType === 'Bundle' ? listOf(value.entry) : []) collect(one.resource, named);
  if (resourceType === 'Parameters') for (const one of listOf(value.parameter)) collectParameter(one, named);
}

function collectParameter(parameter: JsonObject, named: Set<string>): void {
  collect(parameter.resource, named);
  for (const part of listOf(parameter.part)) collectParameter(part, named);
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

async function stored({ search, store }: Pick<Rooms, 'search' | 'store'>, canonical: string): Promise<Resource | undefined> {
  if (relative.test(canonical)) return newestOf(store, [{ type: 'Questionnaire', id: canonical.slice('Questionnaire/'.length) }]);
  const { where } = search.criteria('Questionnaire', criteriaOf(canonical), unrestricted);
  const [keys = []] = await store.find([where], MAX_VERSIONS);
  return newestOf(store, keys);
}

/** A canonical ought to be absolute, but R4's own examples name a Questionnaire by `Questionnaire/gcs`. */
const relative = /^Questionnaire\/[A-Za-z0-9\-.]{1,64}$/;

async function newestOf(store: Rooms['store'], keys: readonly Key[]): Promise<Resource | undefined> {
  const versions = keys.length === 0 ? [] : await store.read(keys);
  let newest: Resource | undefined;
  for (const version of versions) {
    if (version === undefined || version.json === null) continue;
    const questionnaire = (await inSteps(parseStored(version.json))) as Resource;
    if (newest === undefined || compareVersions(versionOf(questionnaire), versionOf(newest)) > 0) newest = questionnaire;
  }
  return newest;
}

function versionOf({ version }: Resource): string {
  return typeof version === 'string' ? version : '';
}

function criteriaOf(canonical: string): readonly (readonly [string, string])[] {
  const bar = canonical.indexOf('|');
  if (bar < 0) return [['url', escaped(canonical)]];
  return [
    ['url', escaped(canonical.slice(0, bar))],
    ['version', escaped(canonical.slice(bar + 1))],
  ];
}

/** Source: R4 search.html#escaping */
function escaped(text: string): string {
  return text.replace(/[\\,$|]/g, '\\$&');
}

/** What a Bundle is about to write, by its canonical, with and without its version. */
export function canonicalsIn(resources: Iterable<Resource>): ResolveCanonical {
  let byCanonical: Map<string, Resource> | undefined;
  return (canonical, type) => {
    byCanonical ??= questionnairesIn(resources);
    const found = byCanonical.get(canonical);
    return found?.resourceType === type ? found : undefined;
  };
}

function questionnairesIn(resources: Iterable<Resource>): Map<string, Resource> {
  const found = new Map<string, Resource>();
  for (const resource of resources) {
    const { resourceType, url } = resource;
    if (resourceType !== 'Questionnaire' || typeof url !== 'string') continue;
    found.set(url, resource);
    found.set(`${url}|${versionOf(resource)}`, resource);
  }
  return found;
}
