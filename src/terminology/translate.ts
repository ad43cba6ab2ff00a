/**
 * Translates codes by the concept maps that are here: by one that is named, or by all that fit where the code comes from and where it is
 * to lead. Source: R4 conceptmap-operation-translate.html, terminology-service.html#translate
 */
import { canonicalOf, partsOf, withoutVersion } from '../definitions/canonicals.js';
import { isInUse, type MapDefinition } from '../definitions/concept-map.js';
import type { Definitions } from '../definitions/definitions.js';
import { type Asked, groupsFor, isAmong, type MapRooms, matchesIn, sourceOf, targetOf } from './map-matches.js';
import type { OtherNames } from './system-names.js';
import type { Coding, Obstacle, Terminology } from './terminology.js';
import { byCloseness, isTranslated, type Match, type Translation, type TranslationAsked } from './translation.js';

export interface Translator {
  translate(asked: TranslationAsked): Translation;
}

type Known = Pick<Definitions, 'conceptMap' | 'conceptMaps' | 'codeSystem' | 'generation'>;

export function createTranslator(definitions: Known, terminology: Terminology, otherNames: OtherNames): Translator {
  let since: number | undefined;
  let all: readonly MapDefinition[] = [];
  const wholes = new Map<string, string | undefined>();
  let wholesSince: number | undefined;
  const mapsNow = () => {
    if (since !== definitions.generation.conceptMaps) all = definitions.conceptMaps().filter(isInUse);
    since = definitions.generation.conceptMaps;
    return all;
  };
  const rooms: MapRooms = {
    conceptMap: definitions.conceptMap,
    otherNames,
    systemsOf: terminology.systemsOf,
    wholeOf(system) {
      if (wholesSince !== definitions.generation.terminology) wholes.clear();
      wholesSince = definitions.generation.terminology;
      if (!wholes.has(system)) wholes.set(system, definitions.codeSystem(system)?.valueSet);
      return wholes.get(system);
    },
    isSame(system, one, other) {
      if (one === other) return true;
      const content = [system, ...otherNames(system)].map((name) => terminology.codeSystem(name)).find((known) => known !== undefined);
      return content !== undefined && content.fold(one) === content.fold(other);
    },
    mayBe: (system, code) => terminology.known({ system, code }) !== 'out',
  };
  return {
    translate: (asked) => translated(asked, asked.map === undefined ? mapsNow() : [asked.map], rooms),
  };
}

function translated(asked: TranslationAsked, maps: readonly MapDefinition[], rooms: MapRooms): Translation {
  const fitting = maps.filter((map) => fits(map, asked, rooms));
  const tried = new Set<MapDefinition>();
  const hints: Obstacle[] = [];
  const matches: Match[] = [];
  for (const coding of asked.codings.filter(isWhole)) {
    const one: Asked = { ...asked, coding, targetSystems: targetSystemsOf(asked, rooms) };
    for (const map of fitting) {
      if (groupsFor(map, one, rooms).length === 0) continue;
      tried.add(map);
      const found = matchesIn(map, one, rooms);
      for (const match of found.matches) matches.push(match);
      for (const hint of found.hints) hints.push(hint);
    }
  }
  const all = withoutNeedless(matches).sort(byCloseness);
  return { matches: all, tried: [...tried], hints: all.some(isTranslated) ? hints : [...hints, ...whyNone(asked, maps, tried, rooms)] };
}

function isWhole(coding: Coding): coding is Asked['coding'] {
  return coding.system !== undefined && coding.code !== undefined;
}

/** The same from the same map once; what a map does with codes it does not have gives way to what another says of this one. */
function withoutNeedless(matches: readonly Match[]): Match[] {
  const systems = new Set(matches.filter((one) => !one.isUnmapped && isTranslated(one)).map(({ concept }) => concept?.system));
  const seen = new Set<string>();
  return matches.filter(({ equivalence, concept, products, map, isUnmapped }) => {
    const key = JSON.stringify([equivalence, concept?.system, concept?.code, products, canonicalOf(map)]);
    if (seen.has(key) || (isUnmapped && systems.has(concept?.system))) return false;
    seen.add(key);
    return true;
  });
}

/** Where only a value set is named it may be a whole code system's: then its name says where to. */
function targetSystemsOf({ target, targetSystem, map }: TranslationAsked, rooms: MapRooms): ReadonlySet<string> | undefined {
  if (targetSystem !== undefined) return new Set([targetSystem]);
  if (target === undefined || map !== undefined) return undefined;
  const systems = rooms.systemsOf(target);
  return systems.size > 0 ? systems : undefined;
}

