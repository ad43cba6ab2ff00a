/**
 * A CodeSystem within itself: its count, the properties its concepts have, its value set, and what it supplements.
 * Source: R4 codesystem-definitions.html
 */
import type { ValueSet } from 'fhir/r4.js';
import { isNumeric, type JsonObject } from '../../model/json.js';
import { inChinese, quoted, shorten } from '../rules/primitive.js';
import { codeExists, contentOf } from './codes.js';
import { choiceIn, eachPart, type Ground, objectsIn, type ResourceRule, tell, textOf, within } from './ground.js';

interface Inside extends Ground {
  readonly codes: ReadonlySet<string>;
  /** Type of each property, by its code. */
  readonly properties: ReadonlyMap<string, string>;
  readonly isComplete: boolean;
}

export const codeSystem: ResourceRule = (resource, ground) => {
  const codes: string[] = [];
  collect(resource, codes);
  const properties = new Map(objectsIn(resource.property).map(({ code, type }) => [textOf(code) ?? '', textOf(type) ?? '']));
  countFits(ground, resource, codes.length);
  wholeValueSet(ground, resource);
  supplements(ground, resource);
  const inside = { ...ground, codes: new Set(codes), properties, isComplete: resource.content === 'complete' };
  checkConcepts(inside, resource, 'CodeSystem');
};

function collect(holder: JsonObject, codes: string[]): void {
  for (const concept of objectsIn(holder.concept)) {
    codes.push(textOf(concept.code) ?? '');
    collect(concept, codes);
  }
}

/** Source: R4 codesystem-definitions.html#CodeSystem.count */
function countFits(ground: Ground, { count, content, compositional }: JsonObject, found: number): void {
  if (!isNumeric(count) || compositional === true) return;
  const stated = Number(count);
  const isWrong = content === 'complete' ? stated !== found : found > stated;
  if (!isWrong || content === 'supplement') return;
  within(ground, 'CodeSystem', 'count', () =>
    tell(ground, 'error', 'business-rule', [
      'code-system-count',
      `The count says ${stated} concepts; there are ${found}`,
      `count 声明有 ${stated} 个概念，实有 ${found} 个`,
    ]),
  );
}

/** "SHALL include all codes from this code system and only codes from this code system". Source: R4 codesystem-definitions.html#CodeSystem.valueSet */
function wholeValueSet(ground: Ground, resource: JsonObject): void {
  const [url, canonical] = [textOf(resource.url), textOf(resource.valueSet)];
  const found = canonical === undefined ? undefined : ground.compiler.definitions.valueSet(canonical);
  if (url === undefined || canonical === undefined || found?.compose === undefined || isWhole(found, url)) return;
  const shown = shorten(canonical);
  within(ground, 'CodeSystem', 'valueSet', () =>
    tell(ground, 'error', 'business-rule', [
      'code-system-value-set',
      `The value set ${shown} does not include all codes of this code system and no others`,
      `值集 ${inChinese(shown)} 并非恰好包含本代码系统的全部代码`,
    ]),
  );
}

function isWhole({ compose }: ValueSet, url: string): boolean {
  const [include, ...others] = compose?.include ?? [];
  if (include === undefined || others.length > 0 || (compose?.exclude ?? []).length > 0) return false;
  return include.system === url && include.concept === undefined && include.filter === undefined && include.valueSet === undefined;
}

/** A supplement adds to the codes of another code system, and defines none itself. Source: R4 codesystem.html#supplements */
function supplements(ground: Ground, resource: JsonObject): void {
  const { content, supplements: of } = resource;
  if (content === 'supplement' && of === undefined) {
    tell(ground, 'error', 'business-rule', [
      'supplement-of-nothing',
      'A supplement must say in supplements which code system it adds to',
      '补充代码系统须以 supplements 指明所补充的代码系统',
    ]);
  } else if (content !== 'supplement' && of !== undefined) {
    within(ground, 'CodeSystem', 'supplements', () =>
      tell(ground, 'error', 'business-rule', [
        'supplement-with-content',
        `What supplements a code system has the content "supplement", found ${shorten(content)}`,
        `补充代码系统的 content 应为“supplement”，实为 ${quoted(content)}`,
      ]),
    );
  }
  const base = content === 'supplement' ? textOf(of) : undefined;
  const known = base === undefined ? undefined : contentOf(ground, base);
  if (base === undefined || known === undefined) return;
  eachPart(ground, 'CodeSystem', resource, 'concept', (concept, owner) => {
    const code = textOf(concept.code);
    if (code !== undefined) within(ground, owner, 'code', () => codeExists(ground, known, base, code, 'error'));
  });
}

function checkConcepts(inside: Inside, holder: JsonObject, owner: string): void {
  eachPart(inside, owner, holder, 'concept', (concept, type) => {
    eachPart(inside, type, concept, 'property', (property, propertyType) => checkProperty(inside, property, propertyType));
    checkConcepts(inside, concept, type);
  });
}

/** Properties that need no declaration, as HL7 defines them for all code systems. Source: R4 codesystem.html#defined-props */
const common: ReadonlySet<string> = new Set([
  'inactive',
  'status',
  'effectiveDate',
  'deprecated',
  'deprecationDate',
  'retirementDate',
  'notSelectable',
  'parent',
  'child',
  'partOf',
  'synonym',
  'comment',
  'itemWeight',
]);

function checkProperty(inside: Inside, property: JsonObject, owner: string): void {
  const code = textOf(property.code);
  const [name, value] = choiceIn(property, 'value') ?? [];
  if (code === undefined || name === undefined) return;
  const wanted = inside.properties.get(code);
  if (wanted === undefined) {
    if (!common.has(code)) undeclared(inside, owner, code);
    return;
  }
  const found = inside.compiler.definitions.properties(owner).get(name)?.type ?? name;
  if (found !== wanted) {
    within(inside, owner, name, () => otherType(inside, code, wanted, found));
  } else if (wanted === 'code' && code !== 'status' && inside.isComplete && typeof value === 'string' && !inside.codes.has(value)) {
    within(inside, owner, name, () => noSuchCode(inside, code, value));
  }
}

function undeclared(inside: Inside, owner: string, code: string): void {
  const shown = shorten(code);
  within(inside, owner, 'code', () =>
    tell(inside, 'warning', 'business-rule', [
      'concept-property-undeclared',
      `The code system declares no property ${shown} (CodeSystem.property.code)`,
      `代码系统未声明属性 ${inChinese(shown)}（CodeSystem.property.code）`,
    ]),
  );
}

function otherType(inside: Inside, code: string, wanted: string, found: string): void {
  const shown = shorten(code);
  tell(inside, 'error', 'business-rule', [
    'concept-property-type',
    `The property ${shown} is declared to be of the type ${wanted}; this is a ${found}`,
    `属性 ${inChinese(shown)} 声明的类型为 ${wanted}，实为 ${found}`,
  ]);
}

/** Source: R4 codesystem-definitions.html#CodeSystem.property.type: "contain a code defined by the code system" */
function noSuchCode(inside: Inside, property: string, value: string): void {
  const [shown, code] = [shorten(property), shorten(value)];
  tell(inside, 'warning', 'code-invalid', [
    'concept-property-code',
    `The property ${shown} leads to the code ${code}, which the code system does not define`,
    `属性 ${inChinese(shown)} 指向代码 ${inChinese(code)}，而代码系统未定义该代码`,
  ]);
}
