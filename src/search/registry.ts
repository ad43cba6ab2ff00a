/**
 * The search parameters of each type as search uses them, looked up once per type from the definitions.
 * Source: R4 searchparameter.html
 */
import type { SearchParameter } from 'fhir/r4.js';
import { consentDataParam, consentPeriodParam, consentRulesParam } from '../access/consent/rule-keys.js';
import { securityContextParam } from '../access/security-context.js';
import type { Definitions } from '../definitions/definitions.js';
import { canStandTogether, componentDefinitions, compositeShape, partOfWhole } from './composites.js';
import { concerns, type ParameterElement, resolveElements, unionParts } from './elements.js';
import { errata } from './errata.js';

export type ParameterKind = SearchParameter['type'];

export interface Parameter {
  /** The resource type it is asked of here. */
  readonly base: string;
  readonly code: string;
  readonly kind: ParameterKind;
  /** The parts of its expression that concern the base, of a composite those that lead to elements; absent where R4 gives none, or none for this base. */
  readonly expression?: string;
  /** Resource types a reference may lead to, all of them where the definition leaves it open. */
  readonly targets: readonly string[];
  /** What it leads to, where that can be read off the expression. */
  readonly elements: readonly ParameterElement[] | undefined;
  readonly url: string;
  /** Stands for the words of the whole resource, of a type whose words are kept. */
  readonly words?: true;
  /** Stands for all that a resource refers to here. */
  readonly everywhere?: true;
  /** Stands for the rules of a Consent. */
  readonly rules?: true;
  /** Has no entries of its own: the code of the parameter whose entries it is found by. */
  readonly shares?: string;
  /** Of a composite all of whose parts are known. */
  readonly composite?: Composite;
}

export interface Composite {
  /** In the order of their values. */
  readonly components: readonly Component[];
  /** Its expression leads to elements; their entries stand under `name`, the code of this parameter or of another with the same. */
  readonly elements: boolean;
  readonly name: string;
  /** Where its expression is the resource itself too: the parameters by which the parts are found, in the order of the components. */
  readonly whole?: readonly Parameter[];
}

export interface Component {
  /** As it is found by itself: says how its value is read. Its expression is another one. */
  readonly parameter: Parameter;
  /** From what the composite's expression leads to, to the part. */
  readonly expression: string;
}

export interface Registry {
  parameter(type: string, code: string): Parameter | undefined;
  /** Those that resources are indexed by: neither native ones nor those that cannot be searched. */
  indexed(type: string): readonly Parameter[];
  /** All that can be asked for, by code. */
  parameters(type: string): ReadonlyMap<string, Parameter>;
  /** Why a parameter cannot be searched now; undefined where it can. */
  obstacle(parameter: Parameter): Obstacle | undefined;
  /** The part of what is stored of a type, from 0 to 1, of which what is inside is indexed; undefined: all of it. */
  containedPart(type: string): number | undefined;
  /** The same of what is indexed by one parameter. */
  indexedPart(type: string, code: string): number | undefined;
  /** A parameter that is left out of the index, because some resources have too much of it. */
  hasTooMany(type: string, code: string): boolean;
  /** Counts changes of what can be searched by. */
  changes(): number;
}

export interface Obstacle {
  /** What is not supported. */
  readonly en: string;
  readonly zh: string;
  /** The part of what is stored that has been indexed, where that is all there is in the way. */
  readonly indexed?: number;
  /** Of what some resources have more values than can be indexed. */
  readonly tooMany?: true;
}

/** What the entries that are stored are worth. */
export interface IndexState {
  /** The part of what is stored, from 0 to 1, that is indexed by a parameter of a type; undefined: all of it. */
  indexedPart(type: string, code: string): number | undefined;
  /** Whether some resources of the type have more values of a parameter than can be indexed, so that nothing is indexed by it. */
  hasTooMany(type: string, code: string): boolean;
  /** Counts changes of what is complete. */
  changes(): number;
}

/** Access is judged by what is indexed under these: no definition, whoever brings it, puts anything else there. */
export const paramsOfAccess: ReadonlySet<string> = new Set([securityContextParam, consentRulesParam, consentPeriodParam, consentDataParam]);

/** Stands among the parameters of each type for what is inside of its resources. */
export const containedKey = '_contained';

/** Of what is kept of all that a resource refers to here; nobody can ask for it. */
export const localReferencesParam = '_references';

const complete: IndexState = { indexedPart: () => undefined, hasTooMany: () => false, changes: () => 0 };

/** Answered without entries: by the store itself, or by what other parameters have. */
const nativeParameters: ReadonlySet<string> = new Set(['_id', '_lastUpdated', '_filter']);

/** Special parameters are told in words only: these are understood. */
const places: ReadonlySet<string> = new Set(['http://hl7.org/fhir/SearchParameter/Location-near']);

