/**
 * A differential as a tree: each element found by its id, or by its path and the element it follows where it has none. Elements that
 * are only on the way to others need not be listed. Source: R4 profiling.html#snapshot, elementdefinition.html#id
 */
import type { ElementDefinition } from 'fhir/r4.js';
import { message } from '../../model/message.js';
import { deepest, deepestSlice, isReadable, isSliceName } from './readable.js';
import type { Reasons } from './reasons.js';

export interface Change {
  /** Last part of the path, as it is written: `value[x]`, `valueQuantity`. */
  readonly name: string;
  readonly sliceName: string | undefined;
  /** What the differential says of the element; undefined for one that is only on the way. */
  readonly element: ElementDefinition | undefined;
  /** Which element of the differential says so, or is the first below. */
  readonly at: number;
  readonly children: ReadonlyMap<string, Change>;
  readonly slices: ReadonlyMap<string, Change>;
}

interface Growing extends Change {
  element: ElementDefinition | undefined;
  at: number;
  readonly children: Map<string, Growing>;
  readonly slices: Map<string, Growing>;
}

interface Step {
  readonly name: string;
  readonly slice: string | undefined;
}

export function changesOf(elements: readonly unknown[], root: string, reasons: Reasons): Change {
  const tree = growing(root, undefined, 0);
  let open: readonly Growing[] = [tree];
  for (const [at, element] of elements.entries()) {
    if (!isReadable(element)) {
      reasons.at(at, '', notReadable());
      continue;
    }
    const parts = element.path.split('.', deepest + 1);
    if (parts[0] !== root || parts.length > deepest || parts.includes('')) {
      reasons.at(at, 'path', badPath(element.path, root));
      continue;
    }
    if (!isSliceName(element.sliceName ?? '')) {
      reasons.at(at, 'sliceName', badSliceName());
      continue;
    }
    open = follow(tree, stepsById(element, parts) ?? stepsByPath(element, parts, open), at);
    const node = open[open.length - 1] ?? tree;
    if (node.element !== undefined) reasons.at(at, '', standsTwice(element.id ?? element.path, node.at));
    node.element = element;
    node.at = at;
  }
  return tree;
}

function growing(name: string, sliceName: string | undefined, at: number): Growing {
  return { name, sliceName, element: undefined, at, children: new Map(), slices: new Map() };
}

function follow(tree: Growing, steps: readonly Step[], at: number): readonly Growing[] {
  const way = [tree];
  let node = tree;
  for (const { name, slice } of steps) {
    node = grown(node.children, name, () => growing(name, undefined, at));
    if (slice !== undefined) node = grown(node.slices, slice, () => growing(name, slice, at));
    way.push(node);
  }
  return way;
}

function grown(nodes: Map<string, Growing>, key: string, make: () => Growing): Growing {
  const known = nodes.get(key);
  if (known !== undefined) return known;
  const made = make();
  nodes.set(key, made);
  return made;
}

/** The id says which slice each part stands in. It counts only if it agrees with path and sliceName: some tools number elements by it. */
function stepsById({ id, sliceName }: ElementDefinition, parts: readonly string[]): readonly Step[] | undefined {
  const steps = id?.split('.').map(stepOf);
  if (steps === undefined || steps.length !== parts.length) return undefined;
  if (!steps.every(({ name }, place) => isSame(name, parts[place] ?? ''))) return undefined;
  if (!steps.every(({ slice = '' }) => isSliceName(slice))) return undefined;
  const last = steps[steps.length - 1];
  return last?.slice === sliceName || last?.name.endsWith('[x]') ? steps.slice(1) : undefined;
}

function stepOf(part: string): Step {
  const colon = part.indexOf(':');
  return colon < 0 ? { name: part, slice: undefined } : { name: part.slice(0, colon), slice: part.slice(colon + 1) };
}

function isSame(inId: string, inPath: string): boolean {
  return inId === inPath || (inId.endsWith('[x]') && inPath.startsWith(inId.slice(0, -3)));
}

/** Without an id an element belongs to the one that stands before it, as far as their paths agree. */
function stepsByPath({ sliceName }: ElementDefinition, parts: readonly string[], open: readonly Growing[]): readonly Step[] {
  let follows = true;
  return parts.slice(1).map((name, place) => {
    const before = open[place + 1];
    const isLast = place === parts.length - 2;
    follows &&= !isLast && before?.name === name;
    return { name, slice: isLast ? sliceName : follows ? before?.sliceName : undefined };
  });
}

function notReadable() {
  return message(
    'differential-unreadable',
    'This is no ElementDefinition with a path, or a part of it has another form than R4 gives it',
    '此处不是带 path 的 ElementDefinition，或其某部分的形式与 R4 不符',
  );
}

function badPath(path: string, root: string) {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return message(
    'differential-path',
    `The path "${shown}" was expected to begin with "${root}" and to have at most ${deepest} parts, none of them empty`,
    `路径“${shown}”应以“${root}”开头，至多 ${deepest} 段，且各段不为空`,
  );
}

function badSliceName() {
  return message('slice-name', `Slices of slices may nest ${deepestSlice} deep at most`, `切片的切片至多嵌套 ${deepestSlice} 层`);
}

function standsTwice(id: string, before: number) {
  return message(
    'differential-twice',
    `${id} stands twice in the differential, here and as element[${before}]`,
    `${id} 在 differential 中出现两次：此处及 element[${before}]`,
  );
}
