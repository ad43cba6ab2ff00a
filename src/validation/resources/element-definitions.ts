/**
 * The ElementDefinitions of a StructureDefinition: types that exist, values and profiles that fit them, constraints that can be
 * evaluated, slices by discriminators that are paths. Source: R4 elementdefinition-definitions.html, profiling.html#discriminator
 */
import { isObject, type JsonObject } from '../../model/json.js';
import { parsePath } from '../discriminator-path.js';
import { inChinese, quoted, shorten } from '../rules/primitive.js';
import { expressionHolds } from './expressions.js';
import { eachPart, type Ground, objectsIn, tell, textOf, textsIn, within } from './ground.js';

const ELEMENT = 'ElementDefinition';

interface Inside extends Ground {
  /** Ids of the elements of the snapshot; undefined where there is none. */
  readonly ids: ReadonlySet<string> | undefined;
  /** What mappings may name. */
  readonly mappings: ReadonlySet<string>;
}

/** The differential says what is the structure's own; only without one the snapshot does. */
export function checkElements(ground: Ground, resource: JsonObject): void {
  const part = isObject(resource.differential) ? 'differential' : 'snapshot';
  const view = resource[part];
  if (!isObject(view)) return;
  const snapshot = isObject(resource.snapshot) ? resource.snapshot : undefined;
  const inside: Inside = {
    ...ground,
    ids: snapshot === undefined ? undefined : new Set(objectsIn(snapshot.element).map(({ id }) => textOf(id) ?? '')),
    mappings: new Set(objectsIn(resource.mapping).map(({ identity }) => textOf(identity) ?? '')),
  };
  within(ground, 'StructureDefinition', part, () =>
    eachPart(inside, `StructureDefinition.${part}`, view, 'element', (element) => {
      const { kind } = resource;
      checkTypes(inside, element, kind === 'logical');
      if (element.max !== '0') valuesFit(inside, element);
      checkConstraints(inside, element);
      checkSlicing(inside, element);
      contentIsThere(inside, element);
      mappingsAreDeclared(inside, element);
    }),
  );
}

/** Types written as FHIRPath's own, for ids and values of primitives. */
const system = 'http://hl7.org/fhirpath/System.';

function checkTypes(inside: Inside, element: JsonObject, isLogical: boolean): void {
  const { definitions } = inside.compiler;
  eachPart(inside, ELEMENT, element, 'type', (type, owner) => {
    const code = textOf(type.code);
    if (code === undefined) return;
    if (definitions.kind(code) === undefined && !code.startsWith(system) && !code.includes('://') && !isLogical)
      unknownType(inside, owner, code);
    textsIn(type.profile).forEach((canonical, index) => {
      const structure = definitions.structure(canonical);
      if (structure === undefined || isKindOf(inside, structure.type, code)) return;
      within(inside, owner, ['profile', index], () => otherProfile(inside, canonical, structure.type, code));
    });
  });
}

/** A profile on a type may stand where a more general one is allowed: on Patient where a Resource is. */
function isKindOf({ compiler: { definitions } }: Inside, found: string, wanted: string): boolean {
  for (let type: string | undefined = found; type !== undefined; type = definitions.baseOf(type)) if (type === wanted) return true;
  return definitions.kind(found) === undefined;
}

function unknownType(inside: Inside, owner: string, code: string): void {
  within(inside, owner, 'code', () =>
    tell(inside, 'warning', 'not-found', ['element-type-unknown', `R4 has no type ${shorten(code)}`, `R4 没有类型 ${quoted(code)}`]),
  );
}

function otherProfile(inside: Inside, canonical: string, found: string, wanted: string): void {
  const shown = shorten(canonical);
  tell(inside, 'error', 'business-rule', [
    'profile-of-other-type',
    `The profile ${shown} is for ${found}, not for ${wanted}`,
    `规范 ${inChinese(shown)} 用于 ${found}，而非 ${wanted}`,
  ]);
}

const values = ['fixed', 'pattern', 'defaultValue', 'minValue', 'maxValue'] as const;

