/**
 * The other names of a code system or a value set: the OID by which older messages know it, the URI by which FHIR does.
 * Source: R4 namingsystem.html
 */
import type { Definitions } from '../definitions/definitions.js';

/** The other names in no order of merit; none for what has no other. */
export type OtherNames = (uri: string) => readonly string[];

export function createOtherNames(definitions: Pick<Definitions, 'systemNames' | 'generation'>): OtherNames {
  let generation = definitions.generation.terminology;
  let current: ReadonlyMap<string, readonly (readonly string[])[]> | undefined;
  return (uri) => {
    if (definitions.generation.terminology !== generation) current = undefined;
    generation = definitions.generation.terminology;
    current ??= byName(definitions.systemNames().flatMap(({ names }) => (names.length > 1 ? [names] : [])));
    return current.has(uri) ? connected(current, uri) : [];
  };
}

function byName(lists: readonly (readonly string[])[]): ReadonlyMap<string, readonly (readonly string[])[]> {
  const found = new Map<string, (readonly string[])[]>();
  for (const list of lists) {
    for (const name of list) {
      const before = found.get(name);
      if (before === undefined) found.set(name, [list]);
      else before.push(list);
    }
  }
  return found;
}

/** A code system may tell its OID, and a naming system a third name for that. */
function connected(lists: ReadonlyMap<string, readonly (readonly string[])[]>, uri: string): readonly string[] {
  const seen = new Set([uri]);
  // A set is walked with what is added meanwhile.
  for (const name of seen) for (const list of lists.get(name) ?? []) for (const other of list) seen.add(other);
  seen.delete(uri);
  return [...seen];
}
