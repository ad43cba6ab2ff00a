/**
 * `_filter` as a predicate: every test is answered by the type of its search parameter, as the parameter with a prefix or a modifier
 * would be. What the parameters have no answer for is refused by the name of the operator. Source: R4 search_filter.html
 */
import { message } from '../model/message.js';
import { FhirError, fault } from '../model/outcome.js';
import type { Predicate, RangeTest } from '../store/port.js';
import { allOf, type LinkScope, linked, targetTypes, type Whole } from './chain.js';
import { type Filter, type FilterStep, parseFilter } from './filter-syntax.js';
import { malformed } from './refusals.js';
import type { Parameter, ParameterKind } from './registry.js';
import { nextUp } from './types/range.js';

export interface Filtering {
  readonly scope: LinkScope;
  /** The parameter of a type. Throws FhirError 400 where there is none. */
  parameter(type: string, code: string): Parameter;
  /** What a parameter, with its modifier, asks; `value` with its escapes. */
  ask(type: string, name: string, value: string, within: Whole): Predicate;
}

export function filterCriterion(filtering: Filtering, type: string, text: string, whole: Whole): Predicate {
  return predicateOf(filtering, type, parseFilter(text), whole);
}

function predicateOf(filtering: Filtering, type: string, filter: Filter, whole: Whole): Predicate {
  switch (filter.kind) {
    case 'and':
      return allOf(filter.of.map((one) => predicateOf(filtering, type, one, whole)));
    case 'or':
      return { kind: 'any', of: filter.of.map((one) => predicateOf(filtering, type, one, whole)) };
    case 'not':
      return { kind: 'not', of: predicateOf(filtering, type, filter.of, whole) };
    case 'test':
      return pathOf(filtering, type, filter.path, filter, whole);
  }
}

type Test = Pick<Extract<Filter, { kind: 'test' }>, 'operator' | 'value'>;

/** `subject[name co "x"].birthdate`: both hold of the same subject. */
function pathOf(filtering: Filtering, type: string, path: readonly FilterStep[], test: Test, whole: Whole): Predicate {
  const [{ name = '', filter } = {}, ...rest] = path;
  const [code = '', modifier] = name.split(':');
  const parameter = filtering.parameter(type, code);
  if (rest.length === 0) return testOf(filtering, type, parameter, test, whole);
  const { scope } = filtering;
  return linked(scope, parameter, targetTypes(scope, parameter, modifier, whole), whole, (target, within) =>
    allOf([
      ...(filter === undefined ? [] : [predicateOf(filtering, target, filter, within)]),
      pathOf(filtering, target, rest, test, within),
    ]),
  );
}

/** How a kind of parameter answers an operator: as it would with this prefix or modifier. */
interface Way {
  readonly prefix?: string;
  readonly modifier?: string;
  /** Not what contains the value: what is the same. */
  readonly equal?: true;
}

const ordered: Readonly<Record<string, Way>> = Object.fromEntries(
  ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'].map((operator) => [operator, { prefix: operator }]),
);
const ways: Readonly<Record<ParameterKind, Readonly<Record<string, Way>>>> = {
  string: { eq: { modifier: 'contains', equal: true }, co: { modifier: 'contains' }, sw: {} },
  number: ordered,
  date: ordered,
  quantity: ordered,
  token: { eq: {}, ss: { modifier: 'below' }, sb: { modifier: 'above' }, in: { modifier: 'in' }, ni: { modifier: 'not-in' } },
  reference: { re: {} },
  uri: { eq: {} },
  composite: { eq: {} },
  special: {},
};

function testOf(filtering: Filtering, type: string, parameter: Parameter, test: Test, whole: Whole): Predicate {
  const { code, kind } = parameter;
  const { operator, value } = test;
  const ask = (way: Way) => {
    const predicate = askedAs(filtering, type, parameter, way, value, whole);
    return way.equal ? equal(predicate) : predicate;
  };
  if (operator === 'pr') return present(filtering, type, code, value, whole);
  if (kind === 'date' && operator === 'po') return withTests(ask({ prefix: 'eq' }), overlapping);
  if (kind === 'date' && operator === 'co') {
    return together(parameter, test, [withTests(ask({ prefix: 'lt' }), including), withTests(ask({ prefix: 'gt' }), including)], whole);
  }
  if (operator === 'ne' && isOne(parameter)) {
    return allOf([filtering.ask(type, `${code}:missing`, 'false', whole), { kind: 'not', of: ask(ways[kind].eq ?? {}) }]);
  }
  const way = Object.hasOwn(ways[kind], operator) ? ways[kind][operator] : undefined;
  if (way === undefined) throw unanswered(parameter, test);
  return ask(way);
}

function present(filtering: Filtering, type: string, code: string, value: string, whole: Whole): Predicate {
  const missing = value === 'true' ? 'false' : value === 'false' ? 'true' : value;
  return named(missing, value, () => filtering.ask(type, `${code}:missing`, missing, { ...whole, name: code }));
}

