/**
 * `:below` and `:above` on references to resources that are part of others of their type (Location, Organization, Encounter): the
 * resource itself and all that are part of it, or that it is part of. Asked of the store as chains inside each other, so that a depth is
 * set. Source: R4 search.html#recursive, extension-structuredefinition-hierarchy.html
 */
import type { Definitions } from '../../definitions/definitions.js';
import type { Predicate } from '../../store/port.js';
import { concerns, unionParts } from '../elements.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { unescapeValue } from '../values.js';
import type { Asked } from './type.js';

/** Levels between the resource that is named and the one that is found. A search may have ten links. */
const MAX_LEVELS = 8;

/** By type, found once: the parameter that leads from a resource to what it is part of. */
const parents = new WeakMap<object, Map<string, string | undefined>>();

/** Those of the types a parameter leads to that stand in a hierarchy. */
export function hierarchiesOf({ targets, elements }: Parameter, definitions: Definitions): ReadonlyMap<string, string> {
  // What may lead anywhere is not meant.
  if (targets.length === definitions.resourceTypes.length || elements?.every(({ type }) => type !== 'Reference')) return new Map();
  return new Map(
    targets.flatMap((type) => {
      const param = parentOf(type, definitions);
      return param === undefined ? [] : [[type, param] as const];
    }),
  );
}

function parentOf(type: string, definitions: Definitions): string | undefined {
  const known = parents.get(definitions.served) ?? new Map<string, string | undefined>();
  parents.set(definitions.served, known);
  if (known.has(type)) return known.get(type);
  const found = definitions.searchParameters(type).find(({ type: kind, target = [], expression = '' }) => {
    const [part, ...more] = unionParts(expression).filter((one) => concerns(definitions, type, one));
    return kind === 'reference' && target.length === 1 && target[0] === type && more.length === 0 && part === `${type}.partOf`;
  })?.code;
  known.set(type, found);
  return found;
}

export function matchHierarchy(
  asked: Asked,
  direction: 'above' | 'below',
  targetsOf: (value: string) => readonly string[],
  definitions: Definitions,
): Predicate {
  const hierarchies = hierarchiesOf(asked.parameter, definitions);
  const ids = new Map<string, string[]>();
  for (const value of asked.values) {
    const named = targetsOf(unescapeValue(asked.name, value)).map((target) => target.split('/'));
    const fitting = named.filter(([type = '', id, ...more]) => hierarchies.has(type) && id !== undefined && more.length === 0);
    if (fitting.length === 0) throw notInHierarchy(asked, value, [...hierarchies.keys()]);
    for (const [type = '', id = ''] of fitting) ids.set(type, [...(ids.get(type) ?? []), id]);
  }
  const { code: param } = asked.parameter;
  const of = [...ids].flatMap(([type, some]): readonly Predicate[] => {
    const targets = some.map((id) => `${type}/${id}`);
    const further = beyond(direction, type, hierarchies.get(type) ?? '', some);
    return [
      { kind: 'match', param, match: { kind: 'reference', targets } },
      { kind: 'chain', param, where: [{ type, predicate: further }] },
    ];
  });
  return { kind: 'any', of };
}

/** What a resource satisfies that stands below (above) those of the ids, without them. Each level asks only one link more. */
function beyond(direction: 'above' | 'below', type: string, param: string, ids: readonly string[]): Predicate {
  const targets = ids.map((id) => `${type}/${id}`);
  const named: Predicate = direction === 'below' ? { kind: 'match', param, match: { kind: 'reference', targets } } : { kind: 'id', ids };
  let levels: Predicate = direction === 'below' ? named : { kind: 'reverse', param, where: [{ type, predicate: named }] };
  for (let level = 1; level < MAX_LEVELS; level++) {
    levels =
      direction === 'below'
        ? { kind: 'any', of: [named, { kind: 'chain', param, where: [{ type, predicate: levels }] }] }
        : { kind: 'reverse', param, where: [{ type, predicate: { kind: 'any', of: [named, levels] } }] };
  }
  return levels;
}

function notInHierarchy({ name, modifier }: Asked, value: string, types: readonly string[]) {
  const list = types.map((type) => `${type}/id`);
  return malformed(
    name,
    value,
    `${list.join(' or ')} (:${modifier} follows what is part of what)`,
    `${list.join('、')}（:${modifier} 按组成关系查找）`,
  );
}
