/**
 * Documents and messages: what the first entry refers to is in the Bundle, and no entry stands unconnected.
 * Source: R4 documents.html#content, messaging.html#bundle, bundle.html#references
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { parseReference } from '../../model/reference.js';
import { enclose, report, type Step, type Walk } from '../walk.js';
import { entryStep, resourceStep } from './bundle-entries.js';
import { quoted, shorten } from './primitive.js';

/** The references of a document's Composition whose targets belong to the document. */
const compositionPaths = ['subject', 'encounter', 'author', 'attester.party', 'custodian', 'event.detail'];
const sectionPaths = ['author', 'focus', 'entry'];

export function checkDocument(bundle: JsonObject, entries: readonly Json[], walk: Walk): void {
  const composition = firstResource(entries, 'Composition');
  if (composition === undefined) return;
  const index = indexOf(entries);
  const place: Place = [entryStep, 0, resourceStep];
  for (const path of compositionPaths) follow(composition, 'Composition', path.split('.'), place, (found) => promised(found, index, walk));
  inSections(composition, 'Composition', place, (found) => promised(found, index, walk));
  connected(bundle, entries, index, 'error', walk);
}

export function checkMessage(bundle: JsonObject, entries: readonly Json[], walk: Walk): void {
  const header = firstResource(entries, 'MessageHeader');
  if (header === undefined) return;
  const index = indexOf(entries);
  const place: Place = [entryStep, 0, resourceStep];
  follow(header, 'MessageHeader', ['focus'], place, (found) => promised(found, index, walk));
  connected(bundle, entries, index, 'warning', walk);
}

/** Where there is none, bdl-11 and bdl-12 say so. */
function firstResource(entries: readonly Json[], type: string): JsonObject | undefined {
  const resource = isObject(entries[0]) ? entries[0].resource : undefined;
  return isObject(resource) && resource.resourceType === type ? resource : undefined;
}

/** Steps and indexes from the Bundle, outermost first. */
type Place = readonly (Step | number)[];

interface Found {
  readonly reference: string;
  readonly place: Place;
}

function stepTo(owner: string, key: string, type: string): Step {
  return { key, text: key, owner, element: key, type };
}

/** Every reference at a path, through arrays. */
function follow(holder: JsonObject, owner: string, path: readonly string[], place: Place, use: (found: Found) => void): void {
  const [key, ...rest] = path;
  if (key === undefined) {
    if (typeof holder.reference === 'string') use({ reference: holder.reference, place });
    return;
  }
  const step = stepTo(owner, key, rest.length === 0 ? 'Reference' : `${owner}.${key}`);
  const value = holder[key];
  if (isObject(value)) follow(value, `${owner}.${key}`, rest, [...place, step], use);
  if (!Array.isArray(value)) return;
  for (const [i, item] of value.entries()) if (isObject(item)) follow(item, `${owner}.${key}`, rest, [...place, step, i], use);
}

function inSections(holder: JsonObject, owner: string, place: Place, use: (found: Found) => void): void {
  if (!Array.isArray(holder.section)) return;
  const step = stepTo(owner, 'section', 'Composition.section');
  for (const [i, section] of holder.section.entries()) {
    if (!isObject(section)) continue;
    const inside = [...place, step, i];
    for (const key of sectionPaths) follow(section, 'Composition.section', [key], inside, use);
    inSections(section, 'Composition.section', inside, use);
  }
}

interface Index {
  readonly byUrl: ReadonlyMap<string, number>;
  readonly byName: ReadonlyMap<string, number>;
  readonly urls: readonly (string | undefined)[];
}

function indexOf(entries: readonly Json[]): Index {
  const byUrl = new Map<string, number>();
  const byName = new Map<string, number>();
  const urls = entries.map((entry) => (isObject(entry) && typeof entry.fullUrl === 'string' ? entry.fullUrl : undefined));
  for (const [i, entry] of entries.entries()) {
    if (!isObject(entry)) continue;
    const url = urls[i];
    if (url !== undefined && !byUrl.has(url)) byUrl.set(url, i);
    if (isObject(entry.resource)) byName.set(`${String(entry.resource.resourceType)}/${String(entry.resource.id)}`, i);
  }
  return { byUrl, byName, urls };
}