/** Of a parameter that repeats, unequal would mean one of its values, which no index tells. */
function isOne({ kind, elements = [] }: Parameter): boolean {
  const simple = kind === 'token' || kind === 'uri' || (kind === 'string' && elements.every(({ type }) => type === 'string'));
  return simple && elements.length === 1 && elements.every(({ many }) => !many);
}

const systems: ReadonlyMap<string, string> = new Map([
  ['loinc', 'http://loinc.org'],
  ['snomed', 'http://snomed.info/sct'],
  ['rxnorm', 'http://www.nlm.nih.gov/research/umls/rxnorm'],
  ['ucum', 'http://unitsofmeasure.org'],
]);

function askedAs(
  filtering: Filtering,
  type: string,
  { code, kind }: Parameter,
  { prefix = '', modifier }: Way,
  value: string,
  whole: Whole,
) {
  const name = modifier === undefined ? code : `${code}:${modifier}`;
  const asked = prefix + valueFor(kind, value);
  return named(asked, value, () => filtering.ask(type, name, asked, { ...whole, name: code }));
}

/** What is refused is told by the parameter of the test and by the value as it stands there. */
function named<T>(asked: string, value: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    const told = (text: string) => text.replace(`“${asked}”`, () => `“${value}”`).replace(`"${asked}"`, () => `"${value}"`);
    throw new FhirError(
      error.issues.map((issue) => {
        const { id, en, zh } = issue.message;
        return { ...issue, message: message(id, told(en), told(zh)), expression: '_filter' };
      }),
    );
  }
}

/** A text means every sign in it; a token or quantity stands as in a search, its code system perhaps by a short name. */
function valueFor(kind: ParameterKind, value: string): string {
  if (kind === 'string') return value.replace(/[\\,|$]/g, '\\$&');
  const parts = value.split('|');
  const at = kind === 'quantity' ? 1 : kind === 'token' ? 0 : undefined;
  const system = at === undefined || parts.length < at + 2 ? undefined : systems.get(parts[at] ?? '');
  return (at === undefined || system === undefined ? value : parts.with(at, system).join('|')).replaceAll(',', '\\,');
}

/** Bounds of the same entry. */
function together(parameter: Parameter, test: Test, predicates: readonly Predicate[], { name }: Whole): Predicate {
  const tests: RangeTest[] = [];
  for (const one of predicates) {
    const values = one.kind === 'updated' ? one.values : one.kind === 'match' && one.match.kind === 'range' ? one.match.values : [];
    const [only] = values;
    if (only === undefined || values.length > 1) throw malformed(name, test.value, 'one date', '单个日期');
    tests.push(only);
  }
  const values = [Object.assign({}, ...tests) as RangeTest];
  const [first] = predicates;
  return first?.kind === 'updated'
    ? { kind: 'updated', values }
    : { kind: 'match', param: parameter.code, match: { kind: 'range', values } };
}

function equal(predicate: Predicate): Predicate {
  if (predicate.kind !== 'match' || predicate.match.kind !== 'string') return predicate;
  return { ...predicate, match: { ...predicate.match, how: 'equal' } };
}

/** What is not wholly before, nor wholly behind. */
const overlapping = ({ lowFrom, highTo }: RangeTest): RangeTest => ({
  ...(highTo === undefined ? {} : { lowBefore: highTo }),
  ...(lowFrom === undefined ? {} : { highAfter: lowFrom }),
});

/** What begins before, or just there; what ends behind, or just there. */
const including = ({ lowBefore, highAfter }: RangeTest): RangeTest => ({
  ...(lowBefore === undefined ? {} : { lowBefore: nextUp(lowBefore) }),
  ...(highAfter === undefined ? {} : { highAfter: -nextUp(-highAfter) }),
});

function withTests(predicate: Predicate, change: (test: RangeTest) => RangeTest): Predicate {
  if (predicate.kind === 'updated') return { ...predicate, values: predicate.values.map(change) };
  if (predicate.kind !== 'match' || predicate.match.kind !== 'range') return predicate;
  return { ...predicate, match: { ...predicate.match, values: predicate.match.values.map(change) } };
}

function unanswered(parameter: Parameter, { operator }: Test): FhirError {
  const { code, kind } = parameter;
  const more = kind === 'date' ? ['po', 'co'] : isOne(parameter) ? ['ne'] : [];
  const able = [...Object.keys(ways[kind]), ...more, 'pr'];
  const shown = operator.slice(0, 20);
  return fault(
    'not-supported',
    message(
      'filter-operator',
      `The operator "${shown}" of _filter cannot be used with "${code}", which is a ${kind} parameter; it takes: ${able.join(', ')}`,
      `_filter 的运算符“${shown}”不能用于 ${kind} 类型的参数“${code}”；可用：${able.join('、')}`,
    ),
    { expression: '_filter' },
  );
}
