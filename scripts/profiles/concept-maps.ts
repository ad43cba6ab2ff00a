/**
 * The ConceptMaps of a code table, each written once and, where it can be turned round, in both directions. Source: R4 conceptmap.html
 */
import type { ConceptMap, ConceptMapGroup, ConceptMapGroupElement } from 'fhir/r4.js';
import type { Manifest } from './manifest.js';
import { headOf } from './manifest.js';

/** How the target stands to the source. Source: R4 valueset-concept-map-equivalence.html */
type Equivalence = 'equivalent' | 'equal' | 'wider' | 'narrower' | 'inexact';

interface RowDetail {
  /** Of the target, when it is not that of the map. */
  readonly system?: string;
  /** Of several codes that become one, the one it is turned back into. */
  readonly default?: true;
  /** What the row loses or leaves open; R4 wants one beside `narrower` and `inexact`. */
  readonly comment?: string;
}

/** Code here, code there, equivalence. */
type MapRow = readonly [string, string, Equivalence, RowDetail?];

interface Reverse {
  readonly id: string;
  readonly note?: string;
  /** Source, target, equivalence of the way back: in place of what the rows would give, or beside it. */
  readonly rows?: readonly MapRow[];
  /** Codes without a national counterpart, with the reason. */
  readonly unmatched?: Readonly<Record<string, string>>;
}

export interface TableMap {
  readonly id: string;
  readonly title: string;
  readonly target: string;
  /** Value set of the target's codes. */
  readonly targetValueSet?: string;
  readonly note: string;
  readonly rows: readonly MapRow[];
  /** Codes without a counterpart, with the reason. */
  readonly unmatched?: Readonly<Record<string, string>>;
  readonly reverse?: Reverse;
}

/** The table a map starts from. */
interface Source {
  readonly url: string;
  readonly valueSet: string;
  readonly displays: ReadonlyMap<string, string>;
}

interface Row {
  readonly code: string;
  readonly system: string;
  readonly target: string;
  readonly equivalence: Equivalence;
  readonly comment?: string;
}

const turned: Readonly<Record<Equivalence, Equivalence>> = {
  equal: 'equal',
  equivalent: 'equivalent',
  wider: 'narrower',
  narrower: 'wider',
  inexact: 'inexact',
};

export function conceptMaps(map: TableMap, source: Source, manifest: Manifest): ConceptMap[] {
  const forward = resource(map.id, map.title, map.note, manifest);
  const there = {
    ...forward,
    sourceCanonical: source.valueSet,
    ...(map.targetValueSet === undefined ? {} : { targetCanonical: map.targetValueSet }),
    group: groups(source.url, map.rows.map(forwardRow(map)), map.unmatched, map.target, source.displays),
  };
  return map.reverse === undefined ? [there] : [there, reverseMap(map, map.reverse, source, manifest)];
}

function forwardRow(map: TableMap): (row: MapRow) => Row {
  return ([code, target, equivalence, detail]) => ({
    ...{ code, target, equivalence, system: detail?.system ?? map.target },
    ...(detail?.comment === undefined ? {} : { comment: detail.comment }),
  });
}

function reverseMap(map: TableMap, reverse: Reverse, source: Source, manifest: Manifest): ConceptMap {
  const title = map.title.split(' → ').reverse().join(' → ');
  const systems = [...new Set(map.rows.map(([, , , detail]) => detail?.system ?? map.target))];
  const made = systems.flatMap((system) => {
    const written = (reverse.rows ?? []).filter(([, , , detail]) => (detail?.system ?? map.target) === system);
    const rows = turnedRows(map, system, new Set(written.map(([code]) => code)), source);
    const all = [
      ...rows,
      ...written.map(([code, target, equivalence, detail]) => back(code, target, equivalence, source, detail?.comment)),
    ];
    return groups(system, all, system === map.target ? reverse.unmatched : undefined, source.url, new Map(), source.displays);
  });
  return {
    ...resource(reverse.id, title, reverse.note ?? map.note, manifest),
    ...(map.targetValueSet === undefined ? {} : { sourceCanonical: map.targetValueSet }),
    targetCanonical: source.valueSet,
    group: made,
  };
}

