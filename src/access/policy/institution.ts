/**
 * By which institution a resource is recorded: a tag in its meta, so that there is one rule for all types and one indexed key. The server
 * writes it when the resource comes to be and keeps it; only a role with the right to may say it otherwise.
 * Source: R4 resource.html#Meta.tag
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { Resource } from '../../model/resource.js';
import type { Predicate } from '../../store/port.js';
import { hasCode, not } from './predicates.js';

/** The code is the id of an Organization. */
export const institutionSystem = 'https://lianyi.cn/fhir/CodeSystem/institution';

/** What a principal has who acts for all institutions, as was said explicitly. */
export const allInstitutions = '*';

export function recordedBy(institution: string): Predicate {
  return hasCode('_tag', [institution], institutionSystem);
}

export const recordedByNobody: Predicate = not({
  kind: 'match',
  param: '_tag',
  match: { kind: 'token', values: [{ system: institutionSystem }] },
});

export interface Recording {
  /** Of whoever writes; absent where there is none. */
  readonly institution?: string;
  /** May say it otherwise. */
  readonly maySet: boolean;
}

/** The resource as it is to be stored; `before`: the version it replaces, absent where it comes to be. */
export function withInstitution(resource: Resource, before: Resource | undefined, { institution, maySet }: Recording): Resource {
  const sent = tagsOf(resource);
  const others = sent.filter((tag) => !isInstitution(tag));
  const named = sent.filter(isInstitution);
  const own = institution === undefined || institution === allInstitutions ? [] : [{ system: institutionSystem, code: institution }];
  const kept = maySet && named.length > 0 ? named : before === undefined ? own : tagsOf(before).filter(isInstitution);
  if (sameJson(named, kept)) return resource;
  const tag = [...others, ...kept];
  const { tag: _replaced, ...meta } = isObject(resource.meta) ? resource.meta : {};
  return { ...resource, meta: tag.length === 0 ? meta : { ...meta, tag } } as Resource;
}

function sameJson(a: readonly Json[], b: readonly Json[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What is no list is left for the validator to find. */
function tagsOf({ meta }: Resource): readonly Json[] {
  const tags = isObject(meta) ? (meta as JsonObject).tag : undefined;
  return Array.isArray(tags) ? tags : [];
}

function isInstitution(tag: Json): boolean {
  return isObject(tag) && tag.system === institutionSystem;
}