/** A relative reference counts from the base of the fullUrl of the entry it stands in. Source: R4 bundle.html#references */
function resolve(reference: string, from: number, { byUrl, urls }: Index): number | undefined {
  const parsed = parseReference(reference);
  if (parsed.kind !== 'instance') return byUrl.get(reference);
  const base = parsed.base ?? baseOf(urls[from]);
  return base === undefined ? undefined : byUrl.get(`${base}/${parsed.type}/${parsed.id}`);
}

function baseOf(fullUrl: string | undefined): string | undefined {
  const parsed = fullUrl === undefined ? undefined : parseReference(fullUrl);
  return parsed?.kind === 'instance' ? parsed.base : undefined;
}

/** What the first entry refers to must be in the Bundle. */
function promised({ reference, place }: Found, index: Index, walk: Walk): void {
  if (reference.startsWith('#') || resolve(reference, 0, index) !== undefined) return;
  const apparent = index.byName.get(reference);
  const en = apparent === undefined ? '' : `; entry[${apparent}] has this type and id, but its fullUrl is ${shorten(index.urls[apparent])}`;
  const zh = apparent === undefined ? '' : `；entry[${apparent}] 的类型与 id 相符，但其 fullUrl 为 ${quoted(index.urls[apparent])}`;
  const from = walk.findings.length;
  const text = message(
    'reference-not-in-bundle',
    `No entry of the Bundle is ${shorten(reference)}, by the rules for references in a Bundle${en}`,
    `按 Bundle 内引用规则，没有条目对应 ${quoted(reference)}${zh}`,
  );
  report(walk, 'error', 'not-found', text);
  for (const finding of walk.findings.slice(from)) finding.path.push(...[...place].reverse());
}

/** Entries that no reference leads to, nor from, however far around, from the first. */
function connected(bundle: JsonObject, entries: readonly Json[], index: Index, severity: 'error' | 'warning', walk: Walk): void {
  const links = entries.map((): number[] => []);
  const connect = (from: number, to: number | undefined) => {
    if (to === undefined) return;
    links[from]?.push(to);
    links[to]?.push(from);
  };
  for (const [from, entry] of entries.entries()) {
    const resource = isObject(entry) ? entry.resource : undefined;
    if (isObject(resource)) eachLink(resource, (text) => connect(from, resolve(text, from, index)));
  }
  if (Array.isArray(bundle.link)) eachLink(bundle.link, (text) => connect(0, resolve(text, 0, index)));
  const reached = reachedFromFirst(links);
  for (const [i, entry] of entries.entries()) {
    if (reached.has(i) || !isObject(entry)) continue;
    const from = walk.findings.length;
    report(walk, severity, 'invalid', orphan(index.urls[i], severity === 'error' ? 'Composition' : 'MessageHeader'));
    enclose(walk, from, entryStep, i);
  }
}

function eachLink(value: JsonObject | readonly Json[], use: (text: string) => void): void {
  const open: Json[] = [value];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (Array.isArray(one)) {
      for (const part of one) open.push(part);
    } else if (isObject(one)) {
      for (const key in one) {
        const part = one[key];
        if (typeof part === 'object' && part !== null) open.push(part);
        else if ((key === 'reference' || key === 'url') && typeof part === 'string') use(part);
      }
    }
  }
}

function reachedFromFirst(links: readonly (readonly number[])[]): ReadonlySet<number> {
  const reached = new Set([0]);
  const open = [0];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const next of links[one] ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}

function orphan(fullUrl: string | undefined, first: string) {
  const shown = fullUrl === undefined ? '' : ` ${shorten(fullUrl)}`;
  return message(
    'entry-unconnected',
    `No reference, forward or backward, connects the entry${shown} with the ${first}`,
    `条目${shown} 与 ${first} 之间没有任何（正向或反向）引用相连`,
  );
}
