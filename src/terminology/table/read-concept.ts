/** A concept of a table, read out of its columns when it is asked for. */
import type { CodeSystemConceptProperty } from 'fhir/r4.js';
import type { Concept } from '../code-system.js';
import { type Columns, flag } from './concept-table.js';
import { type Extras, readExtras } from './extras.js';
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

function flagged(flags: number): readonly CodeSystemConceptProperty[] {
  return Object.entries(flag).flatMap(([code, bit]) => ((flags & bit) === 0 ? [] : [{ code, valueBoolean: true }]));
}
