/**
 * Names by which commits that could find each other's resources exclude each other: `Patient.identifier=x` for every token form
 * of x, with or without system.
 */
import type { IndexEntry, Predicate } from '../store/port.js';
import type { Registry } from './registry.js';

/** The values of all equality criteria; the type where there are none. */
export function guardNames(type: string, predicates: readonly Predicate[]): readonly string[] {
  const names = new Set(predicates.flatMap((predicate) => equalities(type, predicate)));
  return names.size === 0 ? [type] : [...names].sort();
}

/** Without any: what satisfies the predicate need not have one of a few values. */
function equalities(type: string, predicate: Predicate): readonly string[] {
  if (predicate.kind === 'all') return predicate.of.flatMap((one) => equalities(type, one));
  if (predicate.kind === 'any') {
    const each = predicate.of.map((one) => equalities(type, one));
    return each.some((names) => names.length === 0) ? [] : each.flat();
  }
  if (predicate.kind === 'id') return predicate.ids.map((id) => `${type}._id=${id}`);
  if (predicate.kind !== 'match') return [];
  const { param, match } = predicate;
  if (match.kind === 'token') {
    const codes = match.values.map(({ code }) => code);
    // `system|` alone equals no one value: other criteria, or the type, must stand in.
    return codes.includes(undefined) ? [] : codes.map((code) => `${type}.${param}=${code}`);
  }
  if (match.kind === 'reference') return match.targets.map((target) => `${type}.${param}=${target}`);
  if (match.kind === 'uri' && match.how === 'equal') return match.values.map((value) => `${type}.${param}=${value}`);
  return [];
}

/** Codes of the parameters that look at identifiers. */
export function identifierParameters(registry: Registry, type: string): ReadonlySet<string> {
  const isOne = ({ kind, elements }: ReturnType<Registry['indexed']>[number]) =>
    kind === 'token' && elements?.some((element) => element.type === 'Identifier');
  return new Set(
    registry
      .indexed(type)
      .filter(isOne)
      .map(({ code }) => code),
  );
}

/** What a written resource may be found by: the values of its identifiers. */
export function identifierNames(registry: Registry, type: string, entries: readonly IndexEntry[]): readonly string[] {
  const params = identifierParameters(registry, type);
  const found = entries.filter((entry) => entry.kind === 'token' && entry.code !== '' && params.has(entry.param));
  return [...new Set(found.map((entry) => (entry.kind === 'token' ? `${type}.${entry.param}=${entry.code}` : type)))].sort();
}
