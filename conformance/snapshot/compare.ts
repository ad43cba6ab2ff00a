/**
 * Two snapshots of one structure, element by element and rule by rule. Texts for people (short, definition, comment, requirements, alias,
 * mapping) are not compared: generators rewrite links in them. Source: R4 elementdefinition.html
 */
import { isDeepStrictEqual } from 'node:util';
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';

export interface Difference {
  readonly structure: string;
  /** Id of the element; the structure's own where none can be compared. */
  readonly element: string;
  /** The field, or `missing`, `surplus`, `order`. */
  readonly field: string;
  readonly theirs?: unknown;
  readonly ours?: unknown;
}

const fields = [
  ...(['path', 'sliceName', 'sliceIsConstraining', 'slicing', 'min', 'max', 'base', 'type', 'contentReference', 'binding'] as const),
  ...(['maxLength', 'mustSupport', 'isModifier', 'representation'] as const),
];

export function differences(theirs: StructureDefinition, ours: StructureDefinition): readonly Difference[] {
  const structure = theirs.id ?? theirs.url;
  const expected = byId(theirs);
  const found = byId(ours);
  const missing = [...expected.keys()].filter((id) => !found.has(id));
  const surplus = [...found.keys()].filter((id) => !expected.has(id));
  const common = [...found.keys()].filter((id) => expected.has(id));
  const isInOrder = isDeepStrictEqual(
    common,
    [...expected.keys()].filter((id) => found.has(id)),
  );
  return [
    ...missing.map((element) => ({ structure, element, field: 'missing' })),
    ...surplus.map((element) => ({ structure, element, field: 'surplus' })),
    ...(isInOrder ? [] : [{ structure, element: structure, field: 'order' }]),
    ...common.flatMap((id) => ofElement(structure, id, expected.get(id), found.get(id))),
  ];
}

function byId({ snapshot }: StructureDefinition): ReadonlyMap<string, ElementDefinition> {
  return new Map(snapshot?.element.map((element) => [element.id ?? element.path, element]));
}

function ofElement(
  structure: string,
  element: string,
  theirs: ElementDefinition | undefined,
  ours: ElementDefinition | undefined,
): readonly Difference[] {
  if (theirs === undefined || ours === undefined) return [];
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ...fields.map((field) => [field, theirs[field], ours[field]] as const),
    ['value', values(theirs), values(ours)],
    ['constraint', constraints(theirs), constraints(ours)],
  ];
  return pairs
    .filter(([, before, after]) => !isDeepStrictEqual(before, after))
    .map(([field, before, after]) => ({ structure, element, field, theirs: before, ours: after }));
}

/** `fixedUri`, `patternCoding`, `minValueInteger` … */
function values(element: ElementDefinition): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(element).filter(([field]) => /^(fixed|pattern|minValue|maxValue)[A-Z]/.test(field)));
}

/** What they ask, in any order. */
function constraints({ constraint = [] }: ElementDefinition): readonly string[] {
  return constraint.map(({ key, severity, expression }) => `${key} ${severity} ${expression}`).sort();
}
