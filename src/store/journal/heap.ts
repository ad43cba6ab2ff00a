/** What comes first of many, while more are put to them. */
export interface Heap<T> {
  push(one: T): void;
  /** Takes the first; undefined where there is none. */
  pop(): T | undefined;
}

export function createHeap<T>(compare: (a: T, b: T) => number): Heap<T> {
  const all: T[] = [];
  const isBefore = (a: number, b: number) => compare(all[a] as T, all[b] as T) < 0;
  const swap = (a: number, b: number) => {
    [all[a], all[b]] = [all[b] as T, all[a] as T];
  };

  function sink(): void {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < all.length && isBefore(left, least)) least = left;
      if (right < all.length && isBefore(right, least)) least = right;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  }

  return {
    push(one) {
      all.push(one);
      for (let at = all.length - 1; at > 0; ) {
        const above = (at - 1) >> 1;
        if (!isBefore(at, above)) return;
        swap(at, above);
        at = above;
      }
    },
    pop() {
      const first = all[0];
      const last = all.pop();
      if (all.length > 0) {
        all[0] = last as T;
        sink();
      }
      return first;
    },
  };
}
