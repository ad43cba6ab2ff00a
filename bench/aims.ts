/** What is aimed at, on two quiet cores with the load generator beside. */
import type { Figures } from './measure.js';

interface Aim {
  readonly server: string;
  readonly case: string;
  readonly perSecond?: number;
  /** Part of the rate of bare node:http. */
  readonly ofBare?: number;
}

const aims: readonly Aim[] = [
  { server: 'SQLite', case: 'read Patient', ofBare: 0.6 },
  { server: 'SQLite', case: 'update Patient', perSecond: 2000 },
  { server: 'SQLite', case: 'create Patient', perSecond: 1400 },
  { server: 'SQLite', case: 'create Observation', perSecond: 2500 },
  { server: 'MongoDB', case: 'read Patient', perSecond: 8000 },
  { server: 'MongoDB', case: 'update Patient', perSecond: 1500 },
];

/** Searches a second on SQLite, by what is asked: the first whose pattern fits the name of the case. */
const searchAims: readonly (readonly [pattern: RegExp, perSecond: number])[] = [
  [/_total=accurate/, 3000],
  [/sorted|_sort/, 3000],
  [/identifier|1 hit|no hit|subject \+ code|chain of two/, 18_000],
  [/20 hits|gender|code:text|:missing|:not|composite/, 7000],
];
/** Part of what the bare driver reaches with the same commands. */
const OF_DRIVER = 0.5;

export interface SearchRates {
  readonly door: number;
  readonly store: number | undefined;
  readonly driver: number | undefined;
}

/** A sentence, where something is aimed at. */
export function searchAim(server: string, one: string, { door, store, driver }: SearchRates): string {
  if (driver !== undefined) return verdict(`${OF_DRIVER * 100} % of driver`, door >= OF_DRIVER * driver);
  const aim = server === 'SQLite' ? searchAims.find(([pattern]) => pattern.test(one))?.[1] : undefined;
  if (aim === undefined) return '';
  const atStore = store !== undefined && door < aim && store >= aim ? ', met at the store' : '';
  return verdict(`${aim}/s`, door >= aim) + atStore;
}

/** Of the validator: parts of what `JSON.parse` takes for the same text, and what a process takes to be ready. */
export const validateAims = { patient: 1, observation: 1, chinese: 2.5, tenfold: 12, readyMilliseconds: 300, megabytes: 120 };

/** Resources a second by transactions from 8 connections on SQLite; on MongoDB part of what the bare driver reaches; and how long a large Bundle may take. */
const IMPORT_PER_SECOND = 6000;
const IMPORT_OF_DRIVER = 0.8;
const LARGE_BUNDLE = { entries: 5000, milliseconds: 5000 };

export interface ImportRates {
  readonly perSecond: number;
  readonly p50: number;
  readonly givenUp: number;
  /** Of the bare driver. */
  readonly driver: number | undefined;
}

export function importAim(
  server: string,
  { entries, connections }: { readonly entries: number; readonly connections: number },
  { perSecond, p50, givenUp, driver }: ImportRates,
): string {
  if (entries === LARGE_BUNDLE.entries) return verdict(`${LARGE_BUNDLE.milliseconds} ms`, p50 <= LARGE_BUNDLE.milliseconds);
  if (connections > 8) return verdict('nothing given up', givenUp === 0);
  if (server === 'SQLite') return verdict(`${IMPORT_PER_SECOND}/s`, perSecond >= IMPORT_PER_SECOND);
  if (driver === undefined) return '';
  const part = `${Math.round((100 * perSecond) / driver)} % of the bare driver`;
  return `${part}, ${verdict(`${IMPORT_OF_DRIVER * 100} %`, perSecond >= IMPORT_OF_DRIVER * driver)}`;
}

/** Parts of the rate without: of reads with a token, and of all with the audit. */
export const authAims = { token: 0.85, audit: 0.9 };

/** Of 100,000 concepts: seconds to load, milliseconds of an expansion with a filter (the median), answers a second. */
export const terminologyAims = { load: 5, $expand: 20, '$validate-code': 5000 };

export function terminologyAim(one: string, found: number): string {
  if (one === 'load') return verdict(`${terminologyAims.load} s`, found <= terminologyAims.load);
  if (one.startsWith('$expand')) return verdict(`${terminologyAims.$expand} ms`, found <= terminologyAims.$expand);
  return verdict(`${terminologyAims['$validate-code']}/s`, found >= terminologyAims['$validate-code']);
}

/** In one machine's store of 10,000 people. */
export const sizeAims = { bytesPerResource: 1.6 * 1024, megabytes: 350 };
/** p50 and p95 of a read and of selective searches with 100,000 people to those with 1,000. */
export const growthAim = 1.3;
export const growthAimTail = 2;

/** A sentence, where something is aimed at. */
export function aimOf(server: string, one: string, { perSecond }: Figures, bare: number | undefined): string {
  const aim = aims.find((each) => each.server === server && each.case === one);
  if (aim === undefined) return '';
  if (aim.perSecond !== undefined) return verdict(`${aim.perSecond}/s`, perSecond >= aim.perSecond);
  if (aim.ofBare === undefined || bare === undefined) return '';
  return verdict(`${aim.ofBare * 100} % of bare`, perSecond >= aim.ofBare * bare);
}

export function verdict(aim: string, met: boolean): string {
  return `aim ${aim}: ${met ? 'met' : 'not met'}`;
}