/** Words of a whole resource, which R4 describes without an expression. */
const ofWords: ReadonlySet<string> = new Set([
  'http://hl7.org/fhir/SearchParameter/DomainResource-text',
  'http://hl7.org/fhir/SearchParameter/Resource-content',
]);

/** Why a parameter that R4 defines can never be searched; undefined where it can. */
function lasting(parameter: Parameter): Obstacle | undefined {
  if (nativeParameters.has(parameter.code)) return undefined;
  if (parameter.kind === 'composite' && !isUsable(parameter.composite)) {
    return { en: `the composite parameter "${parameter.code}"`, zh: `组合参数“${parameter.code}”` };
  }
  if (ofWords.has(parameter.url) && !parameter.words) {
    const { code, base } = parameter;
    return {
      en: `"${code}" for ${base}, which the setting FULL_TEXT leaves out,`,
      zh: `对 ${base} 使用“${code}”（设置 FULL_TEXT 未包括此类型）`,
    };
  }
  const unknown = parameter.kind === 'special' && !places.has(parameter.url);
  if (unknown || (parameter.expression === undefined && parameter.kind !== 'composite')) {
    return { en: `the search parameter "${parameter.code}"`, zh: `检索参数“${parameter.code}”` };
  }
  return undefined;
}

/** Neither what the store keeps by itself nor a composite that is found by the entries of others. */
function leavesEntries(parameter: Parameter): boolean {
  const { code, composite } = parameter;
  if (nativeParameters.has(code) || lasting(parameter) !== undefined) return false;
  if (parameter.shares !== undefined) return false;
  return composite === undefined || (composite.elements && composite.name === code);
}

function wordsOf({ base, code, kind, url, targets }: Parameter): Parameter {
  return { base, code, kind, url, targets, elements: undefined, expression: base, words: true };
}

function isUsable(composite: Composite | undefined): boolean {
  if (composite === undefined || composite.components.some(({ parameter }) => lasting(parameter) !== undefined)) return false;
  return !composite.elements || canStandTogether(composite.components.map(({ parameter }) => parameter.kind));
}

/** A composite is found by the entries of others, or also by those; and what shares them has none of its own. */
function whileIndexed({ base, code, composite, shares }: Parameter, index: IndexState): Obstacle | undefined {
  const others = [
    ...(shares === undefined ? [] : [shares]),
    ...(composite?.elements ? [composite.name] : []),
    ...(composite?.whole ?? []).map((part) => part.code),
  ];
  const indexed = [code, ...others].filter((one) => !nativeParameters.has(one));
  const named = { en: `the search parameter "${code}"`, zh: `检索参数“${code}”` };
  if (indexed.some((one) => index.hasTooMany(base, one))) return { ...named, tooMany: true };
  const parts = indexed.flatMap((one) => index.indexedPart(base, one) ?? []);
  return parts.length === 0 ? undefined : { ...named, indexed: Math.min(...parts) };
}

export interface Kept {
  /** Whether the words of a type's resources are kept. */
  readonly words?: (type: string) => boolean;
  /** Whether it is kept what each resource refers to. */
  readonly references?: boolean;
}

export function createRegistry(
  definitions: Definitions,
  index = complete,
  { words = () => false, references = false }: Kept = {},
): Registry {
  const parts = new Map<string, readonly string[]>();
  const partsOf = (expression: string): readonly string[] => {
    const known = parts.get(expression) ?? unionParts(expression);
    parts.set(expression, known);
    return known;
  };
  const { generation } = definitions;
  const parameters = whileUnchanged(
    generation,
    (type): ReadonlyMap<string, Parameter> =>
      new Map(
        definitions.searchParameters(type).flatMap((one) => {
          if (paramsOfAccess.has(one.code)) return [];
          const parameter = toParameter(definitions, type, one, partsOf);
          return [[one.code, ofWords.has(one.url) && words(type) ? wordsOf(parameter) : parameter]];
        }),
      ),
  );
  const indexed = whileUnchanged(generation, (type): readonly Parameter[] => {
    // Access is judged by the first: nothing else may leave too little room for it.
    return [
      ...(definitions.element(type, 'securityContext').length === 0 ? [] : [securityContextOf(definitions, type)]),
      ...(type === 'Consent' ? [consentRulesOf(definitions)] : []),
      ...(references ? [localReferencesOf(type)] : []),
      ...[...parameters(type).values()].filter(leavesEntries),
    ];
  });
  return {
    parameters,
    indexed,
    parameter: (type, code) => parameters(type).get(code),
    obstacle: (parameter) => lasting(parameter) ?? whileIndexed(parameter, index),
    containedPart: (type) => index.indexedPart(type, containedKey),
    indexedPart: index.indexedPart,
    hasTooMany: (type, code) => index.hasTooMany(type, code),
    changes: () => generation.searchParameters + index.changes(),
  };
}

