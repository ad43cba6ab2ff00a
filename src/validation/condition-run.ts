/**
 * What the code of a condition calls. Where the data are not as nearly always (a null, an id or extension beside a value, a number that
 * is no plain one), nothing is certain any more. Source: FHIRPath N1
 */
import { toIntegerValue } from '../fhirpath/conversions.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';

/** A property and what may stand beside it; several for a choice. */
type Path = readonly (readonly (readonly [string, string])[])[];
type Test = (item: Json, resource: JsonObject) => boolean | undefined;

let sure = true;

function unsure(): undefined {
  sure = false;
  return undefined;
}

export function begin(): void {
  sure = true;
}

/** Whether nothing unusual was met since. */
export function isSure(): boolean {
  return sure;
}

export function has(holder: JsonObject | undefined, key: string, siblingKey: string): boolean {
  const value = holder?.[key];
  if (value === undefined) {
    if (holder?.[siblingKey] !== undefined) unsure();
    return false;
  }
  if (value === null || (Array.isArray(value) && (value.length === 0 || value[0] === null))) unsure();
  return true;
}

export function hasAny(holder: JsonObject | undefined, names: ReadonlySet<string>): boolean {
  for (const key in holder) {
    if (!names.has(key)) continue;
    const value = holder[key];
    if (key.charCodeAt(0) === 0x5f || value === null || Array.isArray(value)) unsure();
    return true;
  }
  return false;
}

export function some(holder: JsonObject | undefined, path: Path, filter: Test | undefined, resource: JsonObject): boolean {
  return reach(holder, path, 0, (item) => filter === undefined || filter(item, resource) === true);
}

/** Whether the test holds for each item that the filter lets through. */
export function every(holder: JsonObject | undefined, path: Path, filter: Test | undefined, test: Test, resource: JsonObject): boolean {
  return !reach(holder, path, 0, (item) => (filter === undefined || filter(item, resource) === true) && test(item, resource) !== true);
}

/** Whether an item at the end of the path is what is looked for. */
function reach(holder: Json | undefined, path: Path, at: number, isFound: (item: Json) => boolean): boolean {
  const step = path[at];
  if (step === undefined) return holder !== undefined && isFound(holder);
  if (holder === undefined) return false;
  if (!isObject(holder)) return unsure() ?? false;
  for (const [key, siblingKey] of step) {
    const value = holder[key];
    if (value === null || holder[siblingKey] !== undefined) return unsure() ?? false;
    if (!Array.isArray(value)) {
      if (value !== undefined && reach(value, path, at + 1, isFound)) return true;
      continue;
    }
    for (const item of value) {
      if (item === null) return unsure() ?? false;
      if (reach(item, path, at + 1, isFound)) return true;
    }
  }
  return false;
}

export function objectAt(holder: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = holder?.[key];
  return value === undefined || isObject(value) ? value : unsure();
}

export function text(holder: JsonObject | undefined, key: string, siblingKey: string): string | undefined {
  const value = holder?.[key];
  if (typeof value === 'string') return value;
  return value === undefined && holder?.[siblingKey] === undefined ? undefined : unsure();
}

export function number(holder: JsonObject | undefined, key: string, siblingKey: string): number | undefined {
  const value = holder?.[key];
  if (typeof value === 'number') return value;
  return value === undefined && holder?.[siblingKey] === undefined ? undefined : unsure();
}

export function resourceText(
  resource: JsonObject,
  key: string,
  siblingKey: string,
  isText: (type: unknown) => boolean,
): string | undefined {
  return isText(resource.resourceType) ? text(resource, key, siblingKey) : unsure();
}

export function choiceText(
  holder: JsonObject | undefined,
  told: ReadonlyMap<string, 'none' | 'text' | 'other'>,
  key: string,
  siblingKey: string,
): string | undefined {
  for (const name in holder) {
    if (name.charCodeAt(0) === 0x5f) unsure();
    const what = told.get(name);
    if (what === undefined) continue;
    if (what === 'text') return text(objectAt(holder, name), key, siblingKey);
    return what === 'none' ? undefined : unsure();
  }
  return undefined;
}

export function whole(value: number): number | undefined {
  return value >= -2147483648 && value <= 2147483647 ? value : unsure();
}

export function modulo(value: number | undefined, by: number | undefined): number | undefined {
  return value !== undefined && by !== undefined && value >= 0 && by > 0 ? value % by : unsure();
}

export function toInteger(value: string | undefined): number | undefined {
  return value === undefined ? undefined : toIntegerValue(value);
}

export function lengthOf(value: string | undefined): number | undefined {
  return value?.length;
}

export function substring(value: string | undefined, from: number, many: number): string | undefined {
  if (from < 0 || many < 0) return unsure();
  return value === undefined || from >= value.length ? undefined : value.slice(from, from + many);
}

export function replace(value: string | undefined, pattern: string | undefined, by: string | undefined): string | undefined {
  if (value === undefined || pattern === undefined || by === undefined) return undefined;
  return pattern === '' || value.length > 1000 || by.length > 1000 ? unsure() : value.replaceAll(pattern, () => by);
}

export function indexOf(value: string | undefined, other: string | undefined): number | undefined {
  return other === undefined ? undefined : value?.indexOf(other);
}

export function startsWith(value: string | undefined, other: string | undefined): boolean | undefined {
  return other === undefined ? undefined : value?.startsWith(other);
}

export function endsWith(value: string | undefined, other: string | undefined): boolean | undefined {
  return other === undefined ? undefined : value?.endsWith(other);
}

export function contains(value: string | undefined, other: string | undefined): boolean | undefined {
  return other === undefined ? undefined : value?.includes(other);
}

export function textTest(value: string | undefined, test: (value: string) => boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : (test(value) ?? unsure());
}

const DAY = 86_400_000;
let lastDay = Number.NaN;
let lastText = '';

/** As FHIRPath's today(): the day in UTC. */
export function today(): string {
  const now = Date.now();
  const day = Math.floor(now / DAY);
  if (day !== lastDay) lastText = new Date(now).toISOString().slice(0, 10);
  lastDay = day;
  return lastText;
}
