/**
 * What keeps a profile from being compiled, said when it comes and not when the first resource claims it. Source: R4 structuredefinition.html,
 * elementdefinition.html, profiling.html
 */
import type { ElementDefinition, ElementDefinitionConstraint, StructureDefinition } from 'fhir/r4.js';
import { withoutVersion } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';
import { checkExpression } from '../fhirpath/check.js';
import { type Message, message } from '../model/message.js';
import type { Issue, Severity } from '../model/outcome.js';
import type { Terminology } from '../terminology/terminology.js';
import { createCompiler } from './compile.js';
import type { Compiler } from './compiler.js';
import { compileDiscriminators } from './discriminator.js';
import { type Missing, missingOn, parsePath } from './discriminator-path.js';
import { type ElementNode, elementTree, tooLarge } from './element-tree.js';
import { corrected } from './errata.js';

/** Profiles on profiles on profiles: more than this is a circle, or no good. */
const MAX_BASES = 50;

interface Check {
  readonly compiler: Compiler;
  readonly structure: StructureDefinition;
  readonly report: (severity: Severity, text: Message, at: ElementDefinition | undefined, below?: string) => void;
}

/**
 * Issues with expressions from the StructureDefinition; an error means that the profile must not be taken, as some of what it asks
 * could not be checked. It needs a snapshot. `definitions` need not know the profile itself.
 */
export function checkProfile(
  structure: StructureDefinition,
  { definitions, terminology }: { readonly definitions: Definitions; readonly terminology: Terminology },
): readonly Issue[] {
  const issues: Issue[] = [];
  const elements = structure.snapshot?.element ?? [];
  const large = tooLarge(structure);
  if (large !== undefined) return [{ severity: 'error', code: 'too-costly', message: large, expression: 'StructureDefinition.snapshot' }];
  // A specialization defines a type; that is not compiled here.
  if (structure.derivation === 'specialization') return [];
  const indexes = new Map(elements.map((element, index) => [element, index]));
  const compiler = createCompiler({ definitions, terminology, bestPractice: 'warning' });
  const report: Check['report'] = (severity, text, at, below = '') => {
    const expression = at === undefined ? below : `snapshot.element[${indexes.get(at)}]${below}`;
    issues.push({ severity, code: 'processing', message: text, expression: `StructureDefinition.${expression}` });
  };
  const check: Check = { compiler, structure, report };
  const tree = elementTree(structure);
  if (tree === undefined) report('error', noSnapshot, undefined, 'snapshot');
  else if (definitions.kind(structure.type) === undefined) report('error', unknownType(structure.type), undefined, 'type');
  else {
    checkBases(check);
    checkNode(tree, structure.type, check);
  }
  return issues;
}

const noSnapshot = message('profile-no-snapshot', 'The profile has no snapshot to compile', '该规范没有可编译的 snapshot');

function unknownType(type: string): Message {
  return message('profile-type-unknown', `R4 has no type ${JSON.stringify(type)}`, `R4 没有类型 ${JSON.stringify(type)}`);
}

/** A base need not be known here; what is known must lead to an end. */
function checkBases({ structure, compiler, report }: Check): void {
  const seen = new Set([structure.url]);
  let base = structure.baseDefinition;
  for (let depth = 0; base !== undefined; depth++) {
    if (seen.has(withoutVersion(base)) || depth > MAX_BASES) {
      const text = message('profile-circular', `The profile is built on itself, by way of ${base}`, `该规范经由 ${base} 以自身为基础`);
      report('error', text, undefined, 'baseDefinition');
      return;
    }
    seen.add(withoutVersion(base));
    base = compiler.definitions.structure(base)?.baseDefinition;
  }
}

/** `type`: of the values that stand at the node; for a choice the type that its children are of. */
function checkNode(node: ElementNode, type: string, check: Check): void {
  const { element } = node;
  checkCount(element, check);
  for (const [index, constraint] of element.constraint?.entries() ?? []) checkConstraint(constraint, element, index, type, check);
  checkTypes(element, check);
  checkValue(element, check);
  checkSlices(node, type, check);
  for (const slice of node.slices) checkNode(slice, type, check);
  for (const child of node.children) {
    const childType = typeOf(child, type, check);
    // What stands in a primitive's `value` is the primitive itself.
    if (childType === undefined && child.name === 'value' && check.compiler.definitions.kind(type) === 'primitive') continue;
    if (childType === undefined) unknownElement(check, child.element, type);
    else checkNode(child, childType, check);
  }
}

function unknownElement({ report }: Check, element: ElementDefinition, owner: string): void {
  const { path } = element;
  const name = path.slice(path.lastIndexOf('.') + 1);
  const text = message('profile-element-unknown', `${path}: ${owner} has no element "${name}"`, `${path}：${owner} 没有元素“${name}”`);
  report('error', text, element, '.path');
}

