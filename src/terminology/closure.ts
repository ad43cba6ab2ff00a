/**
 * A closure table: of the codes somebody uses, which subsumes which. It grows as codes come, and every growth is numbered, so that what
 * was lost on the way can be sent again. Source: R4 terminology-service.html#closure, codesystem.html#subsumption
 */
import { type CodeContent, reachable } from './code-system.js';

/** As it is kept, in JSON. Concepts and systems stand in the rows by their places. */
export interface ClosureTable {
  /** How often it has grown. */
  readonly grown: number;
  readonly systems: readonly ClosureSystem[];
  readonly concepts: readonly (readonly [system: number, code: string])[];
  readonly rows: readonly ClosureRow[];
}

export interface ClosureSystem {
  readonly uri: string;
  /** Of its content when its first code came: what was worked out of another content may be wrong. */
  readonly mark: string;
}

/** `target` subsumes `source`, or means the same; `at`: the growth with which it came. */
export type ClosureRow = readonly [source: number, target: number, equivalence: 'subsumes' | 'equal', at: number];

export interface ClosureCode {
  readonly system: string;
  readonly code: string;
}

export const emptyClosure: ClosureTable = { grown: 0, systems: [], concepts: [], rows: [] };

/** Changes with what it is made of. */
export function closureMark({ version = '', size, about }: CodeContent): string {
  return `${version} ${size} ${about?.hierarchyMeaning ?? ''}`;
}

/** Only where the hierarchy is of kinds. Source: R4 valueset-codesystem-hierarchy-meaning.html */
function isOfKinds({ about }: CodeContent): boolean {
  return about?.hierarchyMeaning !== 'part-of' && about?.hierarchyMeaning !== 'grouped-by';
}

/**
 * The table with these codes in it; the same where all were there already. `contentOf` knows every system of them and of the table. With
 * more rows than `most` it is not gone on with.
 */
export function* extendedClosure(
  table: ClosureTable,
  added: readonly ClosureCode[],
  contentOf: (system: string) => CodeContent,
  most: number,
): Generator<undefined, ClosureTable> {
  const systems = [...table.systems];
  const concepts = [...table.concepts];
  const keys = new Set(concepts.map(([system, code]) => keyOf(system, code)));
  for (const { system, code } of added) {
    let place = systems.findIndex(({ uri }) => uri === system);
    if (place < 0) place = systems.push({ uri: system, mark: closureMark(contentOf(system)) }) - 1;
    if (keys.has(keyOf(place, code))) continue;
    keys.add(keyOf(place, code));
    concepts.push([place, code]);
  }
  const first = table.concepts.length;
  if (concepts.length === first) return table;
  const grown = table.grown + 1;
  const rows = [...table.rows];
  for (const [place, { uri }] of systems.entries()) {
    if (!concepts.slice(first).some(([system]) => system === place)) continue;
    for (const row of rowsIn(concepts, place, first, contentOf(uri))) {
      if (row === undefined) yield;
      else rows.push([...row, grown]);
      if (rows.length > most) return { grown, systems, concepts, rows };
    }
    yield;
  }
  return { grown, systems, concepts, rows };
}

function keyOf(system: number, code: string): string {
  return `${system} ${code}`;
}

type Rows = Generator<readonly [source: number, target: number, equivalence: 'subsumes' | 'equal'] | undefined>;

/** Of one code system, between those from `first` on and all; undefined where others may be let in. */
function* rowsIn(concepts: ClosureTable['concepts'], system: number, first: number, content: CodeContent): Rows {
  const places = new Map<string, number[]>();
  for (const [place, [of, code]] of concepts.entries()) {
    if (of !== system) continue;
    const folded = content.fold(code);
    places.set(folded, [...(places.get(folded) ?? []), place]);
  }
  const { parents } = isOfKinds(content) ? content.hierarchy() : { parents: new Map<string, readonly string[]>() };
  for (const [code, sources] of places) {
    yield undefined;
    for (const [index, source] of sources.entries()) {
      for (const target of sources.slice(0, index)) if (Math.max(source, target) >= first) yield [source, target, 'equal'];
    }
    for (const above of reachable(parents, code)) {
      if (above === code) continue;
      for (const target of places.get(above) ?? []) {
        for (const source of sources) if (source >= first || target >= first) yield [source, target, 'subsumes'];
      }
    }
  }
}
