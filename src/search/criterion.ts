/**
 * One search parameter as a predicate: modifiers, chains and `_has` included, each sub-query under the restriction of its own
 * type. Source: R4 search.html#modifiers, #chaining, #has
 */
import type { Access } from '../access/access.js';
import type { FhirError } from '../model/outcome.js';
import { isId } from '../model/resource.js';
import type { Predicate } from '../store/port.js';
import { checkValues } from './budget.js';
import { chainCriterion, checkTarget, hasCriterion, referring, type Whole } from './chain.js';
import type { SearchContext } from './context.js';
import { type Filtering, filterCriterion } from './filter.js';
import { hiddenParameter, known, refuseFinerThanYears, unknownModifier, unknownTargetType } from './known.js';
import type { Slots } from './layout.js';
import { parseName, specialParameters } from './parse.js';
import { malformed, unsupported } from './refusals.js';
import type { Parameter, Registry } from './registry.js';
import { dateTests } from './types/date.js';
import { modifiersOf, searchType } from './types/list.js';
import { alternatives, unescapeValue } from './values.js';

export interface CriterionScope {
  readonly registry: Registry;
  readonly slots: Slots;
  readonly context: SearchContext;
  readonly access: Access;
}

const always: Predicate = { kind: 'all', of: [] };
const never: Predicate = { kind: 'any', of: [] };

/** undefined where the value is empty, which asks for nothing. Throws FhirError 400 and 403. */
export function criterion(scope: CriterionScope, type: string, name: string, value: string): Predicate | undefined {
  // A comma inside a filter is no alternative.
  if (name === '_filter') return value.trim() === '' ? undefined : criterionOf(scope, type, name, wholeOf(name, value, [value]));
  const values = alternatives(value);
  return values.length === 0 ? undefined : criterionOf(scope, type, name, wholeOf(name, value, values));
}

interface Asking extends Whole {
  readonly values: readonly string[];
}

function wholeOf(name: string, value: string, values: readonly string[]): Asking {
  checkValues(name, values);
  return { name, value, values, depth: 0, led: { types: 0 } };
}

/** `part`: what is asked of the type, the whole name or what stands behind a chain. */
function criterionOf(scope: CriterionScope, type: string, part: string, whole: Asking): Predicate {
  const { name, values } = whole;
  const further = (target: string, rest: string, within: Whole) => criterionOf(scope, target, rest, { ...within, values });
  if (part.startsWith('_has:')) {
    return hasCriterion(scope, type, part, whole, (source, code) => known(scope, source, code, name), further);
  }
  const { code, modifier, chain } = parseName(part);
  if (specialParameters.has(code)) return specialCriterion(scope, type, part, whole);
  const parameter = known(scope, type, code, name);
  if (chain !== undefined) {
    return chainCriterion(scope, { parameter, modifier, chain }, whole, (target, within) => further(target, chain, within));
  }
  if (modifier === 'missing') return missing(parameter, name, values);
  checkModifier(scope, parameter, name, modifier);
  refuseFinerThanYears(scope, parameter, name, values);
  if (code === '_id') return idCriterion(name, modifier, values);
  if (code === '_lastUpdated') return { kind: 'updated', values: dateTests({ name, values }, scope.context, false) };
  return searchType(parameter.kind).match({ parameter, name, values, ...(modifier === undefined ? {} : { modifier }) }, scope.context);
}

/** Parameters of every type that no definition tells how to search by. They have no modifiers and lead nowhere. */
function specialCriterion(scope: CriterionScope, type: string, part: string, whole: Asking): Predicate {
  const { code, modifier, chain } = parseName(part);
  if (modifier !== undefined || chain !== undefined) {
    throw unsupported(whole.name, `anything behind "${code}" in "${whole.name}"`, `“${whole.name}”中“${code}”之后的内容`, [code]);
  }
  if (code === '_query') throw unknownQuery(whole);
  if (code === '_list') return listCriterion(scope, type, whole);
  const filtering: Filtering = {
    scope,
    parameter: (of, asked) => known(scope, of, asked, whole.name),
    ask: (of, asked, value, within) => criterionOf(scope, of, asked, { ...within, value, values: [value] }),
  };
  return filterCriterion(filtering, type, whole.value, whole);
}

/** Lists by their function are kept by nobody. Source: R4 search.html#list, lifecycle.html#current */
function listCriterion(scope: CriterionScope, type: string, whole: Asking): Predicate {
  const { name, values } = whole;
  const functional = values.find((value) => value.startsWith('$'));
  if (functional !== undefined) throw unsupported(name, `the functional list "${functional}"`, `功能列表“${functional}”`, ['List/[id]']);
  const ids = values.map((value) => unescapeValue(name, value).replace(/^List\//, ''));
  const wrong = ids.find((id) => !isId(id));
  if (wrong !== undefined) throw malformed(name, wrong, 'the id of a List', 'List 的 id');
  const item = known(scope, 'List', 'item', name);
  if (!item.targets.includes(type)) return never;
  return referring(scope, item, whole, () => ({ kind: 'id', ids }));
}

/** Source: R4 search.html#query: a query that is not known must be refused, even where parameters are ignored. */
function unknownQuery({ name, value }: Whole): FhirError {
  const shown = value.slice(0, 100);
  return unsupported(name, `the named query "${shown}"`, `命名查询“${shown}”`);
}

function checkModifier({ context, access }: CriterionScope, parameter: Parameter, name: string, modifier: string | undefined): void {
  if (modifier === undefined) return;
  if (access.hides?.modifier(modifier)) throw hiddenParameter(name);
  const modifiers = modifiersOf(parameter, context);
  if (modifiers.includes(modifier)) return;
  const takesType = modifiers.includes('[type]');
  if (takesType && /^[A-Z]/.test(modifier) && !context.definitions.isResourceType(modifier)) {
    throw unknownTargetType(name, modifier, parameter.targets);
  }
  if (!takesType || !context.definitions.isResourceType(modifier)) throw unknownModifier(name, modifier, modifiers);
  checkTarget(parameter, name, modifier);
}

function missing(parameter: Parameter, name: string, values: readonly string[]): Predicate {
  const [wanted] = values;
  if (values.length !== 1 || (wanted !== 'true' && wanted !== 'false'))
    throw malformed(name, values.join(','), 'true or false', 'true 或 false');
  const native = parameter.code === '_id' || parameter.code === '_lastUpdated';
  const type = searchType(parameter.kind);
  const present: Predicate = native ? always : (type.present?.(parameter) ?? { kind: 'present', param: parameter.code, entry: type.entry });
  if (wanted === 'false') return present;
  return native ? never : { kind: 'not', of: present };
}

function idCriterion(name: string, modifier: string | undefined, values: readonly string[]): Predicate {
  const ids = values.map((value) => unescapeValue(name, value)).filter(isId);
  const predicate: Predicate = { kind: 'id', ids };
  return modifier === 'not' ? { kind: 'not', of: predicate } : predicate;
}
