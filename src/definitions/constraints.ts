/**
 * The same few constraints (`ele-1`, `ext-1`, …) stand on nearly every element of every snapshot. The index holds each once, and so
 * does the memory: elements that share a constraint share the object.
 */
import type { ElementDefinitionConstraint, StructureDefinition } from 'fhir/r4.js';

/** A structure whose elements name their constraints by place; otherwise as it was. */
export interface PackedStructure {
  readonly snapshot?: { readonly element: readonly PackedElement[] };
  readonly [field: string]: unknown;
}

interface PackedElement {
  readonly constraint?: readonly number[];
  readonly [field: string]: unknown;
}

export class ConstraintTable {
  private readonly places = new Map<string, number>();

  pack(structure: StructureDefinition): PackedStructure {
    const { snapshot, ...rest } = structure;
    if (snapshot === undefined) return { ...rest };
    const element = snapshot.element.map(({ constraint, ...kept }): PackedElement => {
      return constraint === undefined ? kept : { ...kept, constraint: constraint.map((one) => this.place(JSON.stringify(one))) };
    });
    return { ...rest, snapshot: { ...snapshot, element } };
  }

  all(): readonly unknown[] {
    return [...this.places.keys()].map((text) => JSON.parse(text));
  }

  private place(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    this.places.set(text, this.places.size);
    return this.places.size - 1;
  }
}

/** Puts the constraints back, in place: the structure has just been read and is nobody else's. */
export function unpack(packed: PackedStructure, constraints: readonly ElementDefinitionConstraint[]): StructureDefinition {
  const structure = packed as unknown as StructureDefinition;
  for (const element of structure.snapshot?.element ?? []) {
    const places = element.constraint as unknown as readonly number[] | undefined;
    if (places !== undefined) element.constraint = places.flatMap((place) => constraints[place] ?? []);
  }
  return structure;
}