/** Of the first type that knows the element; undefined where none does. */
function typeOf(node: ElementNode, owner: string, { compiler: { definitions } }: Check): string | undefined {
  const holder = definitions.kind(owner) === 'primitive' ? 'Element' : owner;
  const codes = new Set(node.element.type?.map(({ code }) => code));
  const found = definitions.element(holder, node.name);
  const property = found.find(({ type }) => codes.has(type)) ?? found[0] ?? definitions.properties(holder).get(node.name);
  if (property?.type !== 'Resource') return property?.type;
  return node.element.type?.find(({ code }) => definitions.isResourceType(code))?.code ?? 'Resource';
}

function checkCount(element: ElementDefinition, { report }: Check): void {
  const { path, min = 0, max = '*' } = element;
  const most = max === '*' ? Number.POSITIVE_INFINITY : /^\d{1,9}$/.test(max) ? Number(max) : Number.NaN;
  if (min >= 0 && min <= most) return;
  const found = `${min}..${max}`;
  report('error', message('profile-cardinality', `${path}: ${found} is no cardinality`, `${path}：${found} 不是有效的基数`), element);
}

function checkTypes(element: ElementDefinition, { compiler, report }: Check): void {
  element.type?.forEach(({ code }, index) => {
    // FHIRPath's own types stand where R4 means the plain text of an id or a url.
    if (compiler.definitions.kind(code) === undefined && !code.startsWith('http://hl7.org/fhirpath/'))
      report('error', unknownType(code), element, `.type[${index}].code`);
  });
}

/** "The data type of the value SHALL be … the type of the element." Source: R4 elementdefinition-definitions.html#ElementDefinition.fixed_x_ */
function checkValue(element: ElementDefinition, { compiler: { definitions }, report }: Check): void {
  const codes = element.type?.map(({ code }) => code) ?? [];
  // Where FHIRPath's own types stand, R4 means the plain text of an id or a url.
  if (codes.length === 0 || codes.some((code) => code.startsWith('http://hl7.org/fhirpath/'))) return;
  for (const name of Object.keys(element)) {
    if (!/^(fixed|pattern)[A-Z]/.test(name)) continue;
    const found = definitions.properties('ElementDefinition').get(name)?.type;
    const fits = (code: string) => code === found || definitions.baseOf(code) === found || definitions.kind(code) === undefined;
    if (found === undefined || codes.some(fits)) continue;
    const [wanted, path] = [codes.join(', '), element.path];
    const text = message(
      'profile-value-type',
      `${path} is of the type ${wanted}, and ${name} is a ${found}`,
      `${path} 的类型为 ${wanted}，而 ${name} 为 ${found}`,
    );
    report('error', text, element, `.${name.startsWith('fixed') ? 'fixed' : 'pattern'}`);
  }
}

function checkSlices({ element, slices }: ElementNode, type: string, { compiler, report }: Check): void {
  const named = slices.filter(({ element: { sliceName } }) => sliceName !== '@default');
  if (named.length === 0) return;
  const discriminators = element.slicing?.discriminator ?? [];
  const { undecidable } = compileDiscriminators(named, discriminators, compiler);
  if (undecidable.length === 0) return;
  const missing = discriminators.map(({ path }) => missingOn(type, parsePath(path), compiler.definitions));
  for (const [index, one] of missing.entries()) {
    if (one !== undefined) report('error', noSuchElement(element.path, one), element, `.slicing.discriminator[${index}].path`);
  }
  if (missing.some((one) => one !== undefined)) return;
  const paths = discriminators.map(({ type: kind, path }) => `${kind} ${path}`).join(', ');
  for (const at of undecidable) report('error', undecidableSlice(element.path, named[at]?.element.sliceName, paths), named[at]?.element);
}

function noSuchElement(path: string, { type, name }: Missing): Message {
  return message(
    'profile-discriminator-unknown',
    `${path}: the discriminator's path leads nowhere, as ${type} has no element "${name}"`,
    `${path}：鉴别器的路径无效：${type} 没有元素“${name}”`,
  );
}

function undecidableSlice(path: string, sliceName = '', paths: string): Message {
  const name = `${path}:${sliceName}`;
  if (paths === '') {
    return message(
      'profile-slice-undecidable',
      `${name}: there is no discriminator to tell which values belong to this slice`,
      `${name}：没有鉴别器，无法判定哪些值属于该切片`,
    );
  }
  return message(
    'profile-slice-undecidable',
    `${name}: the discriminators do not tell which values belong to this slice: it says nothing that is fixed at ${paths}`,
    `${name}：无法由鉴别器判定哪些值属于该切片：该切片在 ${paths} 处没有固定内容`,
  );
}

function checkConstraint(constraint: ElementDefinitionConstraint, element: ElementDefinition, index: number, type: string, check: Check) {
  const { key, expression, source } = constraint;
  // What it takes over from another definition was judged with that.
  if (expression === undefined || (source !== undefined && source !== check.structure.url)) return;
  for (const { message: fault } of checkExpression(corrected(expression), check.compiler.definitions, type)) {
    const text = message('profile-expression', `${element.path}, ${key}: ${fault.en}`, `${element.path}，${key}：${fault.zh}`);
    check.report('error', text, element, `.constraint[${index}].expression`);
  }
}