/** "The data type of the value SHALL be … the type of the element", where it says one. */
function valuesFit(inside: Inside, element: JsonObject): void {
  const types = objectsIn(element.type).map(({ code }) => textOf(code) ?? '');
  const [only] = types;
  if (only === undefined || types.length > 1 || inside.compiler.definitions.kind(only) === undefined) return;
  for (const name in element) {
    const rule = values.find((one) => name.startsWith(one) && name.length > one.length);
    const found = rule === undefined ? undefined : inside.compiler.definitions.properties(ELEMENT).get(name)?.type;
    if (found === undefined || found === only || isAlike(rule ?? '', found, only)) continue;
    within(inside, ELEMENT, name, () =>
      tell(inside, 'error', 'business-rule', [
        'element-value-type',
        `The element is of the type ${only}, and ${name} is a ${found}`,
        `元素类型为 ${only}，而 ${name} 为 ${found}`,
      ]),
    );
  }
}

/** A profile on Quantity is written as such, and whole numbers bound each other. */
function isAlike(rule: string, found: string, wanted: string): boolean {
  const quantities = ['Quantity', 'Age', 'Count', 'Distance', 'Duration', 'Money', 'SimpleQuantity'];
  if (quantities.includes(found) && quantities.includes(wanted)) return true;
  const integers = ['integer', 'positiveInt', 'unsignedInt'];
  return rule.endsWith('Value') && integers.includes(found) && [...integers, 'decimal'].includes(wanted);
}

function checkConstraints(inside: Inside, element: JsonObject): void {
  const { definitions } = inside.compiler;
  const path = textOf(element.path) ?? '';
  const codes = objectsIn(element.type).map(({ code }) => textOf(code));
  const type = definitions.kind(path) !== undefined ? path : codes.length === 1 ? codes[0] : undefined;
  eachPart(inside, ELEMENT, element, 'constraint', (constraint, owner) => {
    const expression = textOf(constraint.expression);
    if (expression !== undefined) within(inside, owner, 'expression', () => void expressionHolds(inside, expression, { type }));
  });
}

function checkSlicing(inside: Inside, element: JsonObject): void {
  eachPart(inside, ELEMENT, element, 'slicing', (slicing, owner) => {
    eachPart(inside, owner, slicing, 'discriminator', (discriminator, type) => {
      const path = textOf(discriminator.path);
      if (path === undefined || isDiscriminatorPath(path)) return;
      within(inside, type, 'path', () =>
        tell(inside, 'error', 'invalid', [
          'discriminator-path',
          `${shorten(path)} is no discriminator: expected were element names, extension(url), resolve() and ofType(type), joined by dots`,
          `${quoted(path)} 不是鉴别器路径：应为以点连接的元素名、extension(url)、resolve()、ofType(type)`,
        ]),
      );
    });
  });
}

/** Source: R4 profiling.html#discriminator (restricted FHIRPath) */
function isDiscriminatorPath(path: string): boolean {
  return parsePath(path).every((step) => {
    if (step.kind === 'resolve') return true;
    if (step.kind === 'extension') return step.url !== '' && !/[()]/.test(step.url);
    return /^[A-Za-z][A-Za-z0-9]*$/.test(step.name.replace(/^(FHIR|System)\./, ''));
  });
}

function contentIsThere({ ids, ...ground }: Inside, element: JsonObject): void {
  const reference = textOf(element.contentReference);
  if (ids === undefined || reference === undefined || !reference.startsWith('#') || ids.has(reference.slice(1))) return;
  within(ground, ELEMENT, 'contentReference', () =>
    tell(ground, 'error', 'not-found', [
      'content-reference-unknown',
      `The structure has no element with the id ${shorten(reference.slice(1))}`,
      `结构中没有 id 为 ${quoted(reference.slice(1))} 的元素`,
    ]),
  );
}

/** "An internal reference to the definition of a mapping." */
function mappingsAreDeclared(inside: Inside, element: JsonObject): void {
  eachPart(inside, ELEMENT, element, 'mapping', (mapping, owner) => {
    const identity = textOf(mapping.identity);
    if (identity === undefined || inside.mappings.has(identity)) return;
    within(inside, owner, 'identity', () =>
      tell(inside, 'warning', 'not-found', [
        'mapping-undeclared',
        `The structure declares no mapping ${shorten(identity)}`,
        `结构未声明映射 ${quoted(identity)}`,
      ]),
    );
  });
}
