/**
 * Definitions that change while the server runs: what was written through REST laid over what the packages bring. Put in and taken out
 * by the composition root; whoever keeps what it worked out of a definition asks `generation` whether it still holds.
 *
 * Which one a canonical means. `url|version`: the resource of that version, the one written last where there are several, else what a
 * package has. `url` alone: the newest version, retired ones only where there is no other (R4 references.html#canonical leaves the
 * choice to the server); drafts count, because most definitions in use are drafts. An uploaded resource stands before R4's own of the
 * same url (LOINC as R4's package has it is a shell) and before a local package's that is not newer. What R4 itself fixes cannot be
 * uploaded at all: `uploads/refuse.ts`. Source: R4 references.html#canonical, resource.html#canonical
 */
import type { CodeSystem, SearchParameter, StructureDefinition, ValueSet } from 'fhir/r4.js';
import { type Message, message } from '../model/message.js';
import { canonicalOf, compareVersions, partsOf } from './canonicals.js';
import { isInUse, type MapDefinition } from './concept-map.js';
import type { Definitions, Generation } from './definitions.js';
import { withUploaded } from './search-parameters.js';
import { isOfCore } from './served.js';
import { withSnapshot } from './snapshot/snapshot.js';
import type { LiveType, Uploaded } from './uploaded.js';

export interface LiveDefinitions extends Definitions {
  /** As `structure`, with the snapshot or differential it came with. */
  asSent(canonical: string): StructureDefinition | undefined;
  /** Replaces what stood under its type and id, unless that is of the same version or a later one. */
  put(uploaded: Uploaded): void;
  /** `version`: that of the deletion. */
  remove(type: LiveType, id: string, version: number): void;
  /** The version that was put or removed last; undefined where neither was done. */
  versionOf(type: LiveType, id: string): number | undefined;
  /** `Type/id` of all that is in. */
  uploads(): readonly string[];
  /** A copy that changes apart from this one. */
  fork(): LiveDefinitions;
}

interface Entry {
  readonly uploaded: Uploaded;
  /** Made when first asked for; anew after any other structure changed. */
  made: (Made & { readonly generation: number }) | undefined;
}

interface Made {
  readonly value: unknown;
  /** Why there is no value. */
  readonly why: Message | undefined;
}

/** Everything that was put in, by its place and by its url. */
interface State {
  readonly entries: Map<string, Entry>;
  readonly versions: Map<string, number>;
  readonly byUrl: Map<string, readonly Entry[]>;
  readonly generation: { structures: number; terminology: number; conceptMaps: number; searchParameters: number };
}

const nameOf = (type: string, id: string) => `${type}/${id}`;
const urlKey = ({ type, url }: Pick<Uploaded, 'type' | 'url'>) => `${type} ${url}`;

export function createLiveDefinitions(packaged: Definitions): LiveDefinitions {
  return over(packaged, { entries: new Map(), versions: new Map(), byUrl: new Map(), generation: unchanged() });
}

function unchanged(): State['generation'] {
  return { structures: 0, terminology: 0, conceptMaps: 0, searchParameters: 0 };
}

