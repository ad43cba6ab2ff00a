/**
 * A ValueSet against the code systems it draws on: codes exist, displays are those of the system, filters use what the system defines.
 * Source: R4 valueset.html#compositions, valueset-definitions.html#ValueSet.compose.include, valueset-filter-operator.html
 */
import type { CodeSystem } from 'fhir/r4.js';
import { canonicalOf } from '../../definitions/canonicals.js';
import type { JsonObject } from '../../model/json.js';
import type { KnownCodes } from '../../terminology/terminology.js';
import { inChinese, shorten } from '../rules/primitive.js';
import { codeExists, contentOf, displayFits } from './codes.js';
import { eachPart, type Ground, type ResourceRule, tell, textOf, textsIn, within } from './ground.js';

export const valueSet: ResourceRule = (resource, ground) => {
  eachPart(ground, 'ValueSet', resource, 'compose', (compose, owner) => {
    for (const name of ['include', 'exclude']) {
      eachPart(ground, owner, compose, name, (include, type) => {
        importsItself(ground, resource, include, type);
        checkInclude(ground, include, type);
      });
    }
  });
};

function importsItself(ground: Ground, resource: JsonObject, include: JsonObject, owner: string): void {
  const url = textOf(resource.url);
  const version = textOf(resource.version);
  textsIn(include.valueSet).forEach((canonical, index) => {
    if (url === undefined || (canonical !== url && canonical !== `${url}|${version ?? ''}`)) return;
    within(ground, owner, ['valueSet', index], () =>
      tell(ground, 'error', 'business-rule', ['value-set-imports-itself', 'The value set imports itself', '值集引用了自身']),
    );
  });
}

function checkInclude(ground: Ground, include: JsonObject, owner: string): void {
  const system = textOf(include.system);
  if (system === undefined) return;
  const version = textOf(include.version);
  const content = contentOf(ground, system, version === '*' ? undefined : version);
  if (content === undefined) isNoSystem(ground, system, owner);
  else checkSelection(ground, include, owner, { system, content });
}

function checkSelection(ground: Ground, include: JsonObject, owner: string, source: Omit<Source, 'definition'>): void {
  const { system, content } = source;
  eachPart(ground, owner, include, 'concept', (concept, type) => {
    const code = textOf(concept.code);
    if (code === undefined) return;
    within(ground, type, 'code', () => codeExists(ground, content, system, code));
    displayFits(ground, content, type, concept, 'warning');
  });
  if (include.filter === undefined) return;
  const version = textOf(include.version);
  const definition = ground.compiler.definitions.codeSystem(canonicalOf({ url: system, version: version === '*' ? undefined : version }));
  eachPart(ground, owner, include, 'filter', (filter, type) => checkFilter(ground, filter, type, { ...source, definition }));
}

/** The canonical of a value set where a code system is meant finds no code at all. */
function isNoSystem(ground: Ground, system: string, owner: string): void {
  if (!ground.compiler.terminology.hasValueSet(system)) return;
  const shown = shorten(system);
  within(ground, owner, 'system', () =>
    tell(ground, 'error', 'business-rule', [
      'system-is-value-set',
      `${shown} is a value set and no code system; to include it, name it in valueSet`,
      `${inChinese(shown)} 是值集而非代码系统；若要引用，应写在 valueSet 中`,
    ]),
  );
}

interface Source {
  readonly system: string;
  readonly content: KnownCodes;
  readonly definition: CodeSystem | undefined;
}

/** Properties that every code system has. Source: R4 codesystem.html#defined-props, valueset.html#filters */
const always: ReadonlySet<string> = new Set([
  'concept',
  'code',
  'display',
  'definition',
  'status',
  'inactive',
  'parent',
  'child',
  'notSelectable',
  'effectiveDate',
  'deprecationDate',
  'deprecated',
]);
const hierarchical: ReadonlySet<string> = new Set(['is-a', 'descendent-of', 'is-not-a', 'generalizes']);

function checkFilter(ground: Ground, filter: JsonObject, owner: string, { system, content, definition }: Source): void {
  const [property, op, value] = [textOf(filter.property), textOf(filter.op), textOf(filter.value)];
  if (property === undefined || op === undefined) return;
  const declared = definition?.filter?.find(({ code }) => code === property);
  if (declared === undefined && !always.has(property) && !content.properties.has(property)) {
    if (definition?.content === 'complete') unknownProperty(ground, owner, property, system);
    return;
  }
  if (declared !== undefined && !declared.operator.some((one) => one === op))
    otherOperator(ground, owner, { property, op }, declared.operator);
  if (value === undefined) return;
  if (hierarchical.has(op)) within(ground, owner, 'value', () => codeExists(ground, content, system, value, 'error'));
  if (op === 'exists' && value !== 'true' && value !== 'false') within(ground, owner, 'value', () => noTruth(ground, value));
}

function unknownProperty(ground: Ground, owner: string, property: string, system: string): void {
  const [shown, name] = [shorten(property), shorten(system)];
  within(ground, owner, 'property', () =>
    tell(ground, 'warning', 'not-found', [
      'filter-property-unknown',
      `The code system ${name} defines no property or filter ${shown}, so the filter selects nothing`,
      `代码系统 ${inChinese(name)} 未定义属性或筛选 ${inChinese(shown)}，该筛选不会选出任何代码`,
    ]),
  );
}

function otherOperator(
  ground: Ground,
  owner: string,
  asked: { readonly property: string; readonly op: string },
  known: readonly string[],
): void {
  const [op, property] = [shorten(asked.op), shorten(asked.property)];
  within(ground, owner, 'op', () =>
    tell(ground, 'warning', 'business-rule', [
      'filter-operator',
      `The code system lets ${property} be used with ${known.join(', ')}, not with ${op}`,
      `代码系统规定 ${inChinese(property)} 可用的运算符为 ${known.join('、')}，不含 ${inChinese(op)}`,
    ]),
  );
}

function noTruth(ground: Ground, value: string): void {
  const shown = shorten(value);
  tell(ground, 'error', 'value', [
    'filter-exists-value',
    `The operator exists takes true or false, found ${shown}`,
    `运算符 exists 的值应为 true 或 false，实为 ${inChinese(shown)}`,
  ]);
}
