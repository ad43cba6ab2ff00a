/**
 * What the name of a system was meant to be, where nobody knows it as it was written: the same but for case, width, spaces, slashes, http
 * or https or the prefix of an OID; a slip or two away; or known, but by another name than the one to be used. Numbers tell neighbours
 * apart (1.3 and 1.4, v2-0203 and v2-0204), and so do short words (his and lis): those are no slips.
 * Source: R4 datatypes.html#Identifier, #Coding (system), namingsystem-definitions.html#NamingSystem.uniqueId.preferred
 */
import type { Definitions } from '../definitions/definitions.js';
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

/** Made when first asked, and anew when definitions have changed. */
export function createNearSystems({ systemNames, generation }: Known): FindNearSystem {
  const remembered = new Map<string, NearSystem | undefined>();
  let since = -1;
  let find: FindNearSystem = () => undefined;
  return (uri) => {
    const now = generation.terminology + generation.structures;
    if (now !== since) {
      since = now;
      find = nearAmong(systemNames());
      remembered.clear();
    }
    const before = remembered.get(uri);
    if (before !== undefined || remembered.has(uri)) return before;
    const found = uri.length > MAX_LENGTH ? undefined : find(uri);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    if (uri.length <= MAX_LENGTH) remembered.set(ownText(uri), found);
    return found;
  };
}

/** Undefined: it may be one of several. */
type ByKey = Map<string, SystemNames | undefined>;

function nearAmong(all: readonly SystemNames[]): FindNearSystem {
  const systems = all.filter(({ isValueSet }) => isValueSet !== true);
  const right = new Set(systems.flatMap(({ names, preferred }) => (preferred.length === 0 ? names : preferred)));
  const byName = new Map(systems.flatMap((one) => one.names.map((name) => [name, one] as const)));
  let keys: Keys | undefined;
  let tree: TextTree | undefined;
  return (uri) => {
    if (right.has(uri)) return undefined;
    const other = byName.get(uri);
    if (other !== undefined) return meant(other, 'other');
    keys ??= keysOf(byName.values());
    const { byKey, byTitle } = keys;
    const key = keyOf(uri);
    const written = byKey.get(key) ?? (uri.includes(':') ? undefined : byTitle.get(key));
    if (written !== undefined || byKey.has(key)) return written && meant(written, 'written');
    tree ??= createTextTree([...byKey.keys()]);
    const slip = nearest(key, tree, byKey);
    return slip && meant(slip, 'slip');
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
    for (const part of partsOf(one.title)) put(byTitle, keyOf(part), one);
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
export function partsOf(title: string | undefined): readonly string[] {
  if (title === undefined) return [];
  const [, chinese, english] = /^(.*\p{Script=Han}\S*)\s+([\x20-\x7e]+)$/u.exec(title) ?? [];
  return chinese === undefined || english === undefined ? [title] : [title, chinese, english];
}