/** One row back for each code of `system` that a row leads to, except those in `but`. */
function turnedRows(map: TableMap, system: string, but: ReadonlySet<string>, source: Source): Row[] {
  const here = map.rows.filter(([, , , detail]) => (detail?.system ?? map.target) === system);
  const targets = [...new Set(here.map(([, target]) => target))].filter((target) => !but.has(target));
  return targets.map((target) => {
    const rows = here.filter((row) => row[1] === target);
    const [code, , equivalence] = defaultOf(rows, `${map.id}: ${target}`);
    const others = rows.filter((row) => row[0] !== code).map((row) => row[0]);
    return back(target, code, turned[equivalence], source, lossOf(code, others, turned[equivalence], source.displays));
  });
}

function defaultOf(rows: readonly MapRow[], where: string): MapRow {
  const marked = rows.filter(([, , , detail]) => detail?.default === true);
  const same = rows.filter(([, , equivalence]) => equivalence === 'equal' || equivalence === 'equivalent');
  const [only, ...more] = marked.length > 0 ? marked : rows.length === 1 ? rows : same;
  if (only === undefined || more.length > 0) throw new Error(`${where} comes from several codes; mark one of them as default`);
  return only;
}

function lossOf(code: string, others: readonly string[], equivalence: Equivalence, displays: Source['displays']): string | undefined {
  const named = (one: string) => `${one} ${displays.get(one) ?? ''}`.trim();
  if (others.length > 0) {
    const list = others.map(named).join('、');
    return `取默认值 ${named(code)}；${list} 也对应此代码，无法还原。${code} is the default: ${others.join(', ')} become the same code and cannot be told from it.`;
  }
  if (equivalence !== 'narrower' && equivalence !== 'inexact') return undefined;
  return `${named(code)} 与来源代码范围不同。${code} does not cover just what the source code does.`;
}

function back(code: string, target: string, equivalence: Equivalence, source: Source, comment: string | undefined): Row {
  return { code, target, equivalence, system: source.url, ...(comment === undefined ? {} : { comment }) };
}

function resource(id: string, title: string, note: string, manifest: Manifest): Omit<ConceptMap, 'group'> {
  return {
    resourceType: 'ConceptMap',
    id,
    url: `${manifest.canonical}/ConceptMap/${id}`,
    version: manifest.version,
    name: `Cn${id.replace(/(^|-)([a-z0-9])/g, (_all, _dash, letter: string) => letter.toUpperCase())}`,
    title,
    ...headOf(manifest),
    description: note,
  };
}

function groups(
  source: string,
  rows: readonly Row[],
  unmatched: Readonly<Record<string, string>> | undefined,
  mainTarget: string,
  displays: Source['displays'],
  targetDisplays: Source['displays'] = new Map(),
): ConceptMapGroup[] {
  const lacking = Object.entries(unmatched ?? {});
  const targets = [...new Set([...rows.map((row) => row.system), ...(lacking.length === 0 ? [] : [mainTarget])])];
  return targets.map((target) => {
    const here = rows.filter((row) => row.system === target);
    const codes = [...new Set(here.map((row) => row.code))];
    const matched = codes.map((code) => element(code, here, displays, targetDisplays));
    const none = target === mainTarget ? lacking.map(([code, comment]) => lacks(code, comment, displays)) : [];
    return { source, target, element: [...matched, ...none] };
  });
}

function element(
  code: string,
  rows: readonly Row[],
  displays: Source['displays'],
  targetDisplays: Source['displays'],
): ConceptMapGroupElement {
  const target = rows
    .filter((row) => row.code === code)
    .map(({ target: to, equivalence, comment }) => ({
      ...{ code: to, ...named(to, targetDisplays), equivalence },
      ...(comment === undefined ? {} : { comment }),
    }));
  return { code, ...named(code, displays), target };
}

function lacks(code: string, comment: string, displays: Source['displays']): ConceptMapGroupElement {
  return { code, ...named(code, displays), target: [{ equivalence: 'unmatched', comment }] };
}

function named(code: string, displays: Source['displays']): { display?: string } {
  const display = displays.get(code);
  return display === undefined ? {} : { display };
}
