/**
 * What one concept map says of one code: its rows, and what it does with codes that have none. Source: R4 conceptmap.html,
 * conceptmap-definitions.html#ConceptMap.group.unmapped, valueset-conceptmap-unmapped-mode.html
 */
import { canonicalOf, withoutVersion } from '../definitions/canonicals.js';
import type { MapDefinition, MapGroup } from '../definitions/concept-map.js';
import type { MapCondition, MapRow, MapTarget } from '../definitions/map-rows.js';
import type { OtherNames } from './system-names.js';
import type { Coding, Obstacle } from './terminology.js';
import { type Dependency, type Match, type Product, reversedEquivalence, type TranslationAsked } from './translation.js';

/** What is asked of maps and terminology on the way. */
export interface MapRooms {
  conceptMap(canonical: string): MapDefinition | undefined;
  otherNames: OtherNames;
  /** The systems of a value set, or the code system that has this URI; empty where neither is known. */
  systemsOf(canonical: string): ReadonlySet<string>;
  /** The value set of all codes of a code system, where it names one. */
  wholeOf(system: string): string | undefined;
  /** Whether two codes of a system are the same. */
  isSame(system: string, one: string, other: string): boolean;
  /** False where it is known that the system has no such code. */
  mayBe(system: string, code: string): boolean;
}

export interface Asked extends Pick<TranslationAsked, 'dependencies' | 'reverse'> {
  readonly coding: Coding & { readonly system: string; readonly code: string };
  /** Where it is to lead; absent: anywhere. */
  readonly targetSystems: ReadonlySet<string> | undefined;
}

export interface Found {
  readonly matches: Match[];
  readonly hints: Obstacle[];
}

/** The maps that were looked into: one that is reached again adds nothing. They may lead to each other in circles and in many ways. */
interface Path {
  readonly seen: Set<MapDefinition>;
  readonly depth: number;
}

/** Maps that leave a code to the next. */
const MOST_MAPS = 10;

export function matchesIn(map: MapDefinition, asked: Asked, rooms: MapRooms, path: Path = { seen: new Set(), depth: 0 }): Found {
  const found: Found = { matches: [], hints: [] };
  path.seen.add(map);
  for (const group of groupsFor(map, asked, rooms)) {
    const rows = matchesOfRows(map, group, asked, rooms, found.hints);
    for (const row of rows) found.matches.push(row);
    if (rows.length === 0 || asked.reverse) unmapped(found, map, group, asked, rooms, path);
  }
  return found;
}

/** Those that lead from the code's system to where it is to lead. */
export function groupsFor(map: MapDefinition, { coding, targetSystems, reverse }: Asked, rooms: MapRooms): readonly MapGroup[] {
  return map.groups.filter((group) => {
    const [from, to] = reverse
      ? [targetOf(map, group, rooms), sourceOf(map, group, rooms)]
      : [sourceOf(map, group, rooms), targetOf(map, group, rooms)];
    const version = reverse ? group.targetVersion : group.sourceVersion;
    if (coding.version !== undefined && version !== undefined && coding.version !== version) return false;
    const isFrom = from.size === 0 ? !isSided(map, reverse) : isAmong(from, coding.system, rooms);
    return isFrom && (targetSystems === undefined || to.size === 0 || [...targetSystems].some((one) => isAmong(to, one, rooms)));
  });
}

/** Its value set says which systems its codes are of, though nothing is known of it. */
function isSided(map: MapDefinition, reverse: boolean): boolean {
  return (reverse ? map.target : map.source) !== undefined;
}

/** Source: R4 conceptmap-definitions.html#ConceptMap.group.source ("not needed if the source value set is specified …") */
export function sourceOf(map: MapDefinition, { source }: MapGroup, { systemsOf }: MapRooms): ReadonlySet<string> {
  if (source !== undefined) return new Set([source]);
  return map.source === undefined ? new Set() : systemsOf(map.source);
}

export function targetOf(map: MapDefinition, { target }: MapGroup, { systemsOf }: MapRooms): ReadonlySet<string> {
  if (target !== undefined) return new Set([target]);
  return map.target === undefined ? new Set() : systemsOf(map.target);
}

export function isAmong(systems: ReadonlySet<string>, system: string, { otherNames }: Pick<MapRooms, 'otherNames'>): boolean {
  return systems.has(system) || otherNames(system).some((one) => systems.has(one));
}

/** The system of what is answered, where only one can be meant. */
function answeredSystem(map: MapDefinition, group: MapGroup, reverse: boolean, rooms: MapRooms): string | undefined {
  const [only, ...others] = reverse ? sourceOf(map, group, rooms) : targetOf(map, group, rooms);
  return others.length === 0 ? only : undefined;
}

