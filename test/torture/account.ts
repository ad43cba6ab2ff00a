/** Holds the store to what the clients of a storm were told: nothing acknowledged is missing, nothing stands twice, no history has a gap. */
import type { Change, ResourceStore } from '../../src/store/port.js';
import type { Attempt, Ledger } from './ledger.js';
import type { Stage } from './stages.js';
import { keySystem, markSystem } from './storm.js';

export interface Stored {
  /** `Patient/1/_history/2` */
  readonly location: string;
  readonly instance: string;
  readonly version: number;
  readonly method: string;
  readonly lastUpdated: string;
  /** undefined of a deletion */
  readonly resource?: StoredResource;
  readonly mark?: string;
  readonly key?: string;
}

interface StoredResource {
  readonly identifier?: readonly { readonly system: string; readonly value: string }[];
}

/** Every version of these types, by their histories over HTTP, page by page. */
export async function readHistories(base: string, types: readonly string[]): Promise<readonly Stored[]> {
  const stored: Stored[] = [];
  for (const type of types) {
    let next: string | undefined = `${base}/${type}/_history?_count=500`;
    while (next !== undefined) {
      const page: HistoryPage = await fetchPage(next);
      stored.push(...(page.entry ?? []).map(storedIn));
      next = page.link?.find(({ relation }) => relation === 'next')?.url;
    }
  }
  return stored;
}

interface HistoryPage {
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly HistoryEntry[];
}

interface HistoryEntry {
  readonly fullUrl: string;
  readonly resource?: StoredResource;
  readonly request: { readonly method: string };
  readonly response: { readonly etag: string; readonly lastModified: string };
}

async function fetchPage(url: string): Promise<HistoryPage> {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`${url} was answered with ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as HistoryPage;
}

function storedIn({ fullUrl, resource, request, response }: HistoryEntry): Stored {
  const instance = fullUrl.slice(fullUrl.indexOf('/fhir/') + '/fhir/'.length);
  const version = Number(/"(\d+)"/.exec(response.etag)?.[1]);
  return {
    location: `${instance}/_history/${version}`,
    instance,
    version,
    method: request.method,
    lastUpdated: response.lastModified,
    resource,
    mark: identifiedIn(resource, markSystem),
    key: identifiedIn(resource, keySystem),
  };
}

export function identifiedIn(resource: StoredResource | undefined, wanted: string): string | undefined {
  return resource?.identifier?.find(({ system }) => system === wanted)?.value;
}

/** A sentence for each way in which the store has not kept its word; none when it has. */
export function faultsIn(ledger: Ledger, stored: readonly Stored[]): readonly string[] {
  return [...gaps(stored), ...missing(ledger, stored), ...wrongCounts(ledger, stored), ...doubledKeys(ledger, stored)];
}

export function gaps(stored: readonly Stored[]): readonly string[] {
  return [...grouped(stored, ({ instance }) => instance)].flatMap(([instance, versions]) => {
    const numbers = versions.map(({ version }) => version).sort((a, b) => a - b);
    return numbers.every((number, at) => number === at + 1) ? [] : [`${instance} has the versions ${numbers.join(', ')}`];
  });
}

function missing(ledger: Ledger, stored: readonly Stored[]): readonly string[] {
  const byLocation = new Map(stored.map((one) => [one.location, one]));
  const isKept = ({ mark, deletion, found, key }: Attempt, location: string) => {
    const there = byLocation.get(location);
    if (deletion) return there?.method === 'DELETE';
    return found ? there?.key === key : there?.mark === mark;
  };
  return ledger.attempts
    .filter(({ fate }) => fate === 'acknowledged')
    .flatMap((attempt) =>
      attempt.locations
        .filter((location) => !isKept(attempt, location))
        .map((location) => `${location}, acknowledged to ${attempt.mark}, is not there`),
    );
}

/** All of what an attempt writes is there once, or none of it; the first where it was acknowledged, the second where it was refused. */
function wrongCounts(ledger: Ledger, stored: readonly Stored[]): readonly string[] {
  const byMark = grouped(stored, ({ mark }) => mark ?? '');
  return ledger.attempts.flatMap(({ mark, parts, fate, found }) => {
    const count = byMark.get(mark)?.length ?? 0;
    const allowed = fate === 'refused' || found ? [0] : fate === 'acknowledged' ? [parts] : [0, parts];
    return allowed.includes(count) ? [] : [`${mark}, ${fate}, stands ${count} times; ${allowed.join(' or ')} was expected`];
  });
}

/** However many asked for a thing by the same criteria, one resource was made, and each was told of that one. */
function doubledKeys(ledger: Ledger, stored: readonly Stored[]): readonly string[] {
  const made = grouped(
    stored.filter(({ key, version }) => key !== undefined && version === 1),
    ({ key }) => key ?? '',
  );
  const told = ledger.attempts.filter(({ fate, key }) => fate === 'acknowledged' && key !== undefined);
  const alone = [...made]
    .filter(([, all]) => all.length > 1)
    .map(([key, all]) => `${key} stands in ${all.map(({ instance }) => instance).join(', ')}`);
  const astray = told
    .filter(({ key = '', locations }) => !locations.every((location) => made.get(key)?.[0]?.location === location))
    .map(({ mark, locations }) => `${mark} was told of ${locations.join(', ')}`);
  return [...alone, ...astray];
}

/** The feed tells of every version once, and of an instance in its order. */
export async function faultsInFeed(stage: Stage, stored: readonly Stored[]): Promise<readonly string[]> {
  const store = await stage.openStore();
  try {
    await store.arrange({ types: {} });
    return await faultsInChanges(store, stored);
  } finally {
    await store.close();
  }
}

async function faultsInChanges(store: ResourceStore, stored: readonly Stored[]): Promise<readonly string[]> {
  const types = new Set(stored.map(({ instance }) => instance.slice(0, instance.indexOf('/'))));
  const last = new Map<string, number>();
  const faults: string[] = [];
  let count = 0;
  for await (const change of store.changes(undefined, { live: false })) {
    if (!types.has(change.type)) continue;
    count += 1;
    const instance = instanceOf(change);
    const before = last.get(instance) ?? 0;
    if (change.version !== before + 1) faults.push(`The feed tells of ${instance} version ${change.version} after ${before}`);
    last.set(instance, change.version);
  }
  if (count !== stored.length) faults.push(`The feed tells of ${count} versions; the histories have ${stored.length}`);
  return faults;
}

function instanceOf({ type, id }: Change): string {
  return `${type}/${id}`;
}

export function grouped<T>(all: readonly T[], by: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(by(one));
    if (group === undefined) groups.set(by(one), [one]);
    else group.push(one);
  }
  return groups;
}
