/** A concept of a table, read out of its columns when it is asked for. */
import type { CodeSystemConceptProperty } from 'fhir/r4.js';
import type { Concept, Judged } from '../code-system.js';
import { type Columns, flag } from './concept-table.js';
import { type Extras, readExtras, readProperties } from './extras.js';
import { isEmptyAt, textAt } from './vectors.js';

type Read = Pick<Columns, 'codes' | 'displays' | 'extras' | 'flags'>;

export function* conceptsOf(columns: Read, count: number): Generator<Concept> {
  for (let place = 0; place < count; place++) yield conceptAt(columns, place);
}

export function conceptAt({ codes, displays, extras, flags }: Read, place: number): Concept {
  const code = textAt(codes, place);
  const display = isEmptyAt(displays, place) ? '' : textAt(displays, place);
  return conceptFrom({ code, display, extras: isEmptyAt(extras, place) ? '' : textAt(extras, place), flags: flags[place] ?? 0 });
}

/** What of the properties is told by the flags alone. */
export interface Flagged {
  readonly inactive: boolean;
  readonly notSelectable: boolean;
}

/** One after the other in the same object, read as far as they are asked. */
export function* rowsOf(columns: Read, count: number, told: Flagged): Generator<Judged> {
  const { codes, displays, extras, flags } = columns;
  let place = 0;
  const has = (bit: number) => ((flags[place] ?? 0) & bit) !== 0;
  const row: Judged = {
    get place() {
      return place;
    },
    get code() {
      return textAt(codes, place);
    },
    get display() {
      return isEmptyAt(displays, place) ? undefined : textAt(displays, place);
    },
    get property() {
      return propertiesOf(flags[place] ?? 0, isEmptyAt(extras, place) ? '' : textAt(extras, place));
    },
    get isInactive() {
      return has(flag.inactive) || (told.inactive ? false : undefined);
    },
    get isAbstract() {
      return has(flag.notSelectable) || (told.notSelectable ? false : undefined);
    },
  };
  for (; place < count; place++) yield row;
}

/** A concept as it lies in the columns. */
export interface Row {
  readonly code: string;
  readonly display: string;
  readonly extras: string;
  readonly flags: number;
}

export function conceptFrom({ code, display, extras, flags }: Row): Concept {
  const named = display === '' ? { code } : { code, display };
  if (flags === 0 && extras === '') return named;
  const more: Extras = extras === '' ? {} : readExtras(extras);
  const property = [...flagged(flags), ...(more.property ?? [])];
  return { ...named, ...more, ...(property.length === 0 ? {} : { property }) };
}

function propertiesOf(flags: number, extras: string): readonly CodeSystemConceptProperty[] {
  const others = extras === '' ? [] : readProperties(extras);
  return flags === 0 ? others : [...flagged(flags), ...others];
}

function flagged(flags: number): readonly CodeSystemConceptProperty[] {
  return Object.entries(flag).flatMap(([code, bit]) => ((flags & bit) === 0 ? [] : [{ code, valueBoolean: true }]));
}
