/**
 * The concepts of a large code system in few long columns outside of the heap: a hundred thousand take some twenty megabytes and no time
 * of the garbage collector. Each concept has a place, from 0, in the order of the code system.
 * Source: R4 codesystem.html, codesystem-concept-properties.html
 */
import type { TextKeys } from '../text-keys.js';
import { type CodeIndex, type FoldCode, indexCodes } from './code-index.js';
import { type Links, reversed, type Texts } from './vectors.js';

export interface TableHeader {
  readonly count: number;
  readonly caseSensitive: boolean;
  /** Whether all codes of the code system are here: only then can it say that a code is none. */
  readonly isComplete: boolean;
  /** Names of the properties its concepts have. */
  readonly properties: readonly string[];
}

export interface Columns {
  readonly codes: Texts;
  /** Empty: none. */
  readonly displays: Texts;
  /** As `extras.ts` writes them; empty: none. */
  readonly extras: Texts;
  /** `flag`s of each concept. */
  readonly flags: Uint8Array;
  readonly parents: Links;
  readonly keys: TextKeys;
}

/** What `inactive` and `notSelectable` say when they are true, and nothing else. */
export const flag = { inactive: 1, notSelectable: 2 } as const;

export interface ConceptTable extends TableHeader {
  readonly columns: Columns;
  readonly index: CodeIndex;
  readonly children: Links;
  /** Outside of the heap, all in all. */
  readonly bytes: number;
}

const exact: FoldCode = (code) => code;
const lower: FoldCode = (code) => code.toLowerCase();

export function foldFor(caseSensitive: boolean): FoldCode {
  return caseSensitive ? exact : lower;
}

/** What can be worked out of the columns is not kept with them. */
export function* tableOf(header: TableHeader, columns: Columns): Generator<undefined, ConceptTable> {
  const index = yield* indexCodes(columns.codes, foldFor(header.caseSensitive));
  yield;
  return indexedTable(header, columns, index);
}

export function indexedTable(header: TableHeader, columns: Columns, index: CodeIndex): ConceptTable {
  const children = reversed(columns.parents);
  const derived = index.bytes + children.places.byteLength + children.ends.byteLength;
  return { ...header, columns, index, children, bytes: sizeOf(columns) + derived };
}

/** All columns, in the order in which they are kept. */
export function partsOf({ codes, displays, extras, flags, parents, keys }: Columns): readonly (Uint8Array | Uint32Array)[] {
  const texts = [codes, displays, extras, keys.codes, keys.texts, keys.sounds, keys.initials];
  return [...texts.flatMap(({ bytes, ends }) => [bytes, ends]), flags, parents.places, parents.ends, keys.syllables];
}

function sizeOf(columns: Columns): number {
  return partsOf(columns).reduce((sum, { byteLength }) => sum + byteLength, 0);
}