function fits(map: MapDefinition, { source, target, reverse }: TranslationAsked, rooms: MapRooms): boolean {
  const [from, to] = reverse ? [target, source] : [source, target];
  return (from === undefined || isSide(map, 'source', from, rooms)) && (to === undefined || isSide(map, 'target', to, rooms));
}

/**
 * Whether a map begins (ends) at what was named: at that value set, at all of that code system, or where it names no value set itself, at
 * a system which that value set draws on.
 */
function isSide(map: MapDefinition, side: 'source' | 'target', named: string, rooms: MapRooms): boolean {
  const valueSet = map[side];
  const plain = withoutVersion(named);
  if (valueSet !== undefined && (valueSet === named || (isPlain(valueSet, named) && isSameName(withoutVersion(valueSet), plain, rooms))))
    return true;
  const systems = new Set(map.groups.flatMap((group) => [...(side === 'source' ? sourceOf : targetOf)(map, group, rooms)]));
  if (isAmong(systems, plain, rooms)) return true;
  const drawn = [...rooms.systemsOf(named)].filter((one) => isAmong(systems, one, rooms));
  // What maps all codes of a system maps those of any value set in it; and who names all of them leaves the value set open.
  const isWhole = (one: string) => [valueSet, named].some((set) => set !== undefined && withoutVersion(set) === rooms.wholeOf(one));
  return drawn.some((one) => valueSet === undefined || isWhole(one));
}

/** One of the two names no version. */
function isPlain(one: string, other: string): boolean {
  return partsOf(one).version === undefined || partsOf(other).version === undefined;
}

function isSameName(one: string, other: string, { otherNames }: MapRooms): boolean {
  return one === other || otherNames(one).includes(other);
}

/** Most that are named in one sentence. */
const NAMED = 5;

function whyNone(
  { codings, map, target, targetSystem, reverse }: TranslationAsked,
  maps: readonly MapDefinition[],
  tried: ReadonlySet<MapDefinition>,
  rooms: MapRooms,
): readonly Obstacle[] {
  const unknown = codings.filter(isWhole).filter(({ system, code }) => !rooms.mayBe(system, code));
  const notCodes = unknown.map(({ system, code }): Obstacle => [`"${code}" is no code of ${system}`, `“${code}”不是 ${system} 的代码`]);
  if (tried.size > 0) {
    const names = listed([...tried].map((one) => canonicalOf(one) ?? 'the map given'));
    return [...notCodes, [`the code has no mapping in ${names}`, `以下概念映射中没有该代码：${names}`]];
  }
  const systems = listed(codings.flatMap(({ system = '' }) => system));
  const where = target ?? targetSystem;
  if (map !== undefined) {
    const from = listed(map.groups.flatMap((group) => [...(reverse ? targetOf : sourceOf)(map, group, rooms)]));
    return [
      ...notCodes,
      [
        `the concept map has no mappings of codes of ${systems}${where === undefined ? '' : ` to ${where}`}; it has those of ${from}`,
        `该概念映射不含 ${systems}${where === undefined ? '' : ` 到 ${where}`} 的映射，所含来源：${from}`,
      ],
    ];
  }
  const leading = maps.filter((one) =>
    codings
      .filter(isWhole)
      .some((coding) => groupsFor(one, { coding, reverse, dependencies: [], targetSystems: undefined }, rooms).length > 0),
  );
  const others = listed(leading.map((one) => canonicalOf(one) ?? ''));
  const known: readonly Obstacle[] =
    leading.length === 0
      ? []
      : [[`concept maps for ${systems} that lead elsewhere: ${others}`, `${systems} 另有通往别处的概念映射：${others}`]];
  return [
    ...notCodes,
    [
      `there is no concept map from ${systems}${where === undefined ? '' : ` to ${where}`} here`,
      `此处没有从 ${systems}${where === undefined ? '' : ` 到 ${where}`} 的概念映射`,
    ],
    ...known,
  ];
}

function listed(names: readonly string[]): string {
  const all = [...new Set(names)];
  const rest = all.length - NAMED;
  return rest > 0 ? `${all.slice(0, NAMED).join(', ')} … (+${rest})` : all.join(', ');
}
