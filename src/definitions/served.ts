/** Which resources of the packages REST serves; the list is read when a request first touches a type of them. */
import type { PackageInfo, ServedResources } from './definitions.js';
import type { ServedIds } from './index-format.js';

export function servedResources(types: readonly string[], packages: readonly PackageInfo[], read: () => ServedIds): ServedResources {
  const held = new Set(types);
  const names = packages.map(({ name, version }) => `${name} ${version}`);
  let byType: ReadonlyMap<string, ReadonlyMap<string, number>> | undefined;
  const ofType = (type: string) => {
    byType ??= new Map(Object.entries(read()).map(([one, ids]) => [one, new Map(Object.entries(ids))]));
    return byType.get(type);
  };
  return {
    types: held,
    ids: (type) => (held.has(type) ? [...(ofType(type)?.keys() ?? [])] : []),
    packageOf(type, id) {
      const place = held.has(type) ? ofType(type)?.get(id) : undefined;
      return place === undefined ? undefined : names[place];
    },
  };
}
