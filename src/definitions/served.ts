/** Which resources of the packages REST serves; the list is read when a request first touches a type of them. */
import type { Definitions, PackageInfo, ServedResources } from './definitions.js';
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

/** Whether it is R4 itself that brings the resource. What is not served by its id (another has it) is R4's: local packages serve all of theirs. */
export function isOfCore({ packages, served }: Pick<Definitions, 'packages' | 'served'>, type: string, id: string | undefined): boolean {
  const [core] = packages;
  const from = id === undefined ? undefined : served.packageOf(type, id);
  return from === undefined || from === `${core?.name} ${core?.version}`;
}
