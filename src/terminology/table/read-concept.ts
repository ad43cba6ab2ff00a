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

export function conceptAt(columns: Read, place: number): Concept {
  const code = textAt(columns.codes, place);
  const display = isEmptyAt(columns.displays, place) ? {} : { display: textAt(columns.displays, place) };
  const flags = columns.flags[place] ?? 0;
  if (flags === 0 && isEmptyAt(columns.extras, place)) return { code, ...display };
  const extras: Extras = isEmptyAt(columns.extras, place) ? {} : readExtras(textAt(columns.extras, place));
  const property = [...flagged(flags), ...(extras.property ?? [])];
  return { code, ...display, ...extras, ...(property.length === 0 ? {} : { property }) };
}

function flagged(flags: number): readonly CodeSystemConceptProperty[] {
  return Object.entries(flag).flatMap(([code, bit]) => ((flags & bit) === 0 ? [] : [{ code, valueBoolean: true }]));
}
