/**
 * Elements named by one type of a choice: a differential may say `valueQuantity` for `value[x]` as a Quantity.
 * Source: R4 formats.html#choice, profiling.html#slicing, elementdefinition.html#ElementDefinition.path
 */
import type { ElementDefinitionType } from 'fhir/r4.js';
import type { Change } from './differential.js';
import type { TreeNode } from './tree.js';

/** What stands below `change` by the names of the base's elements: shorthands become slices by type, or the element itself where it has one type. */
export function withChoices(parent: TreeNode, change: Change, inSlice: boolean): ReadonlyMap<string, Change> {
  const known = new Set(parent.children.map(({ name }) => name));
  if ([...change.children.keys()].every((name) => known.has(name))) return change.children;
  const choices = parent.children.filter(({ name }) => name.endsWith('[x]'));
  const changes = new Map<string, Change>();
  for (const [name, one] of change.children) {
    const choice = known.has(name) ? undefined : choices.find((child) => typeOf(child, name) !== undefined);
    if (choice === undefined) changes.set(name, combined(changes.get(name), one));
    else changes.set(choice.name, combined(changes.get(choice.name), asChoice(choice, one, inSlice)));
  }
  return changes;
}

/** `valueQuantity` names the type Quantity of `value[x]`. */
export function typeOf({ name, element }: TreeNode, shorthand: string): ElementDefinitionType | undefined {
  const stem = name.slice(0, -3);
  if (!name.endsWith('[x]') || !shorthand.startsWith(stem)) return undefined;
  const suffix = shorthand.slice(stem.length);
  return element.type?.find(({ code }) => suffix === code.charAt(0).toUpperCase() + code.slice(1));
}

function asChoice(choice: TreeNode, change: Change, inSlice: boolean): Change {
  const isSliced = choice.element.slicing !== undefined || choice.slices.length > 0;
  const type = typeOf(choice, change.name);
  const isOnly = new Set(choice.element.type?.map(({ code }) => code)).size === 1;
  if (!isSliced && (isOnly || inSlice)) return itself(choice, change, type);
  const slice: Change = { ...change, name: choice.name, sliceName: change.name };
  return {
    name: choice.name,
    sliceName: undefined,
    element: undefined,
    at: change.at,
    children: new Map(),
    slices: new Map([[change.name, slice]]),
  };
}

function itself(choice: TreeNode, change: Change, type: ElementDefinitionType | undefined): Change {
  const said = change.element ?? { path: choice.element.path };
  const element = type === undefined ? said : { ...said, type: said.type ?? [type] };
  return { ...change, name: choice.name, element };
}

function combined(before: Change | undefined, after: Change): Change {
  if (before === undefined) return after;
  return {
    ...before,
    element: before.element ?? after.element,
    children: new Map([...before.children, ...after.children]),
    slices: new Map([...before.slices, ...after.slices]),
  };
}
