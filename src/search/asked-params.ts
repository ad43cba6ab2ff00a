/**
 * By which parameters a predicate looks at a resource itself. To judge one resource by it only their entries are needed, which are few:
 * whoever reads under a restriction would otherwise wait for all that the resource could be found by.
 */
import type { Predicate } from '../store/port.js';

/** Names of parameters, without what is behind a colon; undefined: it asks for more than entries. */
export function askedParams(predicate: Predicate): ReadonlySet<string> | undefined {
  const codes = new Set<string>();
  return collect(predicate, codes) ? codes : undefined;
}

function collect(predicate: Predicate, codes: Set<string>): boolean {
  switch (predicate.kind) {
    case 'all':
    case 'any':
      return predicate.of.every((part) => collect(part, codes));
    case 'not':
      return collect(predicate.of, codes);
    case 'present':
    case 'match':
      codes.add(ownerOf(predicate.param));
      return true;
    case 'chain':
      codes.add(ownerOf(predicate.param));
      // What stands inside the resource is found by entries of its own.
      return !predicate.where.some(({ type }) => type.startsWith('#'));
    case 'id':
    case 'updated':
    case 'reverse':
      return true;
    case 'compartment':
      return false;
  }
}

/** `subject:identifier` is made with `subject`. */
function ownerOf(param: string): string {
  const colon = param.indexOf(':');
  return colon < 0 ? param : param.slice(0, colon);
}
