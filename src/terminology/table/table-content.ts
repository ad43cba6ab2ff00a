/** A table of concepts as the content of a code system: what is asked for is read out of the columns when it is asked for. */
import type { CodeSystem } from 'fhir/r4.js';
import { type CodeContent, codeContent } from '../code-system.js';
import type { Membership } from '../terminology.js';
import { attachedTable } from './attached.js';
import { type ConceptTable, foldFor } from './concept-table.js';
import { conceptAt, conceptsOf, rowsOf } from './read-concept.js';
import { type Links, linksAt, marked, textAt } from './vectors.js';

export function contentOf(codeSystem: CodeSystem): CodeContent {
  const table = attachedTable(codeSystem);
  return table === undefined ? codeContent(codeSystem) : tableContent(codeSystem, table);
}

export function tableContent(about: Omit<CodeSystem, 'concept'>, table: ConceptTable): CodeContent {
  const { version, language, property = [] } = about;
  const { columns, index, caseSensitive, count } = table;
  const fold = foldFor(caseSensitive);
  const otherwise: Membership = table.isComplete ? 'out' : 'undecided';
  const linked = (links: Links) => ({
    get(code: string): readonly string[] | undefined {
      const place = index.placeOf(code);
      const places = place < 0 ? [] : Array.from(linksAt(links, place));
      return places.length === 0 ? undefined : places.map((one) => fold(textAt(columns.codes, one)));
    },
  });
  const hierarchy = { parents: linked(columns.parents), children: linked(table.children) };
  const { properties } = table;
  const told = { inactive: !properties.includes('status'), notSelectable: !properties.includes('abstract') };
  return {
    ...(version === undefined ? {} : { version }),
    ...(language === undefined ? {} : { language }),
    about,
    caseSensitive,
    size: count,
    concepts: () => conceptsOf(columns, count),
    find(code) {
      const place = index.placeOf(code);
      return place < 0 ? undefined : conceptAt(columns, place);
    },
    properties: new Set([...property.map(({ code }) => code), ...table.properties]),
    fold,
    contains: (code) => (index.placeOf(code) < 0 ? otherwise : 'in'),
    hierarchy: () => hierarchy,
    rows: () => rowsOf(columns, count, told),
    placeOf: index.placeOf,
    *reach(direction, code) {
      const marks = yield* marked(direction === 'below' ? table.children : columns.parents, index.placeOf(code), count);
      return (one) => marks[one.place ?? index.placeOf(one.code)] === 1;
    },
    at: (place) => (place < count ? conceptAt(columns, place) : undefined),
    keys: columns.keys,
  };
}
