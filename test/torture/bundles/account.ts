/** Holds the store to what the clients of a storm of Bundles were told: each Bundle is wholly there, once, or wholly absent. */
import { gaps, grouped, identifiedIn, type Stored } from '../account.js';
import { keySystem } from '../storm.js';
import type { Leads, PlannedBundle, PlannedEntry } from './plan.js';
import { entrySystem } from './sent.js';
import type { EntryTold, Sent } from './storm.js';

export const writtenTypes = ['Patient', 'Observation', 'Organization'] as const;

interface Books {
  readonly byMark: ReadonlyMap<string, readonly Stored[]>;
  readonly byLocation: ReadonlyMap<string, Stored>;
  readonly deletions: ReadonlyMap<string, readonly Stored[]>;
}

/** A sentence for each way in which the store has not kept its word; none when it has. */
export function faultsInBundles(told: readonly Sent[], stored: readonly Stored[]): readonly string[] {
  const books: Books = {
    byMark: grouped(stored, ({ resource }) => identifiedIn(resource, entrySystem) ?? ''),
    byLocation: new Map(stored.map((one) => [one.location, one])),
    deletions: grouped(
      stored.filter(({ method }) => method === 'DELETE'),
      ({ instance }) => instance,
    ),
  };
  return [
    ...gaps(stored),
    ...told.flatMap((sent) => [...unexpected(sent), ...halves(sent, books), ...astray(sent, books)]),
    ...told.flatMap(({ bundle }) => looseLinks(bundle, books)),
    ...doubledKeys(stored),
    ...unexplained(told, stored),
  ];
}

function unexpected({ bundle: { mark, expected }, fate, status, text }: Sent): readonly string[] {
  const fates = { stored: ['acknowledged'], refused: ['refused'], either: ['acknowledged', 'refused'] };
  return fates[expected].includes(fate) ? [] : [`${mark}, which was to be ${expected}, was ${fate} with ${status}: ${text}`];
}

/** Every entry that leaves a trace of its own has left it, once, or none has. */
function halves({ bundle, fate, entries }: Sent, books: Books): readonly string[] {
  const counts = bundle.entries.flatMap((entry, at) => tracesOf(entry, entries[at], books) ?? []);
  const found = [...new Set(counts)].sort();
  const wanted = fate === 'acknowledged' ? 1 : 0;
  if (found.every((count) => count === wanted)) return [];
  return [
    `${bundle.mark}, ${fate}: of ${counts.length} entries ${found.map((n) => `${counts.filter((c) => c === n).length} stand ${n} times`)}`,
  ];
}

/** How often an entry's trace stands; undefined where nobody can tell it from another's. */
function tracesOf({ kind, mark, target = '' }: PlannedEntry, answer: EntryTold | undefined, books: Books): number | undefined {
  if (kind === 'gone') return books.deletions.get(target)?.length ?? 0;
  const count = books.byMark.get(mark ?? '')?.length ?? 0;
  if (kind === 'frailDelete') return undefined;
  if (kind !== 'organization') return count;
  // It was made, or what another Bundle had made was found.
  return answer?.status.startsWith('200') ? 1 - count : count;
}

/** What each entry was answered with is there, and is that entry's. */
function astray({ bundle, fate, entries }: Sent, books: Books): readonly string[] {
  if (fate !== 'acknowledged') return [];
  const faults = entries.length === bundle.entries.length ? [] : [`${bundle.mark} was answered with ${entries.length} entries`];
  const wrong = bundle.entries.flatMap((entry, at) => {
    const answer = entries[at];
    const told = `${bundle.mark}.${at} (${entry.kind}) was told of ${answer?.status}, ${answer?.location ?? ''} ${answer?.etag ?? ''}`;
    return answer !== undefined && keptAs(entry, answer, books) ? [] : [told];
  });
  return [...faults, ...wrong];
}

function keptAs({ kind, mark, target, sent }: PlannedEntry, answer: EntryTold, { byLocation }: Books): boolean {
  const version = /"(\d+)"/.exec(answer.etag ?? '')?.[1];
  if (kind === 'gone' || kind === 'frailDelete') {
    if (kind === 'frailDelete' && version === undefined) return answer.status.startsWith('204');
    return byLocation.get(`${target}/_history/${version}`)?.method === 'DELETE';
  }
  const there = byLocation.get(answer.location ?? '');
  if (there === undefined || there.lastUpdated !== answer.lastModified || String(there.version) !== version) return false;
  if (kind === 'organization' && answer.status.startsWith('200')) return there.key === keyOf(sent);
  return identifiedIn(there.resource, entrySystem) === mark && (target === undefined || there.instance === target);
}

function keyOf(sent: PlannedEntry['sent']): string | undefined {
  return identifiedIn(sent.resource as Stored['resource'], keySystem);
}

/** Links lead to what the other entry of the Bundle wrote, or to what was there. */
function looseLinks({ mark, entries }: PlannedBundle, books: Books): readonly string[] {
  return entries.flatMap(({ mark: own = '', leads = {} }) =>
    (books.byMark.get(own) ?? []).flatMap(({ location, resource }) =>
      Object.entries(leads).flatMap(([path, to]) => {
        const reference = referenceAt(resource, path);
        return leadsTo(reference, to, entries, books) ? [] : [`${location} of ${mark}: ${path} leads to ${reference}`];
      }),
    ),
  );
}

function referenceAt(resource: unknown, path: string): string | undefined {
  let at = resource as Readonly<Record<string, unknown>> | undefined;
  for (const name of path.split('.')) at = at?.[name] as typeof at;
  return at?.reference as string | undefined;
}

function leadsTo(reference: string | undefined, to: Leads, entries: readonly PlannedEntry[], books: Books): boolean {
  if ('instance' in to) return reference === to.instance;
  const other = entries[to.entry];
  const key = other?.kind === 'organization' ? keyOf(other.sent) : undefined;
  const versions = key === undefined ? books.byMark.get(other?.mark ?? '') : books.byLocation.values();
  return [...(versions ?? [])].some((one) => one.instance === reference && (key === undefined || one.key === key));
}

/** However many looked for a thing by its key, one was made. */
function doubledKeys(stored: readonly Stored[]): readonly string[] {
  const made = grouped(
    stored.filter(({ key, version }) => key !== undefined && version === 1),
    ({ key }) => key ?? '',
  );
  return [...made]
    .filter(([, all]) => all.length > 1)
    .map(([key, all]) => `${key} stands in ${all.map(({ instance }) => instance).join(', ')}`);
}

/** Nothing is there that nobody sent, and no deletion that nobody was told of. */
function unexplained(told: readonly Sent[], stored: readonly Stored[]): readonly string[] {
  const marks = new Set(['seed', ...told.map(({ bundle }) => bundle.mark)]);
  const deleted = new Set(told.flatMap(({ bundle, entries }) => bundle.entries.map(({ target }, at) => `${target} ${entries[at]?.etag}`)));
  return stored.flatMap(({ location, instance, version, method, mark }) => {
    if (method !== 'DELETE') return marks.has(mark ?? '') ? [] : [`${location} carries the mark ${mark}, which nobody sent`];
    return deleted.has(`${instance} W/"${version}"`) ? [] : [`${location} is a deletion that nobody was told of`];
  });
}
