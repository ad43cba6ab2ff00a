/**
 * A SearchParameter that can be used: its expression is one, selects something in every base, and what it says agrees with what it is
 * derived from. Source: R4 searchparameter-definitions.html
 */
import type { SearchParameter } from 'fhir/r4.js';
import type { TypeModel } from '../../definitions/definitions.js';
import { FhirPathError } from '../../fhirpath/expression.js';
import { parse } from '../../fhirpath/parser.js';
import { parts, type Syntax } from '../../fhirpath/syntax.js';
import type { JsonObject } from '../../model/json.js';
import { quoted, shorten } from '../rules/primitive.js';
import { expressionHolds } from './expressions.js';
import { type Ground, listed, objectsIn, type ResourceRule, tell, textOf, textsIn, within } from './ground.js';

const OWNER = 'SearchParameter';

export const searchParameter: ResourceRule = (resource, ground) => {
  const expression = textOf(resource.expression);
  if (expression !== undefined) {
    within(ground, OWNER, 'expression', () => {
      if (expressionHolds(ground, expression)) selectsInBases(ground, expression, textsIn(resource.base));
    });
  }
  componentsFit(ground, resource);
  if (resource.target !== undefined && resource.type !== 'reference') targetWithoutReference(ground);
  const canonical = textOf(resource.derivedFrom);
  const origin = canonical === undefined ? undefined : ground.compiler.definitions.searchParameter(canonical);
  if (origin !== undefined) agreesWith(ground, resource, origin);
};

/** `Patient.name | Practitioner.name` says for itself which types it is for; a path that names none is for all. */
function selectsInBases(ground: Ground, expression: string, bases: readonly string[]): void {
  const { definitions } = ground.compiler;
  const roots = new Set<string>();
  try {
    if (!collectRoots(parse(expression), definitions, roots)) return;
  } catch (error) {
    if (error instanceof FhirPathError) return;
    throw error;
  }
  const missed = bases.filter((base) => definitions.kind(base) !== undefined && !isReached(base, roots, definitions));
  if (missed.length === 0) return;
  const list = listed(missed);
  tell(ground, missed.length === bases.length ? 'error' : 'warning', 'business-rule', [
    'search-expression-base',
    `The expression selects nothing in ${list}, a base of the parameter`,
    `表达式在该参数的 base ${listed(missed, '、')} 中选不出任何元素`,
  ]);
}

/** False where a path begins without a type: it may lead anywhere. */
function collectRoots(syntax: Syntax, model: TypeModel, roots: Set<string>): boolean {
  if (syntax.kind === 'member' && syntax.input === undefined) {
    if (model.kind(syntax.name) !== 'resource') return false;
    roots.add(syntax.name);
    return true;
  }
  if (syntax.kind === 'union') return syntax.parts.every((part) => collectRoots(part, model, roots));
  const [first] = parts(syntax);
  return first !== undefined && 'input' in syntax && syntax.input === first
    ? collectRoots(first, model, roots)
    : syntax.kind === 'type' || syntax.kind === 'binary'
      ? first !== undefined && collectRoots(first, model, roots)
      : false;
}

function isReached(base: string, roots: ReadonlySet<string>, model: TypeModel): boolean {
  for (let type: string | undefined = base; type !== undefined; type = model.baseOf(type)) if (roots.has(type)) return true;
  return base === 'Resource' || base === 'DomainResource';
}

function componentsFit(ground: Ground, resource: JsonObject): void {
  const components = objectsIn(resource.component).length;
  if (resource.type === 'composite' && components < 2) {
    tell(ground, 'error', 'business-rule', [
      'search-components-missing',
      `A composite parameter is made of two or more components; there ${components === 1 ? 'is one' : 'are none'}`,
      `composite 参数由两个或更多 component 组成，实有 ${components} 个`,
    ]);
  }
  if (resource.type === 'composite' || components === 0) return;
  within(ground, OWNER, 'component', () =>
    tell(ground, 'warning', 'business-rule', [
      'search-components-unused',
      `Components are of use in composite parameters only; the type is ${shorten(resource.type)}`,
      `component 仅用于 composite 参数；此处类型为 ${quoted(resource.type)}`,
    ]),
  );
}

function targetWithoutReference(ground: Ground): void {
  within(ground, OWNER, 'target', () =>
    tell(ground, 'warning', 'business-rule', [
      'search-target-unused',
      'Only parameters of the type reference have targets',
      '只有 reference 类型的参数才有 target',
    ]),
  );
}

/** "the details in the search parameter must be consistent with the definition from which it is defined" */
function agreesWith(ground: Ground, resource: JsonObject, origin: SearchParameter): void {
  const bases = new Set<string>(origin.base);
  const beyond = textsIn(resource.base).filter((base) => !bases.has(base) && !bases.has('Resource') && !bases.has('DomainResource'));
  if (beyond.length > 0) {
    const [list, known] = [listed(beyond), listed(origin.base)];
    within(ground, OWNER, 'base', () =>
      tell(ground, 'error', 'business-rule', [
        'search-derived-base',
        `The parameter it is derived from is for ${known}, not for ${list}`,
        `其所派生的参数用于 ${listed(origin.base, '、')}，而非 ${listed(beyond, '、')}`,
      ]),
    );
  }
  const type = textOf(resource.type);
  if (type !== undefined && type !== origin.type) {
    within(ground, OWNER, 'type', () =>
      tell(ground, 'error', 'business-rule', [
        'search-derived-type',
        `The parameter it is derived from is of the type ${origin.type}, not ${shorten(type)}`,
        `其所派生的参数类型为 ${origin.type}，而非 ${quoted(type)}`,
      ]),
    );
  }
  const expression = textOf(resource.expression);
  if (expression === undefined || origin.expression === undefined || expression === origin.expression) return;
  within(ground, OWNER, 'expression', () =>
    tell(ground, 'warning', 'business-rule', [
      'search-derived-expression',
      `The parameter it is derived from has another expression: ${shorten(origin.expression)}`,
      `其所派生的参数的表达式不同：${quoted(origin.expression)}`,
    ]),
  );
}
