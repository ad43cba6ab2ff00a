/** Paths that are looked for in a text, each led on step by step as far as the text goes along with it. */

/** What is left of a path here. */
export interface Want {
  readonly id: number;
  readonly rest: string;
}

export class Found {
  readonly offsets: number[];
  private readonly depths: number[];

  constructor(
    private readonly paths: readonly string[],
    from: number,
  ) {
    this.offsets = paths.map(() => from);
    this.depths = paths.map(() => 0);
  }

  start(): readonly Want[] {
    return this.paths.map((rest, id) => ({ id, rest }));
  }

  /** Of two places as far along a path, the later counts if it is `better`. */
  note(wants: readonly Want[], at: number, better = true): void {
    for (const { id, rest } of wants) {
      const depth = (this.paths[id]?.length ?? 0) - rest.length;
      const before = this.depths[id] ?? 0;
      if (depth < before || (depth === before && !better)) continue;
      this.depths[id] = depth;
      this.offsets[id] = at;
    }
  }
}

const none: readonly Want[] = [];

/** Those whose next step is this property. `valueQuantity` is the step `value.ofType(Quantity)`. */
export function throughProperty(wants: readonly Want[], key: string): readonly Want[] {
  if (wants.length === 0) return none;
  const through: Want[] = [];
  for (const { id, rest } of wants) {
    const length = stepLength(rest, key);
    if (length > 0) through.push({ id, rest: rest.slice(length) });
  }
  return through;
}

function stepLength(rest: string, key: string): number {
  if (rest.startsWith(key, 1) && rest.startsWith('.') && isEnd(rest, key.length + 1) && !rest.startsWith('.ofType(', key.length + 1))
    return key.length + 1;
  const [step, name = '', type = ''] = /^\.([A-Za-z]+)\.ofType\(([A-Za-z0-9]+)\)/.exec(rest) ?? [];
  return step !== undefined && key === name + type.charAt(0).toUpperCase() + type.slice(1) ? step.length : 0;
}

function isEnd(rest: string, at: number): boolean {
  return at === rest.length || rest[at] === '.' || rest[at] === '[';
}

const indexStep = /^\[(\d+)\]/;

/** Those whose next step is an item, by its index. */
export function byItem(wants: readonly Want[]): ReadonlyMap<number, readonly Want[]> {
  const items = new Map<number, Want[]>();
  for (const { id, rest } of wants) {
    const [step, index] = indexStep.exec(rest) ?? [];
    if (step === undefined) continue;
    const item = items.get(Number(index)) ?? [];
    item.push({ id, rest: rest.slice(step.length) });
    items.set(Number(index), item);
  }
  return items;
}

/** Where a single value stands in place of an array it is the first item. */
export function asOnly(wants: readonly Want[]): readonly Want[] {
  return wants.some(({ rest }) => rest.startsWith('['))
    ? [...wants.filter(({ rest }) => !rest.startsWith('[')), ...(byItem(wants).get(0) ?? none)]
    : wants;
}
