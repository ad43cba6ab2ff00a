/**
 * Which versions of code systems are meant. Source: R4 valueset-operation-expand.html (system-version, check-system-version,
 * force-system-version), references.html#canonical
 */
import { partsOf } from '../definitions/canonicals.js';
import type { Obstacle } from './terminology.js';

/** Each by the url of the code system. */
export interface Versions {
  /** Where a value set names none. */
  readonly usual: ReadonlyMap<string, string>;
  /** Where a value set names none; one that names another is not to be used. */
  readonly checked: ReadonlyMap<string, string>;
  /** Whatever a value set names. */
  readonly forced: ReadonlyMap<string, string>;
}

/** Of canonicals with a version, `http://loinc.org|2.77`. Those without one say nothing. */
export function versionsOf(asked: {
  readonly usual?: readonly string[];
  readonly checked?: readonly string[];
  readonly forced?: readonly string[];
}): Versions | undefined {
  const [usual, checked, forced] = [byUrl(asked.usual), byUrl(asked.checked), byUrl(asked.forced)];
  return usual.size + checked.size + forced.size === 0 ? undefined : { usual, checked, forced };
}

function byUrl(canonicals: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map(
    canonicals.flatMap((canonical): [string, string][] => {
      const { url, version } = partsOf(canonical);
      return version === undefined ? [] : [[url, version]];
    }),
  );
}

/** The version of a code system that a value set is read with, where it names this one or none. */
export function versionMeant(versions: Versions | undefined, system: string, named: string | undefined): string | undefined {
  if (versions === undefined) return named;
  return versions.forced.get(system) ?? named ?? versions.checked.get(system) ?? versions.usual.get(system);
}

/** Why a value set that names this version is not to be used. */
export function versionConflict(versions: Versions | undefined, system: string, named: string | undefined): Obstacle | undefined {
  const wanted = versions?.checked.get(system);
  if (wanted === undefined || named === undefined || named === wanted || versions?.forced.has(system)) return undefined;
  return [
    `it names the version ${named} of ${system}, but ${wanted} was to be used`,
    `它指定 ${system} 的版本 ${named}，但要求使用 ${wanted}`,
  ];
}
