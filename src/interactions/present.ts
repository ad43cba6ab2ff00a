/** Which of many instances are here, undeleted and to be seen, asked in few questions; and that as guards. */
import { type Access, isUnrestricted } from '../access/access.js';
import { type Key, keyText } from '../model/resource.js';
import type { Guard, Predicate, ResourceStore, Where } from '../store/port.js';

export interface Present {
  /** `Patient/1` */
  readonly names: ReadonlySet<string>;
  readonly found: readonly Pick<Guard, 'where' | 'keys'>[];
}

/** Ids in one question. */
const AT_ONCE = 500;

/** Where nothing of a type may be read, nothing of it is there. */
export async function present(store: Pick<ResourceStore, 'find'>, keys: readonly Key[], access: Access): Promise<Present> {
  const wheres: Where[] = [];
  for (let from = 0; from < keys.length; from += AT_ONCE) wheres.push(theseOf(keys.slice(from, from + AT_ONCE), access));
  const asked = wheres.filter((where) => where.length > 0);
  const found = asked.length === 0 ? [] : await store.find(asked, AT_ONCE);
  return {
    names: new Set(found.flat().map(keyText)),
    found: asked.map((where, at) => ({ where, keys: found[at] ?? [] })),
  };
}

function theseOf(keys: readonly Key[], access: Access): Where {
  const byType = new Map<string, string[]>();
  for (const { type, id } of keys) byType.set(type, [...(byType.get(type) ?? []), id]);
  return [...byType].flatMap(([type, ids]) => {
    const restriction = access.restriction('read', type);
    if (restriction === undefined) return [];
    const these: Predicate = { kind: 'id', ids };
    return [{ type, predicate: isUnrestricted(restriction) ? these : { kind: 'all', of: [these, restriction] } } as const];
  });
}
