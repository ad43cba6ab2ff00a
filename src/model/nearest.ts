/** What a misspelt name was perhaps meant to be. */

/** Known names, the nearest first; none that differs in more than `within` letters. */
export function nearest(name: string, known: Iterable<string>, atMost = 3, within = Number.POSITIVE_INFINITY): readonly string[] {
  const short = name.slice(0, 64).toLowerCase();
  return [...known]
    .map((one) => ({ one, distance: distance(short, one.toLowerCase()) }))
    .filter(({ distance }) => distance <= within)
    .sort((a, b) => a.distance - b.distance || (a.one < b.one ? -1 : 1))
    .slice(0, atMost)
    .map(({ one }) => one);
}

/** How many letters may differ for a name to be taken for a slip of another: a third of it. */
export function slips(name: string): number {
  return Math.max(1, Math.floor(name.length / 3));
}

/** Insertions, deletions and replacements between two short strings. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