function over(packaged: Definitions, state: State): LiveDefinitions {
  const { entries, versions, byUrl } = state;
  const generation: Generation = state.generation;

  function change(type: LiveType, id: string, version: number, next: Entry | undefined): void {
    const name = nameOf(type, id);
    if ((versions.get(name) ?? 0) >= version) return;
    versions.set(name, version);
    const before = entries.get(name);
    if (before !== undefined) shelve(byUrl, urlKey(before.uploaded), before, undefined);
    if (next === undefined) entries.delete(name);
    else {
      entries.set(name, next);
      shelve(byUrl, urlKey(next.uploaded), undefined, next);
    }
    if (type === 'StructureDefinition') state.generation.structures++;
    else if (type === 'SearchParameter') state.generation.searchParameters++;
    else if (type === 'ConceptMap') state.generation.conceptMaps++;
    else state.generation.terminology++;
  }

  const madeOf = (entry: Entry): Made => {
    if (entry.made?.generation !== generation.structures) {
      entry.made = { generation: generation.structures, ...make(entry.uploaded, live.asSent) };
    }
    return entry.made;
  };
  const usableOf = (entry: Entry): unknown => madeOf(entry).value;
  const finder =
    <T extends Versioned>(type: LiveType, inPackages: (canonical: string) => T | undefined, read: (entry: Entry) => unknown) =>
    (canonical: string): T | undefined =>
      find(byUrl, type, canonical, { inPackages, read: (entry) => read(entry) as T | undefined, packaged });

  /** What each url of an uploaded search parameter means, in the order of the urls. */
  const parametersMeant = whileUnchanged(generation, (): ReadonlyMap<string, SearchParameter> => {
    const urls = [...entries.values()].flatMap(({ uploaded: { type, url } }) => (type === 'SearchParameter' ? [url] : []));
    const meant = [...new Set(urls)].sort().map((url) => [url, live.searchParameter(url)] as const);
    return new Map(meant.filter((one): one is [string, SearchParameter] => one[1] !== undefined));
  });

  const uploadsOf = (type: LiveType) => [...entries.values()].flatMap(({ uploaded }) => (uploaded.type === type ? [uploaded] : []));

  const live: LiveDefinitions = {
    ...packaged,
    generation,
    structure: finder<StructureDefinition>('StructureDefinition', packaged.structure, usableOf),
    whyUnusable: finder<Message>(
      'StructureDefinition',
      () => undefined,
      (entry) => madeOf(entry).why,
    ),
    asSent: finder<StructureDefinition>('StructureDefinition', packaged.structure, (entry) => entry.uploaded.read()),
    valueSet: finder<ValueSet>('ValueSet', packaged.valueSet, usableOf),
    codeSystem: finder<CodeSystem>('CodeSystem', packaged.codeSystem, usableOf),
    conceptMap: finder<MapDefinition>('ConceptMap', packaged.conceptMap, usableOf),
    conceptMaps() {
      const urls = uploadsOf('ConceptMap').map(({ url }) => url);
      if (urls.length === 0) return packaged.conceptMaps();
      const all = new Set([...packaged.conceptMaps().flatMap(({ url }) => url ?? []), ...urls]);
      return [...all].flatMap((url) => live.conceptMap(url) ?? []).filter(isInUse);
    },
    conceptMapAt(id) {
      const own = entries.get(nameOf('ConceptMap', id));
      return own === undefined ? packaged.conceptMapAt(id) : (own.uploaded.read() as MapDefinition);
    },
    systemNames: () => [...packaged.systemNames(), ...[...entries.values()].flatMap(({ uploaded: { names } }) => names)],
    searchParameter: finder<SearchParameter>('SearchParameter', packaged.searchParameter, usableOf),
    searchParameters(type) {
      const uploads = parametersMeant();
      const own = packaged.searchParameters(type);
      return uploads.size === 0 || packaged.kind(type) !== 'resource' ? own : withUploaded(packaged, own, uploads, type);
    },
    uploadsOf,
    valueSetAt(id) {
      const own = entries.get(nameOf('ValueSet', id));
      return own === undefined ? packaged.valueSetAt(id) : canonicalOf(own.uploaded);
    },
    codeSystemAt(id) {
      const own = entries.get(nameOf('CodeSystem', id));
      return own === undefined ? packaged.codeSystemAt(id) : canonicalOf(own.uploaded);
    },
    get supplements() {
      const own = [...entries.values()].filter(({ uploaded }) => isSupplement(uploaded));
      return [...new Set([...packaged.supplements, ...own.map(({ uploaded }) => canonicalOf(uploaded))])];
    },
    get codeSystems() {
      const own = [...entries.values()].filter(({ uploaded }) => uploaded.type === 'CodeSystem');
      return [...packaged.codeSystems, ...own.map(({ uploaded: { url, version = '' } }) => ({ url, version }))];
    },
    localProfiles(type) {
      const own = [...entries.values()].filter(({ uploaded }) => uploaded.profileOn === type).map(({ uploaded }) => canonicalOf(uploaded));
      return own.length === 0 ? packaged.localProfiles(type) : [...new Set([...packaged.localProfiles(type), ...own.sort()])];
    },
    put: (uploaded) => change(uploaded.type, uploaded.id, uploaded.written, { uploaded, made: undefined }),
    remove: (type, id, version) => change(type, id, version, undefined),
    versionOf: (type, id) => versions.get(nameOf(type, id)),
    uploads: () => [...entries.keys()],
    fork() {
      // Entries are copied too: what a fork makes of a structure depends on the other structures in it.
      const copies = new Map([...entries].map(([name, { uploaded }]) => [name, { uploaded, made: undefined } as Entry]));
      const shelves = new Map<string, readonly Entry[]>();
      for (const entry of copies.values()) shelve(shelves, urlKey(entry.uploaded), undefined, entry);
      return over(packaged, {
        entries: copies,
        versions: new Map(versions),
        byUrl: shelves,
        generation: unchanged(),
      });
    },
  };
  return live;
}

