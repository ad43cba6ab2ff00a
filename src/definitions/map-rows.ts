/**
 * The rows of a concept map as they are kept in memory: their JSON texts one behind the other in one buffer, off the heap, found by
 * hashes of their codes on either side. A row of an ordinary map takes about a hundred bytes. Source: R4 conceptmap.html
 */
import { type JsonObject, stringifyJson } from '../model/json.js';

/** Of a mapping to hold, or what comes of it beside the code. Source: R4 conceptmap-definitions.html#ConceptMap.group.element.target.dependsOn */
export interface MapCondition {
  readonly property: string;
  readonly system?: string;
  readonly value: string;
  readonly display?: string;
}

export interface MapTarget {
  readonly code?: string;
  readonly display?: string;
  readonly equivalence?: string;
  readonly comment?: string;
  readonly dependsOn?: readonly MapCondition[];
  readonly product?: readonly MapCondition[];
}

export interface MapRow {
  readonly code?: string;
  readonly display?: string;
  readonly target?: readonly MapTarget[];
}

export interface MapRows {
  readonly size: number;
  /** In the order of the map, those whose code is this one but for case, and perhaps others. */
  from(code: string): readonly MapRow[];
  /** The same, with the code among their targets. */
  to(code: string): readonly MapRow[];
}

/** Rows packed at once. */
const AT_ONCE = 2000;

/** Throws where they are no list of objects. */
export function* packRows(
  elements: readonly JsonObject[],
  strip: (element: JsonObject) => Readonly<Record<string, unknown>>,
): Generator<undefined, MapRows> {
  const places = new Uint32Array(elements.length + 1);
  const sources: number[] = [];
  const targets: number[] = [];
  const parts: Buffer[] = [];
  for (let from = 0; from < elements.length; from += AT_ONCE) {
    const texts: string[] = [];
    for (const [index, element] of elements.slice(from, from + AT_ONCE).entries()) {
      const row = from + index;
      const kept = strip(element);
      const { code, target = [] } = kept as MapRow;
      const text = stringifyJson(kept as JsonObject);
      texts.push(text);
      places[row + 1] = (places[row] ?? 0) + Buffer.byteLength(text);
      if (code !== undefined) sources.push(keyOf(code, row));
      for (const one of target) if (one.code !== undefined) targets.push(keyOf(one.code, row));
    }
    parts.push(Buffer.from(texts.join('')));
    yield;
  }
  return rowsIn(Buffer.concat(parts), places, Float64Array.from(sources).sort(), Float64Array.from(targets).sort());
}

function rowsIn(text: Buffer, places: Uint32Array, bySource: Float64Array, byTarget: Float64Array): MapRows {
  const read = (row: number) => JSON.parse(text.toString('utf8', places[row], places[row + 1])) as MapRow;
  return {
    size: places.length - 1,
    from: (code) => rowsOf(bySource, code).map(read),
    to: (code) => rowsOf(byTarget, code).map(read),
  };
}

/** Rows of one group: more than a body can hold. With 30 bits of hash a key is a whole number that a double holds. */
const MAX_ROWS = 2 ** 23;

function keyOf(code: string, row: number): number {
  return hashOf(code) * MAX_ROWS + row;
}

/** FNV-1a, without regard to case. */
function hashOf(code: string): number {
  const folded = code.toLowerCase();
  let hash = 0x811c9dc5;
  for (let i = 0; i < folded.length; i++) hash = Math.imul(hash ^ folded.charCodeAt(i), 0x01000193);
  return hash >>> 2;
}

function rowsOf(keys: Float64Array, code: string): readonly number[] {
  const wanted = hashOf(code) * MAX_ROWS;
  const rows: number[] = [];
  for (let at = firstFrom(keys, wanted); ; at++) {
    const row = (keys[at] ?? Number.POSITIVE_INFINITY) - wanted;
    if (row >= MAX_ROWS) return rows;
    if (rows.at(-1) !== row) rows.push(row);
  }
}

/** The place of the first key that is not below. */
function firstFrom(keys: Float64Array, wanted: number): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
