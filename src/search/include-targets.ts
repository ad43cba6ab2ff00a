/**
 * What the references of a resource lead to, read with the same extractor that indexed them. A versioned reference means that version, a
 * canonical what bears its URL. Source: R4 search.html#include, search.html#versions
 */
import { partsOf } from '../definitions/canonicals.js';
import { parseStored } from '../model/parse-stored.js';
import { isId, type Key, keyText, type Resource } from '../model/resource.js';
import type { Extractor } from './extract.js';
import type { Registry } from './registry.js';
import type { IncludeRule } from './search.js';

/** What is looked at: a match, or what was included before. */
export interface Source {
  readonly type: string;
  readonly json: Buffer;
  /** `Patient/1`; absent where nothing can refer to it. */
  readonly name?: string;
}

/** Each once. */
export interface Targets {
  /** With a version where that one is meant. */
  readonly keys: readonly Key[];
  readonly canonicals: readonly Canonical[];
}

export interface Canonical {
  readonly url: string;
  readonly version?: string;
  readonly types: readonly string[];
}

export interface Reading {
  readonly extractor: Extractor;
  readonly registry: Registry;
}

export function* forwardTargets(
  { extractor, registry }: Reading,
  rules: readonly IncludeRule[],
  sources: readonly Source[],
): Generator<undefined, Targets> {
  const keys = new Map<string, Key>();
  const canonicals = new Map<string, Canonical>();
  for (const { type, json } of sources) {
    const own = rules.filter(({ direction, source }) => direction === 'forward' && source === type);
    if (own.length === 0) continue;
    yield;
    const entries = extractor.entries((yield* parseStored(json)) as Resource, new Set(own.flatMap(({ params }) => params)));
    const references = entries.flatMap((entry) => (entry.kind === 'reference' ? [entry] : []));
    for (const { param, target } of unambiguous(references)) {
      const asked = own.filter(({ params }) => params.includes(param));
      const key = localKey(target);
      if (key !== undefined) {
        if (asked.some((rule) => (rule.target ?? key.type) === key.type)) keys.set(`${keyText(key)}/${key.version ?? ''}`, key);
      } else if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(target) && isCanonical(registry, type, param)) {
        const types = canonicalTypes(registry, type, param).filter((one) => asked.some((rule) => (rule.target ?? one) === one));
        if (types.length > 0) canonicals.set(`${target} ${types.join()}`, { ...partsOf(target), types });
      }
    }
  }
  return { keys: [...keys.values()], canonicals: [...canonicals.values()] };
}

interface Reference {
  readonly param: string;
  readonly target: string;
}

const versionPart = /(?:\/_history\/[^/]+|\|[^|]*)$/;

/** What has a version was indexed without it too: by a parameter the version alone is meant. */
function unambiguous(references: readonly Reference[]): readonly Reference[] {
  const also = new Set(
    references.flatMap(({ param, target }) => {
      const bare = target.replace(versionPart, '');
      return bare === target ? [] : [`${param} ${bare}`];
    }),
  );
  return also.size === 0 ? references : references.filter(({ param, target }) => !also.has(`${param} ${target}`));
}

function localKey(target: string): Key | undefined {
  const [type = '', id = '', history, version = '', ...more] = target.split('/');
  if (more.length > 0 || !/^[A-Z][A-Za-z]*$/.test(type) || !isId(id)) return undefined;
  if (history === undefined) return { type, id };
  return history === '_history' && /^[1-9]\d{0,8}$/.test(version) ? { type, id, version: Number(version) } : undefined;
}

/** Whether values of a parameter may be canonicals. */
export function isCanonical(registry: Registry, type: string, code: string): boolean {
  const elements = registry.parameter(type, code)?.elements;
  return elements === undefined || elements.some((element) => element.type === 'canonical' || element.type === 'uri');
}

function canonicalTypes(registry: Registry, type: string, code: string): readonly string[] {
  return (registry.parameter(type, code)?.targets ?? []).filter((target) => hasUrl(registry, target));
}

export function hasUrl(registry: Registry, type: string): boolean {
  return registry.parameter(type, 'url')?.kind === 'uri';
}

/** `url` and `url|version` of what may be referred to by a canonical. */
export function* canonicalsOf({ registry }: Reading, { type, json }: Source): Generator<undefined, readonly string[]> {
  if (!hasUrl(registry, type)) return [];
  yield;
  const { url, version } = (yield* parseStored(json)) as Resource;
  if (typeof url !== 'string') return [];
  return typeof version === 'string' ? [url, `${url}|${version}`] : [url];
}
