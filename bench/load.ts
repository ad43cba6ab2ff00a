/**
 * Puts people with their visits straight into a store, with what the server would find them by: through the rules of search and the
 * commit of the store, not through HTTP.
 */
import { fileURLToPath } from 'node:url';
import { loadDefinitions } from '../src/definitions/load.js';
import { firstComplete } from '../src/indexing/first-complete.js';
import { stamp, storedText } from '../src/interactions/stamp.js';
import type { Resource } from '../src/model/resource.js';
import { createSearch } from '../src/search/create-search.js';
import type { Search } from '../src/search/search.js';
import { openStore } from '../src/store/open.js';
import type { ResourceStore, Write } from '../src/store/port.js';
import { progress } from './progress.js';
import { historyOf, loadedFrom, resourcesOf, resourcesOfHistory, type Stored, shared } from './visits.js';

/** As the server has it that is started on the store afterwards. */
export function openSearch(definitions = loadDefinitions(definitionsFolder)): Search {
  return createSearch({ definitions, baseUrl: 'http://127.0.0.1/fhir', timezone: 'Asia/Shanghai' });
}

const definitionsFolder = fileURLToPath(new URL('../definitions', import.meta.url));

const PER_COMMIT = 500;
/** Commits under way at once: while one is written the next is made. */
const AT_ONCE = 4;

export function writeOf(search: Search, sent: Stored, lastUpdated: number): Write {
  const resource = stamp(sent as Resource, { id: sent.id, version: 1, lastUpdated });
  const version = { type: sent.resourceType, id: sent.id, version: 1, lastUpdated, method: 'PUT', json: storedText(resource) } as const;
  return { version, replaces: 0, ...search.extract(resource) };
}

/** All that is stored for so many people, in order. */
export function* stored(people: number): Generator<Stored> {
  yield* shared();
  for (let index = 0; index < people; index++) yield* resourcesOf(historyOf(index));
}

export interface Loading {
  readonly name: string;
  /** As STORE has it. */
  readonly location: string;
  readonly people: number;
  /** Minutes it may take. */
  readonly patience: number;
}

/** Throws when its time is up. */
export async function load({ name, location, people, patience }: Loading): Promise<void> {
  const definitions = loadDefinitions(definitionsFolder);
  const search = openSearch(definitions);
  const store = await openStore(location);
  const tell = progress(`loading ${name}`, people * resourcesOfHistory);
  try {
    await store.arrange(search.layout);
    // Puts down by what all of it is indexed, so that the server does not index it again.
    await firstComplete({ store, types: definitions.resourceTypes, keysOf: search.keysOf });
    await commitAll(store, batches(search, people), (done) => {
      tell.done(done);
      if (tell.seconds() > patience * 60)
        throw new Error(`${name} took ${done} resources in ${patience} minutes; --patience gives it more`);
    });
  } finally {
    tell.end();
    await store.close();
  }
}

function* batches(search: Search, people: number): Generator<readonly Write[]> {
  let writes: Write[] = [];
  let lastUpdated = loadedFrom;
  for (const one of stored(people)) {
    writes.push(writeOf(search, one, lastUpdated++));
    if (writes.length < PER_COMMIT) continue;
    yield writes;
    writes = [];
  }
  if (writes.length > 0) yield writes;
}

async function commitAll(store: ResourceStore, all: Generator<readonly Write[]>, tell: (done: number) => void): Promise<void> {
  let done = 0;
  const work = async () => {
    for (let next = all.next(); !next.done; next = all.next()) {
      await store.commit({ writes: next.value, guards: [] });
      done += next.value.length;
      tell(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
