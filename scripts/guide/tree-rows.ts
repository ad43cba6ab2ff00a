/** The elements of a profile as rows of a tree: those it says something of, with all above them, or all there are. Source: R4 profiling.html */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';

export interface TreeRow {
  readonly element: ElementDefinition;
  /** Of the root 0. */
  readonly depth: number;
  /** The profile itself says something of it. */
  readonly isOwn: boolean;
  /** `identifier:residentIdCard` */
  readonly label: string;
}

export function ownRows(structure: StructureDefinition): readonly TreeRow[] {
  const whole = structure.snapshot?.element ?? [];
  const own = new Map((structure.differential?.element ?? []).map((element) => [element.id ?? '', element]));
  const shown = new Set([...own.keys()].flatMap(withAbove));
  return whole.filter(({ id = '' }) => shown.has(id)).map((element) => row(element, own.get(element.id ?? '')));
}

/** `id` and `extension`, which every element has, only where something is said of them. */
export function allRows(structure: StructureDefinition): readonly TreeRow[] {
  const whole = structure.snapshot?.element ?? [];
  const own = new Map((structure.differential?.element ?? []).map((element) => [element.id ?? '', element]));
  const needed = new Set([...own.keys()].flatMap(withAbove));
  const isIdle = ({ id = '' }: ElementDefinition) => /\.(id|extension|modifierExtension)$/.test(id) && id.includes('.') && !needed.has(id);
  return whole.filter((element) => !isIdle(element)).map((element) => row(element, own.get(element.id ?? '')));
}

function withAbove(id: string): readonly string[] {
  const parts = id.split('.');
  return parts.flatMap((part, at) => {
    const above = parts.slice(0, at).join('.');
    const here = above === '' ? part : `${above}.${part}`;
    // Slices stand below the element they are slices of.
    return part.includes(':') ? [`${above === '' ? '' : `${above}.`}${part.slice(0, part.indexOf(':'))}`, here] : [here];
  });
}

function row(element: ElementDefinition, own: ElementDefinition | undefined): TreeRow {
  const parts = (element.id ?? element.path).split('.');
  return { element, depth: parts.length - 1, isOwn: own !== undefined, label: parts[parts.length - 1] ?? '' };
}
