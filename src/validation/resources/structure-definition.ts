/**
 * A StructureDefinition within itself and against the base it names: what no snapshot of StructureDefinition says and what can be judged
 * before a snapshot is made. Source: R4 structuredefinition-definitions.html, profiling.html, defining-extensions.html#context
 */
import type { StructureDefinition } from 'fhir/r4.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { inChinese, quoted, shorten } from '../rules/primitive.js';
import { checkElements } from './element-definitions.js';
import { expressionHolds } from './expressions.js';
import { eachPart, type Ground, type ResourceRule, tell, textOf, within } from './ground.js';

const OWNER = 'StructureDefinition';

export const structureDefinition: ResourceRule = (resource, ground) => {
  const canonical = textOf(resource.baseDefinition);
  const base = canonical === undefined ? undefined : ground.compiler.definitions.structure(canonical);
  if (resource.derivation === 'constraint' && base !== undefined) agreesWithBase(ground, resource, base);
  if (resource.type === 'Extension' && resource.derivation === 'constraint') ownUrl(ground, resource);
  contextsHold(ground, resource);
  checkElements(ground, resource);
};

/** "If the StructureDefinition is a constraint, the type is that of the base." Source: R4 structuredefinition-definitions.html#StructureDefinition.type */
function agreesWithBase(ground: Ground, resource: JsonObject, base: StructureDefinition): void {
  const [type, kind] = [textOf(resource.type), textOf(resource.kind)];
  if (type !== undefined && type !== base.type) {
    within(ground, OWNER, 'type', () =>
      tell(ground, 'error', 'business-rule', [
        'profile-type-differs',
        `A constraint is of the type of its base, which is ${base.type}; found ${shorten(type)}`,
        `约束的类型须与其基础定义（${base.type}）相同，实为 ${quoted(type)}`,
      ]),
    );
  }
  if (kind === undefined || kind === base.kind) return;
  within(ground, OWNER, 'kind', () =>
    tell(ground, 'error', 'business-rule', [
      'profile-kind-differs',
      `A constraint is of the kind of its base, which is ${base.kind}; found ${shorten(kind)}`,
      `约束的 kind 须与其基础定义（${base.kind}）相同，实为 ${quoted(kind)}`,
    ]),
  );
}

/** Source: R4 extensibility.html#Extension ("url: a reference to a definition of the extension") */
function ownUrl(ground: Ground, resource: JsonObject): void {
  const url = textOf(resource.url);
  if (url === undefined) return;
  for (const part of ['differential', 'snapshot']) {
    const view = resource[part];
    if (!isObject(view)) continue;
    within(ground, OWNER, part, () =>
      eachPart(ground, `${OWNER}.${part}`, view, 'element', ({ path, fixedUri }) => {
        if (path !== 'Extension.url' || typeof fixedUri !== 'string' || fixedUri === url) return;
        within(ground, 'ElementDefinition', 'fixedUri', () =>
          tell(ground, 'error', 'business-rule', [
            'extension-url-differs',
            `An extension is known by the url of its definition, ${shorten(url)}; found ${shorten(fixedUri)}`,
            `扩展以其定义的 url（${quoted(url)}）为标识，实为 ${quoted(fixedUri)}`,
          ]),
        );
      }),
    );
  }
}

/** Source: R4 defining-extensions.html#context */
function contextsHold(ground: Ground, resource: JsonObject): void {
  eachPart(ground, OWNER, resource, 'context', (context, owner) => {
    const expression = textOf(context.expression);
    if (expression === undefined) return;
    within(ground, owner, 'expression', () => {
      if (context.type === 'fhirpath') expressionHolds(ground, expression);
      else if (context.type === 'element') elementExists(ground, expression);
    });
  });
  const invariants = resource.contextInvariant;
  if (!Array.isArray(invariants)) return;
  invariants.forEach((invariant: Json, index: number) => {
    if (typeof invariant !== 'string') return;
    within(ground, OWNER, ['contextInvariant', index], () => void expressionHolds(ground, invariant, { variable: '%extension' }));
  });
}

/** `Patient`, `Patient.contact.name`, `Observation.value[x]`, or an element of a structure: `http://…#Patient.name`. */
function elementExists(ground: Ground, expression: string): void {
  if (expression.includes(':') || expression.includes('#')) return;
  if (typeAt(ground, expression) !== undefined) return;
  const shown = shorten(expression);
  tell(ground, 'error', 'business-rule', [
    'extension-context-unknown',
    `R4 has no element ${shown} for the extension to stand at`,
    `R4 没有可供该扩展使用的元素 ${inChinese(shown)}`,
  ]);
}

/** What the definitions call the type of an element; any of a choice. */
function typeAt({ compiler: { definitions } }: Ground, path: string): string | undefined {
  const [root = '', ...names] = path.split('.');
  let type: string | undefined = definitions.kind(root) === undefined ? undefined : root;
  for (const name of names) {
    if (type === undefined) return undefined;
    const element: string = name.endsWith('[x]') ? name.slice(0, -3) : name;
    type = (definitions.element(type, element)[0] ?? definitions.properties(type).get(element))?.type;
  }
  return type;
}