/** One that is retired adds nothing any more. */
function isSupplement({ type, retired, read }: Uploaded): boolean {
  return type === 'CodeSystem' && !retired && (read() as CodeSystem).content === 'supplement';
}

/** Made when first asked for, and anew when search parameters have changed. */
function whileUnchanged<T>(generation: Generation, make: () => T): () => T {
  let made: { readonly at: number; readonly value: T } | undefined;
  return () => {
    if (made?.at !== generation.searchParameters) made = { at: generation.searchParameters, value: make() };
    return made.value;
  };
}

/** A structure with a snapshot: its own, or one made of its differential; none where it cannot be made now. */
function make({ type, read }: Uploaded, lookUp: Definitions['structure']): Made {
  const value = read();
  if (type !== 'StructureDefinition') return { value, why: undefined };
  try {
    const result = withSnapshot(value as StructureDefinition, lookUp);
    if (result.kind === 'made') return { value: result.structure, why: undefined };
    return { value: undefined, why: result.reasons[0]?.message };
  } catch {
    // What was put into a store past the validator may be of any shape.
    return { value: undefined, why: unreadable };
  }
}

const unreadable = message('profile-unreadable', 'What is stored cannot be read as a profile', '所存内容无法作为规范读取');

/** Those of one url, the one first that is meant where no version is named. */
function shelve(byUrl: Map<string, readonly Entry[]>, key: string, without: Entry | undefined, and: Entry | undefined): void {
  const rest = (byUrl.get(key) ?? []).filter((entry) => entry !== without);
  const all = and === undefined ? rest : [...rest, and].sort(byPreference);
  if (all.length === 0) byUrl.delete(key);
  else byUrl.set(key, all);
}

function byPreference({ uploaded: one }: Entry, { uploaded: other }: Entry): number {
  if (one.retired !== other.retired) return one.retired ? 1 : -1;
  return compareVersions(other.version ?? '', one.version ?? '') || other.lastUpdated - one.lastUpdated || (one.id < other.id ? -1 : 1);
}

interface Versioned {
  readonly id?: string | undefined;
  readonly version?: string | undefined;
}

interface Finding<T> {
  readonly inPackages: (canonical: string) => T | undefined;
  readonly read: (entry: Entry) => T | undefined;
  readonly packaged: Definitions;
}

function find<T extends Versioned>(
  byUrl: ReadonlyMap<string, readonly Entry[]>,
  type: LiveType,
  canonical: string,
  { inPackages, read, packaged }: Finding<T>,
): T | undefined {
  if (byUrl.size === 0) return inPackages(canonical);
  const { url, version } = partsOf(canonical);
  const entries = byUrl.get(urlKey({ type, url }));
  const [best] = entries ?? [];
  if (entries === undefined || best === undefined) return inPackages(canonical);
  if (version !== undefined) {
    const named = entries.filter(({ uploaded }) => uploaded.version === version);
    const [last] = named.sort((a, b) => b.uploaded.lastUpdated - a.uploaded.lastUpdated);
    return last === undefined ? inPackages(canonical) : read(last);
  }
  const other = inPackages(canonical);
  const isMeant =
    other === undefined || isOfCore(packaged, type, other.id) || compareVersions(best.uploaded.version ?? '', other.version ?? '') >= 0;
  return isMeant ? read(best) : other;
}
