/**
 * Extensions: the url, and for one whose definition is known its content, its place, and whether it may be a modifier. One that is
 * not known is a warning, unless the server is told otherwise. Source: R4 extensibility.html, defining-extensions.html#context
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { isObject, type Json } from '../../model/json.js';
import { type Message, message } from '../../model/message.js';
import { ownText } from '../../model/own-text.js';
import type { Compiler, Profile, Rule } from '../compiler.js';
import { elementTree } from '../element-tree.js';
import { corrected, correctedContexts } from '../errata.js';
import { remembered } from '../remembered.js';
import { isUriText } from '../scan-text.js';
import { type Excuse, enclose, report, type Step, type Walk } from '../walk.js';
import { compileContextInvariant, compileContexts } from './extension-context.js';
import { inChinese, quoted, shorten } from './primitive.js';

interface Known {
  readonly profile: Profile;
  readonly isModifier: boolean;
  /** undefined where the extension may stand on any element. */
  readonly allows: ((walk: Walk) => Excuse) | undefined;
  /** Types and paths it may stand on directly. */
  readonly owners: ReadonlySet<string>;
  readonly misplaced: Message;
  readonly invariants: readonly ContextInvariant[];
  /** The urls its own extensions may have; undefined where the definition leaves them open. */
  readonly parts: ReadonlySet<string> | undefined;
}

export const extension: Rule = ({ element, inherited, type, owner }, compiler) => {
  if (type !== 'Extension' || inherited !== undefined || owner === '') return undefined;
  const isNested = owner === 'Extension';
  const isModifier = element.path.endsWith('.modifierExtension');
  const severity = compiler.unknownExtensions;
  const cache = cacheOf(compiler);
  return (value, sibling, walk) => {
    if (!isObject(value)) return;
    oneOfBoth(value, walk);
    const { url } = value;
    if (typeof url !== 'string') return;
    if (!url.includes(':')) {
      if (!isNested && isUriText(url)) notAbsolute(url, walk);
      return;
    }
    const known = lookUp(url, cache, compiler);
    if (known === undefined) {
      if (severity !== undefined) report(walk, severity, 'extension', (isModifier ? unknownModifier : unknown)(url));
      return;
    }
    if (known.isModifier !== isModifier && !isNested) wrongProperty(url, isModifier, walk);
    // Whether it may stand here is known only with its whole place, so the finding is made now and may be excused then.
    const excuse = known.owners.has(owner) ? undefined : known.allows?.(walk);
    if (excuse !== undefined) report(walk, 'error', 'extension', known.misplaced, { excuse });
    for (const { holds, broken } of known.invariants) inContext(holds(value, walk), excuse, broken, walk);
    known.profile.check(value, sibling, walk);
    if (known.parts !== undefined && Array.isArray(value.extension)) unknownParts(url, known.parts, value.extension, walk);
  };
};

interface ContextInvariant {
  readonly holds: (extension: Json, walk: Walk) => Excuse;
  readonly broken: Message;
}

interface Cache {
  generation: number;
  readonly byUrl: Map<string, Known | undefined>;
}
const caches = new WeakMap<Compiler, Cache>();
/** Urls come from the data; what is not known is not remembered beyond this many. */
const MAX_REMEMBERED = 2000;

function cacheOf(compiler: Compiler): Cache {
  const cache = caches.get(compiler) ?? { generation: compiler.definitions.generation.structures, byUrl: new Map() };
  caches.set(compiler, cache);
  return cache;
}

function lookUp(url: string, cache: Cache, compiler: Compiler): Known | undefined {
  const { structures } = compiler.definitions.generation;
  const { byUrl } = cache;
  if (cache.generation !== structures) {
    cache.generation = structures;
    byUrl.clear();
  }
  const before = byUrl.get(url);
  if (before !== undefined || byUrl.has(url)) return before;
  const known = find(url, compiler);
  if (known !== undefined || byUrl.size < MAX_REMEMBERED) byUrl.set(ownText(url), known);
  return known;
}

function find(url: string, compiler: Compiler): Known | undefined {
  const structure = compiler.definitions.structure(url);
  if (structure?.type !== 'Extension' || structure.derivation !== 'constraint') return undefined;
  const profile = compiler.profile(url);
  if (profile === undefined) return undefined;
  const root: ElementDefinition | undefined = structure.snapshot?.element[0];
  return {
    profile,
    isModifier: root?.isModifier === true,
    allows: compileContexts(correctedContexts(url, structure.context ?? []), compiler),
    owners: new Set(structure.context?.filter(({ type }) => type === 'element').map(({ expression }) => expression)),
    misplaced: misplaced(
      url,
      correctedContexts(url, structure.context ?? []).map(({ expression }) => expression),
    ),
    invariants: (structure.contextInvariant ?? []).map((text) => contextInvariant(url, text, compiler)),
    parts: partsOf(structure),
  };
}

