/**
 * Puts what earlier steps got into a later one. `{{base}}` is the server's base, `{{run}}` a token that no other case and no other run
 * has, `{{patient.id}}`, `{{patient.version}}`, `{{patient.text}}` and `{{patient.status}}` are of the answer named `patient`,
 * `{{patient.header.etag}}` is one of its header fields, `{{page: Bundle.link.where(relation='next').url}}` what FHIRPath finds in it,
 * `{{uuid:a}}` a UUID that is the same throughout the case, `{{urn:a}}` the same as a URN.
 */
import { createHash } from 'node:crypto';
import type { Json } from '../../src/model/json.js';
import { isObject } from '../../src/model/json.js';
import type { Answer } from './client.js';
import type { Look } from './look.js';

export interface Known {
  readonly base: string;
  readonly run: string;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly look: Look;
}

/** Throws an Error that names a placeholder for which there is nothing. */
export function fillText(text: string, known: Known): string {
  return text.replace(/\{\{([^}]+)\}\}/g, (_whole, name: string) => meaningOf(name.trim(), known));
}

/** In an array, `{"$repeat": 3, "of": …}` stands for three of it, in which `{{n}}` is 0, 1 and 2. */
export function fillJson(value: Json, known: Known): Json {
  if (typeof value === 'string') return fillText(value, known);
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => repeated(item).map((one) => fillJson(one, known)));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, inner === undefined ? undefined : fillJson(inner, known)]),
  ) as Json;
}

function repeated(item: Json): readonly Json[] {
  if (!isObject(item) || item.$repeat === undefined) return [item];
  return Array.from({ length: Number(item.$repeat) }, (_none, n) => numbered(item.of ?? null, n));
}

function numbered(value: Json, n: number): Json {
  if (typeof value === 'string') return value.replaceAll('{{n}}', String(n));
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => numbered(item, n));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, numbered(inner ?? null, n)]));
}

function meaningOf(name: string, known: Known): string {
  if (name === 'base') return known.base;
  if (name === 'run') return known.run;
  if (name.startsWith('uuid:')) return uuid(`${known.run} ${name}`);
  if (name.startsWith('urn:')) return `urn:uuid:${uuid(`${known.run} uuid:${name.slice('urn:'.length)}`)}`;
  const end = name.search(/[.:]/);
  const answer = known.answers.get(end === -1 ? name : name.slice(0, end));
  if (end === -1 || answer === undefined) throw new Error(`There is nothing for {{${name}}}`);
  const value = partOf(answer, name.slice(end), known.look);
  if (value === undefined) throw new Error(`The answer has nothing for {{${name}}}`);
  return value;
}

function partOf(answer: Answer, part: string, look: Look): string | undefined {
  if (part.startsWith(':')) return look.value(answer, part.slice(1).trim());
  if (part.startsWith('.header.')) return answer.headers[part.slice('.header.'.length).toLowerCase()];
  if (part === '.text') return answer.body.toString();
  if (part === '.status') return String(answer.status);
  const [, id, version] = /\/([^/]+)\/_history\/([^/]+)$/.exec(answer.headers.location ?? '') ?? [];
  if (part === '.id') return id ?? look.value(answer, 'id');
  return part === '.version' ? (version ?? look.value(answer, 'meta.versionId')) : undefined;
}

function uuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
