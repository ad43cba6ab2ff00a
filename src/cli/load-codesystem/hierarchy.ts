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
    above[place] = builder.placeOf(parent);
    const code = builder.codeAt(place);
    if (above[place] === -1) {
      faults.add(
        [`"${code}" is to stand below "${parent}", which is no code of this file`, `“${code}”的上级“${parent}”不是本文件中的代码`],
        {
          line: lines[place] ?? 0,
          column,
        },
      );
    } else builder.link(parent, code);
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
  let linked = 0;
  for (const [place, parent] of parents.entries()) {
    if (parent !== '') continue;
    const code = builder.codeAt(place);
    for (let length = code.length - 1; length > 0; length--) {
      const prefix = code.slice(0, length);
      // I10. is no code of its own, I10 is.
      if (builder.placeOf(prefix) < 0) continue;
      builder.link(prefix, code);
      linked++;
      break;
    }
  }
  return linked;
}
