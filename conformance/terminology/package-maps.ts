/**
 * Every concept map of the packages, row by row and both ways: what its text says is what the server must answer. One case for a map and
 * a direction, its rows in batches. Source: R4 conceptmap.html, conceptmap-operation-translate.html
 */
import type { ConceptMap, ConceptMapGroup } from 'fhir/r4.js';
import type { JsonObject } from '../../src/model/json.js';
import { readPackages } from '../data.js';
import type { Case, Expectation, Step } from '../rest/case.js';
import { type MatchWish, text } from './match-wishes.js';

interface Row {
  readonly source: string;
  readonly target: string;
  readonly code: string;
  readonly to: string | undefined;
  readonly equivalence: string;
}

interface Question {
  readonly system: string;
  readonly code: string;
  readonly match: readonly MatchWish[];
}

export function packageMapCases(): readonly Case[] {
  const maps = readPackages('ConceptMap') as unknown as readonly ConceptMap[];
  return maps.flatMap((map) => {
    const rows = (map.group ?? []).flatMap(rowsOf);
    const source = 'R4 conceptmap-operation-translate.html';
    return [
      { id: `package-${map.id}`, source, title: `${map.url} says what it says`, steps: batches(map, forward(rows), false) },
      { id: `package-${map.id}-back`, source, title: `${map.url} says it backwards`, steps: batches(map, backward(rows), true) },
    ];
  });
}

function rowsOf({ source = '', target = '', element }: ConceptMapGroup): readonly Row[] {
  return element.flatMap(({ code = '', target: targets = [] }) =>
    targets.map((one) => ({ source, target, code, to: one.code, equivalence: one.equivalence })),
  );
}

function forward(rows: readonly Row[]): readonly Question[] {
  return grouped(rows, ({ source, code }) => [source, code]).map(({ system, code, of }) => ({
    system,
    code,
    match: of.map((row) => ({ equivalence: row.equivalence, ...(row.to === undefined ? {} : { system: row.target, code: row.to }) })),
  }));
}

/** `equivalence` is read from the target to the source; backwards the wider is the narrower. */
const turned: Readonly<Record<string, string>> = { wider: 'narrower', narrower: 'wider', subsumes: 'specializes', specializes: 'subsumes' };

function backward(rows: readonly Row[]): readonly Question[] {
  const leading = rows.filter(({ to }) => to !== undefined);
  return grouped(leading, ({ target, to = '' }) => [target, to]).map(({ system, code, of }) => ({
    system,
    code,
    match: of.map((row) => ({ equivalence: turned[row.equivalence] ?? row.equivalence, system: row.source, code: row.code })),
  }));
}

interface Grouped {
  readonly system: string;
  readonly code: string;
  readonly of: Row[];
}

function grouped(rows: readonly Row[], by: (row: Row) => readonly [system: string, code: string]): readonly Grouped[] {
  const groups = new Map<string, Grouped>();
  for (const row of rows) {
    const [system, code] = by(row);
    const group = groups.get(`${system} ${code}`) ?? { system, code, of: [] };
    groups.set(`${system} ${code}`, group);
    group.of.push(row);
  }
  return [...groups.values()];
}

/** Entries of one batch: each is looked for among all of them. */
const TOGETHER = 15;

function batches(map: ConceptMap, questions: readonly Question[], reverse: boolean): readonly Step[] {
  const parts = Array.from({ length: Math.ceil(questions.length / TOGETHER) }, (_, part) => part * TOGETHER);
  return parts.map((from) => batch(map, questions.slice(from, from + TOGETHER), reverse));
}

function batch({ url = '' }: ConceptMap, questions: readonly Question[], reverse: boolean): Step {
  const entry: readonly JsonObject[] = questions.map(({ system, code }) => {
    const asked = new URLSearchParams({ url, system, code, ...(reverse ? { reverse: 'true' } : {}) });
    return { request: { method: 'GET', url: `ConceptMap/$translate?${asked}` } };
  });
  return { request: 'POST ', body: { resourceType: 'Bundle', type: 'batch', entry }, expect: expected(questions) };
}

/** One expression for a question: there are thousands. */
function expected(questions: readonly Question[]): Expectation {
  return {
    status: 200,
    fhirpath: questions.map(({ match }, index) => {
      const at = `Bundle.entry[${index}].resource.parameter`;
      const isTranslated = match.some(
        ({ equivalence = '', code }) => code !== undefined && !['unmatched', 'disjoint'].includes(equivalence),
      );
      const wanted = match.map(({ equivalence, system = '', code = '' }) => text(`${equivalence}|${system}|${code}`));
      return `${at}.where(name = 'result').value = ${isTranslated} and ${at}.where(name = 'match').select(${answered}) ~ (${wanted.join(' | ')})`;
    }),
  };
}

const partNamed = (name: string) => `part.where(name = '${name}').value`;
const answered = `${partNamed('equivalence')} & '|' & ${partNamed('concept')}.system & '|' & ${partNamed('concept')}.code`;
