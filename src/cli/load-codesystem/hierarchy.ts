/** Who stands above whom in a table of codes: as a column says, or by what a code begins with. Source: R4 codesystem.html#hierarchy */
import type { TableBuilder } from '../../terminology/table/build-table.js';
import type { Faults } from './faults.js';

export interface Parents {
  readonly builder: TableBuilder;
  /** By place; '': none. */
  readonly parents: readonly string[];
  readonly lines: readonly number[];
  readonly faults: Faults;
  readonly column: string;
}

/** Links all that are right; tells of parents that are none and of circles. */
export function checkParents({ builder, parents, lines, faults, column }: Parents): void {
  const above = new Int32Array(parents.length).fill(-1);
  for (const [place, parent] of parents.entries()) {
    if (parent === '') continue;
    const parentPlace = builder.placeOf(parent);
    above[place] = parentPlace;
    if (parentPlace < 0) {
      const code = builder.codeAt(place);
      faults.add(
        [`"${code}" is to stand below "${parent}", which is no code of this file`, `“${code}”的上级“${parent}”不是本文件中的代码`],
        {
          line: lines[place] ?? 0,
          column,
        },
      );
    } else builder.link(parentPlace, place);
  }
  for (const circle of circlesOf(above)) {
    const codes = [...circle, circle[0] ?? 0].map((place) => builder.codeAt(place)).join(' < ');
    const at = { line: lines[circle[0] ?? 0] ?? 0, column };
    faults.add([`codes stand above themselves in a circle: ${codes}`, `上下级关系成环：${codes}`], at);
  }
}

/** Each circle once, as the places in it, from the one that is first in the file. */
function circlesOf(above: Int32Array): readonly (readonly number[])[] {
  const seen = new Int32Array(above.length);
  const circles: number[][] = [];
  for (let start = 0; start < above.length; start++) {
    let place = start;
    while (place >= 0 && seen[place] === 0) {
      seen[place] = start + 1;
      place = above[place] ?? -1;
    }
    if (place < 0 || seen[place] !== start + 1) continue;
    const circle = [place];
    for (let next = above[place] ?? -1; next !== place && next >= 0; next = above[next] ?? -1) circle.push(next);
    circles.push(circle);
  }
  return circles;
}

/** Puts each code that has no parent below the longest other one that it begins with; how many that were. */
export function linkByPrefix(builder: TableBuilder, parents: readonly string[]): number {
  const codes = parents.map((_, place) => builder.codeAt(place));
  const lengths = [...new Set(codes.map(({ length }) => length))].sort((one, other) => other - one);
  let linked = 0;
  for (const [place, parent] of parents.entries()) {
    if (parent !== '') continue;
    const above = longestBefore(builder, codes[place] ?? '', lengths);
    if (above === undefined) continue;
    builder.link(above, place);
    linked++;
  }
  return linked;
}

/** `lengths`: of codes, the longest first. */
function longestBefore(builder: TableBuilder, code: string, lengths: readonly number[]): number | undefined {
  for (const length of lengths) {
    if (length >= code.length) continue;
    // I10. is no code of its own, I10 is.
    const place = builder.placeOf(code.slice(0, length));
    if (place >= 0) return place;
  }
  return undefined;
}
