/**
 * What the name of a system was meant to be, where nobody knows it as it was written: the same but for case, width, spaces, slashes, http
 * or https or the prefix of an OID; a slip or two away; or known, but by another name than the one to be used. Numbers tell neighbours
 * apart (1.3 and 1.4, v2-0203 and v2-0204), and so do short words (his and lis): those are no slips.
 * Source: R4 datatypes.html#Identifier, #Coding (system), namingsystem-definitions.html#NamingSystem.uniqueId.preferred
 */
import { type Definitions, judgedBy } from '../definitions/definitions.js';
import type { SystemNames } from '../definitions/system-names.js';
import { ownText } from '../model/own-text.js';
import { isSlip, MAX_SLIPS } from './slips.js';
import { createTextTree, type TextTree } from './text-tree.js';

export interface NearSystem {
  /** The name to be used. */
  readonly uri: string;
  readonly title: string | undefined;
  /** `other`: the name that was found is another of its own. */
  readonly how: 'written' | 'slip' | 'other';
}

/** Undefined for a name that is right, and for one that is like none that is known. */
export type FindNearSystem = (uri: string) => NearSystem | undefined;

type Known = Pick<Definitions, 'systemNames' | 'generation'>;

/** There is no end of names that are not known here. */
const MAX_REMEMBERED = 5000;
/** Longer ones are not looked for. */
const MAX_LENGTH = 200;

/** So many are looked for in a second: whoever sends thousands of names that nobody knows is told of some, and holds up nobody. */
const MOST_SEARCHES = 1000;

/** Made when first asked, and anew when definitions have changed. `now`: milliseconds. */
export function createNearSystems({ systemNames, generation }: Known, now = () => performance.now()): FindNearSystem {
  const remembered = new Map<string, NearSystem | undefined>();
  let since = -1;
  let among = nearAmong([]);
  let [second, searches] = [0, 0];
  const isTooMuch = () => {
    const current = Math.floor(now() / 1000);
    if (current !== second) [second, searches] = [current, 0];
    return ++searches > MOST_SEARCHES;
  };
  return (uri) => {
    const latest = judgedBy(generation);
    if (latest !== since) {
      since = latest;
      among = nearAmong(systemNames());
      remembered.clear();
    }
    const before = remembered.get(uri);
    if (before !== undefined || remembered.has(uri)) return before;
    if (uri.length > MAX_LENGTH) return undefined;
    const { isSure, system } = among.known(uri);
    if (!isSure && isTooMuch()) return undefined;
    const found = isSure ? system : among.slip(uri);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(ownText(uri), found);
    return found;
  };
}

/** Undefined: it may be one of several. */
type ByKey = Map<string, SystemNames | undefined>;

interface Near {
  /** By its names, or as it is written otherwise: a look or two. `isSure`: nothing else need be looked for. */
  known(uri: string): { readonly isSure: boolean; readonly system: NearSystem | undefined };
  /** By what is nearest. */
  slip(uri: string): NearSystem | undefined;
}

function nearAmong(all: readonly SystemNames[]): Near {
  const systems = all.filter(({ isValueSet }) => isValueSet !== true);
  const right = new Set(systems.flatMap(({ names, preferred }) => (preferred.length === 0 ? names : preferred)));
  const byName = new Map(systems.flatMap((one) => one.names.map((name) => [name, one] as const)));
  let made: Keys | undefined;
  let tree: TextTree | undefined;
  const keys = () => {
    made ??= keysOf(byName.values());
    return made;
  };
  return {
    known(uri) {
      if (right.has(uri)) return { isSure: true, system: undefined };
      const other = byName.get(uri);
      if (other !== undefined) return { isSure: true, system: meant(other, 'other') };
      const { byKey, byTitle } = keys();
      const key = keyOf(uri);
      const written = byKey.get(key) ?? (uri.includes(':') ? undefined : byTitle.get(key));
      return { isSure: written !== undefined || byKey.has(key), system: written && meant(written, 'written') };
    },
    slip(uri) {
      const { byKey } = keys();
      tree ??= createTextTree([...byKey.keys()]);
      const found = nearest(keyOf(uri), tree, byKey);
      return found && meant(found, 'slip');
    },
  };
}

interface Keys {
  readonly byKey: ByKey;
  readonly byTitle: ByKey;
}

function keysOf(systems: Iterable<SystemNames>): Keys {
  const [byKey, byTitle]: [ByKey, ByKey] = [new Map(), new Map()];
  for (const one of new Set(systems)) {
    for (const name of one.names) put(byKey, keyOf(name), one);
    for (const part of titlesIn(one.title)) put(byTitle, keyOf(part), one);
  }
  return { byKey, byTitle };
}

function put(known: ByKey, key: string, one: SystemNames): void {
  const before = known.get(key);
  const isOther = known.has(key) && before?.names[0] !== one.names[0];
  known.set(key, isOther ? undefined : one);
}

/** The nearest; none where two are as near. */
function nearest(key: string, tree: TextTree, byKey: ByKey): SystemNames | undefined {
  let found: SystemNames | undefined;
  let least = MAX_SLIPS + 1;
  for (const { text, distance } of tree.within(key, MAX_SLIPS)) {
    if (distance > least || !isSlip(key, text)) continue;
    const one = byKey.get(text);
    found = distance === least && found !== one ? undefined : one;
    least = distance;
  }
  return found;
}

function meant({ names, preferred, title }: SystemNames, how: NearSystem['how']): NearSystem {
  return { uri: preferred[0] ?? names[0] ?? '', title, how };
}

/** What different ways of writing one name have in common. */
function keyOf(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\u3002]+/g, (found) => (found === '\u3002' ? '.' : ''))
    .replace(/^(?:urn[:.])?(?:oid[:.])?(?=[0-2]\.\d)/, '')
    .replace(/^https?:\/*(?:www\.)?/, '')
    .replace(/[/#.]+$/, '')
    .replace(/(?<!\d)0+(?=\d)/g, '');
}

/** A title may be in Chinese and in English: `居民身份证号 Resident identity number`. Each part is one, too. */
export function titlesIn(title: string | undefined): readonly string[] {
  if (title === undefined) return [];
  const [, chinese, english] = /^(.*\p{Script=Han}\S*)\s+([\x20-\x7e]+)$/u.exec(title) ?? [];
  return chinese === undefined || english === undefined ? [title] : [title, chinese, english];
}
