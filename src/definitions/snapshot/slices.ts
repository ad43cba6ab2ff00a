/**
 * Slices: those the base has are constrained further, others are made as copies of the element they slice. Extensions are sliced by url
 * and choices by type without being told. Source: R4 profiling.html#slicing, extensibility.html#extension
 */
import type { ElementDefinitionSlicing } from 'fhir/r4.js';
import { type Message, message } from '../../model/message.js';
import type { Applying, Where } from './applying.js';
import { asExtension } from './as-extension.js';
import { typeOf } from './choices.js';
import type { Change } from './differential.js';
import { outerNames, type TreeNode } from './tree.js';

/** `before`: the element as the base has it. */
export function applySlices(node: TreeNode, before: TreeNode, change: Change, where: Where, applying: Applying): TreeNode {
  const sliced = node.element.sliceName !== undefined && change.slices.has(node.element.sliceName) ? undefined : withSlicing(node, change);
  if (sliced === undefined) return named(node, change, where, applying);
  const slices = [...sliced.slices];
  const places = new Map(slices.map(({ element }, place) => [element.sliceName ?? '', place]));
  const isClosed = before.element.slicing?.rules === 'closed';
  for (const [name, slice] of nested(change.slices, places)) {
    const place = places.get(name);
    const found = place === undefined ? undefined : slices[place];
    const path = `${where.path}:${name}`;
    checkName(slice, path, found !== undefined, isClosed, applying);
    const from = found ?? copyOf(sliced, slice, before.element.mustSupport, applying);
    slices[place ?? slices.length] = applying.apply(from, slice, { path, inSlice: true, open: false }, applying);
  }
  const whole = { ...sliced, slices };
  checkTotal(whole, change, where, applying);
  return whole;
}

/** `outer/inner` is a slice of the slice `outer`, where there is one. */
function nested(changes: ReadonlyMap<string, Change>, known: ReadonlyMap<string, unknown>): ReadonlyMap<string, Change> {
  const inner = new Map<string, Map<string, Change>>();
  const own = new Map<string, Change>();
  for (const [name, change] of changes) {
    const outer = outerNames(name).findLast((one) => changes.has(one) || known.has(one));
    if (outer === undefined) own.set(name, change);
    else inner.set(outer, (inner.get(outer) ?? new Map()).set(name, change));
  }
  for (const [name, slices] of inner) {
    const [first] = slices.values();
    const change = own.get(name) ?? { ...nothing, name: first?.name ?? '', sliceName: name, at: first?.at ?? 0 };
    own.set(name, { ...change, slices: new Map([...change.slices, ...slices]) });
  }
  return own;
}

const nothing = { element: undefined, children: new Map(), slices: new Map() };

/** The element with the rules it is sliced by, its own or implied; undefined where there are none. */
function withSlicing(node: TreeNode, change: Change): TreeNode | undefined {
  const { element, name } = node;
  const names = [...change.slices.keys()];
  if (element.slicing !== undefined || node.slices.length > 0 || element.sliceName !== undefined) return node;
  if (name === 'extension' || name === 'modifierExtension') return { ...node, element: { ...element, slicing: byUrl } };
  const types = names.flatMap((slice) => typeOf(node, slice) ?? []);
  if (!name.endsWith('[x]') || types.length < names.length) return undefined;
  // A shorthand says that the element is of that type; beside what is said of the element itself, that it may be.
  const isClosed = change.element === undefined;
  const slicing = byType(isClosed ? 'closed' : 'open');
  return { ...node, element: { ...element, slicing, ...(isClosed ? { type: types } : {}) } };
}

const byUrl: ElementDefinitionSlicing = { discriminator: [{ type: 'value', path: 'url' }], ordered: false, rules: 'open' };

function byType(rules: ElementDefinitionSlicing['rules']): ElementDefinitionSlicing {
  return { discriminator: [{ type: 'type', path: '$this' }], ordered: false, rules };
}

/** A name alone on an element that cannot repeat slices nothing: R4's own profiles name elements so. */
function named(node: TreeNode, change: Change, where: Where, applying: Applying): TreeNode {
  const [only, ...others] = change.slices.values();
  if (only === undefined) return node;
  if (others.length === 0 && change.element === undefined && node.element.max === '1') return applying.apply(node, only, where, applying);
  for (const slice of change.slices.values())
    applying.reasons.at(slice.at, 'sliceName', withoutSlicing(`${where.path}:${slice.sliceName}`));
  return node;
}

function checkName({ at, element }: Change, path: string, isThere: boolean, isClosed: boolean, { reasons }: Applying): void {
  const { sliceIsConstraining } = element ?? {};
  if (isClosed && !isThere) reasons.at(at, 'sliceName', closed(path));
  if (sliceIsConstraining === undefined || sliceIsConstraining === isThere) return;
  reasons.at(at, 'sliceIsConstraining', wronglyConstraining(path, isThere));
}

/** A new slice asks all that the sliced element asks, but need not be there, and is to be supported only where it or the base says so. */
function copyOf(sliced: TreeNode, slice: Change, mustSupport: boolean | undefined, { making }: Applying): TreeNode {
  const { slicing: _, mustSupport: __, ...element } = sliced.element;
  const { sliceName } = slice;
  const type = slice.element?.type === undefined ? typeOf(sliced, sliceName ?? '') : undefined;
  const own = {
    ...{ sliceName, min: 0 },
    ...(type === undefined ? {} : { type: [type] }),
    ...(mustSupport === undefined ? {} : { mustSupport }),
  };
  return { ...sliced, element: asExtension({ ...element, ...own }, slice.element, making), slices: [] };
}

/** More than the element may have cannot be asked of its slices together. Source: R4 profiling.html#slice-cardinality */
function checkTotal({ element, slices }: TreeNode, change: Change, { path }: Where, { reasons }: Applying): void {
  const total = slices.reduce((sum, slice) => sum + (slice.element.min ?? 0), 0);
  const { max = '*' } = element;
  if (max !== '*' && total > Number(max)) reasons.at(change.at, '', tooMany(path, total, max));
}

function withoutSlicing(path: string): Message {
  return message(
    'slice-without-slicing',
    `${path} is a slice, but nothing says how the element is sliced: an entry with "slicing" was expected before it`,
    `${path} 是切片，但没有说明如何切片：其前应有带“slicing”的条目`,
  );
}

function wronglyConstraining(path: string, isThere: boolean): Message {
  return isThere
    ? message(
        'slice-is-constraining',
        `${path} says that it is a new slice, but the base has one of this name`,
        `${path} 声明为新切片，但基础定义已有同名切片`,
      )
    : message(
        'slice-is-constraining',
        `${path} says that it constrains a slice of the base, but the base has none of this name`,
        `${path} 声明约束基础定义的切片，但基础定义没有同名切片`,
      );
}

function closed(path: string): Message {
  return message(
    'slicing-closed',
    `${path} is a new slice, but the base allows no others than its own`,
    `${path} 是新切片，但基础定义不允许其他切片`,
  );
}

function tooMany(path: string, total: number, max: string): Message {
  return message(
    'slices-exceed',
    `The slices of ${path} ask for ${total} values together, but there may be at most ${max}`,
    `${path} 的各切片合计要求 ${total} 个值，但至多允许 ${max} 个`,
  );
}
