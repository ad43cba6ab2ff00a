/** Which numbers there are, where most come one after the other: as ranges. */
export interface NumberRanges {
  has(number: number): boolean;
  add(number: number): void;
  remove(number: number): void;
}

export function createNumberRanges(): NumberRanges {
  /** Ascending, both ends included, never side by side. */
  const ranges: { from: number; to: number }[] = [];

  /** The place of the first range that ends at the number or behind it. */
  function placeOf(number: number): number {
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle]?.to ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function has(number: number): boolean {
    return (ranges[placeOf(number)]?.from ?? Number.POSITIVE_INFINITY) <= number;
  }

  return {
    has,
    add(number) {
      const last = ranges.at(-1);
      // As nearly all come.
      if (last !== undefined && last.to === number - 1) last.to = number;
      if (has(number)) return;
      const at = placeOf(number);
      const [before, behind] = [ranges[at - 1], ranges[at]];
      const [joinsBefore, joinsBehind] = [before?.to === number - 1, behind?.from === number + 1];
      const made = {
        from: joinsBefore && before !== undefined ? before.from : number,
        to: joinsBehind && behind !== undefined ? behind.to : number,
      };
      ranges.splice(joinsBefore ? at - 1 : at, Number(joinsBefore) + Number(joinsBehind), made);
    },
    remove(number) {
      if (!has(number)) return;
      const at = placeOf(number);
      const { from, to } = ranges[at] ?? { from: number, to: number };
      const left = [...(from < number ? [{ from, to: number - 1 }] : []), ...(number < to ? [{ from: number + 1, to }] : [])];
      ranges.splice(at, 1, ...left);
    },
  };
}