/** What is worked out of the search parameters of a type: once, and again when an upload has changed them. */
export function whileUnchanged<T>(generation: Definitions['generation'], make: (type: string) => T): (type: string) => T {
  const byType = new Map<string, T>();
  let since = generation.searchParameters;
  return (type) => {
    if (since !== generation.searchParameters) {
      since = generation.searchParameters;
      byType.clear();
    }
    const known = byType.get(type);
    if (known !== undefined) return known;
    const made = make(type);
    byType.set(type, made);
    return made;
  };
}

/** Nobody asks for it: access is judged by it. */
function securityContextOf(definitions: Definitions, base: string): Parameter {
  return {
    base,
    code: securityContextParam,
    kind: 'reference',
    expression: `${base}.securityContext`,
    targets: definitions.resourceTypes,
    elements: resolveElements(definitions, base, [`${base}.securityContext`]),
    url: `http://hl7.org/fhir/StructureDefinition/${base}#${base}.securityContext`,
  };
}

/** By which access is judged, too. */
function consentRulesOf({ resourceTypes }: Definitions): Parameter {
  const url = 'http://hl7.org/fhir/StructureDefinition/Consent#provision';
  return {
    base: 'Consent',
    code: consentRulesParam,
    kind: 'token',
    expression: 'Consent',
    targets: resourceTypes,
    elements: undefined,
    url,
    rules: true,
  };
}

export function localReferencesOf(base: string): Parameter {
  return {
    base,
    code: localReferencesParam,
    kind: 'reference',
    expression: base,
    targets: [],
    elements: undefined,
    url: `http://hl7.org/fhir/StructureDefinition/${base}#references`,
    everywhere: true,
  };
}

function toParameter(
  definitions: Definitions,
  base: string,
  definition: SearchParameter,
  partsOf: (expression: string) => readonly string[],
): Parameter {
  const composite = definition.type === 'composite';
  // A composite of the whole resource leaves no entries.
  const parts = partsOf(errata.get(definition.url)?.expression ?? definition.expression ?? '').filter(
    (part) => concerns(definitions, base, part) && !(composite && part === base),
  );
  const targets = (definition.target ?? []).filter((type) => definitions.isResourceType(type));
  const shares = definition.code === 'phonetic' ? sameElsewhere(definitions, base, definition, parts, partsOf) : undefined;
  let elements: readonly ParameterElement[] | undefined;
  let resolved = parts.length === 0;
  return {
    base,
    code: definition.code,
    kind: definition.type,
    url: definition.url,
    targets: targets.length === 0 ? definitions.resourceTypes : targets,
    ...(parts.length === 0 ? {} : { expression: parts.join(' | ') }),
    ...(shares === undefined ? {} : { shares }),
    ...(composite ? { composite: compositeOf(definitions, base, definition, partsOf) } : {}),
    // Few are asked for before the first search, and start-up would wait for all of them.
    get elements() {
      if (!resolved) elements = resolveElements(definitions, base, parts);
      resolved = true;
      return elements;
    },
  };
}

/** What is asked for by its sound is found by the keys that the name has anyway. Source: R4 patient.html#search */
function sameElsewhere(
  definitions: Definitions,
  base: string,
  { type, code }: SearchParameter,
  parts: readonly string[],
  partsOf: (expression: string) => readonly string[],
): string | undefined {
  const own = parts.join(' | ');
  return definitions.searchParameters(base).find((one) => {
    if (one.type !== type || one.code === code) return false;
    const others = partsOf(one.expression ?? '').filter((part) => concerns(definitions, base, part));
    return own !== '' && others.join(' | ') === own;
  })?.code;
}

/** undefined: the definition of a part is not here, or nothing finds it. */
function compositeOf(
  definitions: Definitions,
  base: string,
  definition: SearchParameter,
  partsOf: (expression: string) => readonly string[],
): Composite | undefined {
  const { elements, whole, name } = compositeShape(definitions, base, definition);
  const components: Component[] = [];
  const alone: Parameter[] = [];
  for (const { found, expression } of componentDefinitions(definitions, definition, elements)) {
    const part = whole && found !== undefined ? partOfWhole(definitions, base, found, elements) : undefined;
    if (found === undefined || found.type === 'composite' || (whole && part === undefined)) return undefined;
    components.push({ parameter: toParameter(definitions, base, found, partsOf), expression });
    if (part !== undefined) alone.push(toParameter(definitions, base, part, partsOf));
  }
  return components.length < 2 ? undefined : { components, elements: elements.length > 0, name, ...(whole ? { whole: alone } : {}) };
}
