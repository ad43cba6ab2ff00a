/** Expressions that nobody would write, by seed: well formed, of any function on anything. */

const none =
  'empty exists not count distinct isDistinct allTrue anyTrue first last tail single toInteger toDecimal toString toDate toDateTime toTime ' +
  'toBoolean toQuantity convertsToInteger convertsToDate convertsToQuantity upper lower length toChars trim abs ceiling exp floor ln round ' +
  'sqrt truncate children descendants now today timeOfDay type hasValue getValue resolve lowBoundary highBoundary precision sum min max avg ' +
  'sort htmlChecks join';
const one =
  'where select all exists repeat skip take intersect exclude union combine indexOf lastIndexOf startsWith endsWith contains matches ' +
  'matchesFull encode decode escape unescape split substring join log power round subsetOf supersetOf extension aggregate iif comparable ' +
  'lowBoundary highBoundary trace defineVariable memberOf conformsTo sort';
const two = 'iif replace replaceMatches substring aggregate trace defineVariable';
const operators = '+ - * / div mod & < > <= >= = != ~ !~ and or xor implies in contains |';
const names =
  'name given family birthDate value code entry resource text contact period start id extension url active Patient Observation __proto__ ' +
  'constructor valueQuantity';
const literals =
  "0;1;-1;2147483647;1.5;0.00000000000000000001;99999999999999999999.9;'a';'';'中文😀';'1e400';@2024-02-29;@0001;@9999-12-31T23:59:59.999Z;" +
  "@T23:59:59;@2024-01-01T00:00:00+14:00;1 'mg';3 'frob';2 days;1 year;1000000000 'Cel';99999999999.9 months;{};true;$this;$index;$total;" +
  "%resource;%context;%ucum;'(a+)+';'.';'$';'hex';'base64';'json'";
const types = 'string Patient System.Integer FHIR.Quantity Quantity';

export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function randomExpression(next: Random, depth: number): string {
  const pick = (list: string, separator = ' ') => {
    const all = list.split(separator);
    return all[Math.floor(next() * all.length)] ?? '';
  };
  const deeper = () => randomExpression(next, depth - 1);
  const kind = next();
  if (depth <= 0) return kind < 0.5 ? pick(literals, ';') : pick(names);
  if (kind < 0.3) return `(${deeper()} ${pick(operators)} ${deeper()})`;
  if (kind < 0.5) return `${deeper()}.${pick(none)}()`;
  if (kind < 0.7) return `${deeper()}.${pick(one)}(${deeper()})`;
  if (kind < 0.78) return `${deeper()}.${pick(two)}(${deeper()}, ${deeper()})`;
  if (kind < 0.88) return `${deeper()}.${pick(names)}`;
  if (kind < 0.92) return `(${deeper()})[${deeper()}]`;
  if (kind < 0.95) return `-${deeper()}`;
  return `(${deeper()} ${pick('is as')} ${pick(types)})`;
}