/** Where it may not stand at all, nothing is said of the conditions. */
function inContext(holds: Excuse, isAllowed: Excuse | undefined, broken: Message, walk: Walk): void {
  const excuse: Excuse = (place, holder) => isAllowed?.(place, holder) === false || holds(place, holder);
  report(walk, 'error', 'extension', broken, { excuse, detail: broken.en });
}

function partsOf(structure: StructureDefinition): ReadonlySet<string> | undefined {
  const slices = elementTree(structure)?.children.find((child) => child.name === 'extension')?.slices ?? [];
  if (slices.length === 0) return undefined;
  const urls = slices.map((slice) => slice.children.find((child) => child.name === 'url')?.element.fixedUri);
  return new Set(urls.filter((url) => url !== undefined));
}

const partStep: Step = { key: 'extension', text: 'extension', owner: 'Extension', element: 'extension', type: 'Extension' };

/** A part with a relative url means something only where the definition says so. */
function unknownParts(url: string, parts: ReadonlySet<string>, values: readonly Json[], walk: Walk): void {
  values.forEach((part, index) => {
    if (!isObject(part) || typeof part.url !== 'string' || part.url.includes(':') || parts.has(part.url)) return;
    const from = walk.findings.length;
    const found = shorten(part.url);
    const text = message(
      'extension-part-unknown',
      `The extension ${shorten(url)} has no part ${found}; it has ${[...parts].join(', ')}`,
      `扩展 ${quoted(url)} 没有组成部分 ${inChinese(found)}；可用者为 ${[...parts].join('、')}`,
    );
    report(walk, 'error', 'extension', text);
    enclose(walk, from, partStep, index);
  });
}

function contextInvariant(url: string, text: string, compiler: Compiler): ContextInvariant {
  const shown = shorten(text);
  return {
    holds: compileContextInvariant(corrected(text), compiler),
    broken: message(
      'extension-context-invariant',
      `The extension ${shorten(url)} may stand only on an element where this holds: ${shown}`,
      `扩展 ${quoted(url)} 只能用于满足以下条件的元素：${inChinese(shown)}`,
    ),
  };
}

function isValueKey(key: string): boolean {
  const first = key.charCodeAt(0);
  return (first === 0x76 && key.startsWith('value')) || (first === 0x5f && key.startsWith('_value'));
}

/** Source: R4 extensibility.html#ext-1 */
function oneOfBoth(value: { readonly [key: string]: Json | undefined }, walk: Walk): void {
  const hasParts = value.extension !== undefined;
  let hasValue = false;
  for (const key in value) if (isValueKey(key)) hasValue = true;
  if (hasParts !== hasValue) return;
  const text = message(
    'ext-1',
    'ext-1: An extension must have either a value or extensions of its own, not both and not neither',
    '不满足约束 ext-1：扩展须有值或下级扩展，二者有且只有其一',
  );
  report(walk, 'error', 'invariant', text);
}

function notAbsolute(url: string, walk: Walk): void {
  const text = message(
    'extension-url-relative',
    `The extension's url must be absolute, found ${shorten(url)}`,
    `扩展的 url 须为绝对 URL，实为 ${quoted(url)}`,
  );
  report(walk, 'error', 'value', text);
}

const unknown = remembered((url) =>
  message(
    'extension-unknown',
    `The extension ${shorten(url)} is not known here; it was not checked`,
    `此处不认识扩展 ${quoted(url)}；未作校验`,
  ),
);

const unknownModifier = remembered((url) =>
  message(
    'modifier-extension-unknown',
    `The modifier extension ${shorten(url)} is not known here; what it changes about the element is not understood`,
    `此处不认识修饰扩展 ${quoted(url)}；无法理解其对该元素含义的改变`,
  ),
);

function wrongProperty(url: string, isModifier: boolean, walk: Walk): void {
  const text = isModifier
    ? message(
        'extension-not-modifier',
        `${shorten(url)} is no modifier extension; it belongs under extension`,
        `${quoted(url)} 不是修饰扩展；应置于 extension`,
      )
    : message(
        'extension-is-modifier',
        `${shorten(url)} is a modifier extension; it belongs under modifierExtension`,
        `${quoted(url)} 是修饰扩展；应置于 modifierExtension`,
      );
  report(walk, 'error', 'extension', text);
}

/** Contexts that can be read at a glance. */
const FEW = 6;

function misplaced(url: string, contexts: readonly string[]): Message {
  const few = contexts.slice(0, FEW).map(shorten);
  const more = contexts.length > FEW;
  return message(
    'extension-misplaced',
    `The extension ${shorten(url)} may not stand on this element; it may stand on ${few.join(', ')}${more ? ', …' : ''}`,
    `扩展 ${quoted(url)} 不得用于此元素；可用于 ${few.join('、')}${more ? '……' : ''}`,
  );
}
