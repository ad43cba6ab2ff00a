/** Which parts of a plan concern a resource, told by the properties that it has: most resources have few of the elements they may have. */
import type { Resource } from '../model/resource.js';

/** Extractions as bits, 32 to a number: those of any resource, and further ones for each property that one has. */
export interface Concerned {
  readonly always: readonly number[];
  readonly byProperty: ReadonlyMap<string, readonly number[]>;
}

export function concernedBy(extractions: readonly { readonly needs: readonly string[] | undefined }[]): Concerned {
  const nothing = () => new Array<number>(Math.ceil(extractions.length / 32)).fill(0);
  const always = nothing();
  const byProperty = new Map<string, number[]>();
  for (const [at, { needs }] of extractions.entries()) {
    if (needs === undefined) setBit(always, at);
    for (const name of needs ?? []) {
      const bits = byProperty.get(name) ?? nothing();
      byProperty.set(name, bits);
      setBit(bits, at);
    }
  }
  return { always, byProperty };
}

function setBit(bits: number[], at: number): void {
  bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
}

/** Most resources have few of the elements they may have. */
export function partsFor({ always, byProperty }: Concerned, resource: Resource): readonly number[] {
  const found = always.slice();
  for (const name in resource) {
    const bits = byProperty.get(name);
    if (bits === undefined) continue;
    for (let at = 0; at < bits.length; at++) found[at] = (found[at] ?? 0) | (bits[at] ?? 0);
  }
  return found;
}

export function isConcerned(parts: readonly number[], at: number): boolean {
  return ((parts[at >> 5] ?? 0) & (1 << (at & 31))) !== 0;
}