function matchesOfRows(map: MapDefinition, group: MapGroup, asked: Asked, rooms: MapRooms, hints: Obstacle[]): readonly Match[] {
  const { coding, reverse } = asked;
  const isAsked = (code: string | undefined) => code !== undefined && rooms.isSame(coding.system, code, coding.code);
  const system = answeredSystem(map, group, reverse, rooms);
  const about = (concept: Pick<MapRow, 'code' | 'display'>): Coding | undefined => {
    const version = reverse ? group.sourceVersion : group.targetVersion;
    const { code, display } = concept;
    return code === undefined ? undefined : { ...(system && { system }), ...(version && { version }), code, ...(display && { display }) };
  };
  const match = (target: MapTarget, concept: Coding | undefined): Match => ({
    equivalence: reverse ? reversedEquivalence(target.equivalence) : target.equivalence,
    concept,
    products: productsOf((reverse ? target.dependsOn : target.product) ?? []),
    map,
    comment: target.comment,
    isUnmapped: false,
  });
  if (reverse) {
    return group.rows.to(coding.code).flatMap((row) => {
      const targets = (row.target ?? []).filter(({ code, product = [] }) => isAsked(code) && !isContradicted(product, asked, rooms));
      return targets.map((target) => match(target, about(row)));
    });
  }
  return group.rows
    .from(coding.code)
    .filter(({ code }) => isAsked(code))
    .flatMap(({ target = [] }) => target.filter(({ dependsOn = [] }) => holds(dependsOn, asked, rooms, hints)))
    .map((target) => match(target, about(target)));
}

function productsOf(conditions: readonly MapCondition[]): readonly Product[] {
  return conditions.map(({ property, system, value, display }) => ({
    element: property,
    concept: { ...(system && { system }), code: value, ...(display && { display }) },
  }));
}

/** Only where each of them is told. Source: R4 conceptmap-definitions.html#ConceptMap.group.element.target.dependsOn */
function holds(conditions: readonly MapCondition[], { dependencies }: Asked, rooms: MapRooms, hints: Obstacle[]): boolean {
  const missing = conditions.filter((one) => !dependencies.some((dependency) => isMet(one, dependency, rooms)));
  for (const { property, value, system } of missing) {
    const wanted = system === undefined ? value : `${system}|${value}`;
    hints.push([`a mapping holds only where ${property} is ${wanted}`, `有一映射仅在 ${property} 为 ${wanted} 时成立`]);
  }
  return missing.length === 0;
}

/** Backwards a mapping is one of those that may have been, unless what is told speaks against it. */
function isContradicted(conditions: readonly MapCondition[], { dependencies }: Asked, rooms: MapRooms): boolean {
  return conditions.some((one) => {
    const about = dependencies.filter(({ element }) => element === one.property);
    return about.length > 0 && !about.some((dependency) => isMet(one, dependency, rooms));
  });
}

function isMet({ property, system, value }: MapCondition, { element, codings, text }: Dependency, { otherNames }: MapRooms): boolean {
  if (element !== property) return false;
  if (system === undefined && text === value) return true;
  const wanted = system && withoutVersion(system);
  return codings.some((coding) => {
    if (coding.code !== value) return false;
    return wanted === undefined || coding.system === wanted || otherNames(wanted).includes(coding.system ?? '');
  });
}

function unmapped(found: Found, map: MapDefinition, group: MapGroup, asked: Asked, rooms: MapRooms, path: Path): void {
  const { coding, reverse } = asked;
  const { mode, code, display, url } = group.unmapped ?? {};
  const system = answeredSystem(map, group, reverse, rooms);
  const answer = (equivalence: string, concept: Coding) =>
    void found.matches.push({
      equivalence,
      concept: { ...(system && { system }), ...concept },
      products: [],
      map,
      comment: undefined,
      isUnmapped: true,
    });
  if (mode === 'provided') {
    const isRow = reverse && group.rows.from(coding.code).some((row) => row.code === coding.code);
    if (!isRow && (system === undefined || rooms.mayBe(system, coding.code))) {
      answer('equivalent', { code: coding.code, ...(coding.display && { display: coding.display }) });
    }
  } else if (mode === 'fixed' && code !== undefined) {
    // How a code that stands for all others is related to one of them, nobody has said.
    if (!reverse) answer('relatedto', { code, ...(display && { display }) });
    else if (code === coding.code)
      found.hints.push([
        `${coding.code} stands for every code that has no mapping in ${map.url}`,
        `${coding.code} 代表 ${map.url} 中所有无映射的代码`,
      ]);
  } else if (mode === 'other-map' && url !== undefined) {
    inOtherMap(found, url, { map, group }, asked, rooms, path);
  }
}

interface From {
  readonly map: MapDefinition;
  readonly group: MapGroup;
}

function inOtherMap(found: Found, url: string, { map, group }: From, asked: Asked, rooms: MapRooms, { seen, depth }: Path): void {
  const other = rooms.conceptMap(url);
  const named = canonicalOf(map) ?? 'the map';
  if (other === undefined) {
    found.hints.push([`${named} leaves it to ${url}, which is not known here`, `${named} 将其交由 ${url} 处理，而此处没有该映射`]);
  } else if (depth >= MOST_MAPS) {
    found.hints.push([
      `${named} leaves it to ${url}; more than ${MOST_MAPS} maps do so`,
      `${named} 将其交由 ${url} 处理；此类转交超过 ${MOST_MAPS} 次`,
    ]);
  } else if (!seen.has(other)) {
    const inner = matchesIn(other, asked, rooms, { seen, depth: depth + 1 });
    for (const hint of inner.hints) found.hints.push(hint);
    const isRow = ({ concept }: Match) => asked.reverse && group.rows.from(concept?.code ?? '').some(({ code }) => code === concept?.code);
    for (const match of inner.matches) if (!isRow(match)) found.matches.push(match);
  }
}
