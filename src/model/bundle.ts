/**
 * Writes a Bundle as text around resources that are text already: nothing that comes from the store is parsed again.
 * Source: R4 bundle.html, http.html#transaction-response, search.html#Introduction
 */
import { highWaterMark } from './high-water.js';
import type { JsonObject } from './json.js';
import { stringifyJson } from './json.js';

export type BundleType = 'searchset' | 'history' | 'batch-response' | 'transaction-response';

export interface BundleEntry {
  readonly fullUrl?: string;
  /** The JSON text of a resource. */
  readonly resource?: Buffer;
  readonly search?: 'match' | 'include' | 'outcome';
  readonly request?: { readonly method: string; readonly url: string };
  readonly response?: EntryResponse;
}

export interface EntryResponse {
  /** `201 Created` */
  readonly status: string;
  readonly location?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** The JSON text of an OperationOutcome. */
  readonly outcome?: Buffer;
}

export interface BundleLink {
  readonly relation: 'self' | 'next' | 'previous' | 'first' | 'last';
  readonly url: string;
}

/** The JSON text of the Bundle, written in steps. An empty list of links or entries is left out. Source: R4 json.html#null */
export function* bundleInSteps(bundle: {
  readonly type: BundleType;
  /** An instant: when it was put together. */
  readonly lastUpdated?: string;
  readonly total?: number;
  readonly links?: readonly BundleLink[];
  readonly entries: readonly BundleEntry[];
}): Generator<undefined, Buffer> {
  const { type, lastUpdated, total, links = [], entries } = bundle;
  const security = yield* highWaterMark(entries.flatMap(({ resource }) => resource ?? []));
  const head: JsonObject = {
    resourceType: 'Bundle',
    meta: lastUpdated === undefined && security === undefined ? undefined : { lastUpdated, security },
    type,
    total,
    link: links.length === 0 ? undefined : links.map(({ relation, url }) => ({ relation, url })),
  };
  const pieces: Piece[] = [];
  let text = stringifyJson(head).slice(0, -1);
  for (const [index, entry] of entries.entries()) text = addEntry(text + (index === 0 ? ',"entry":[{' : ',{'), entry, pieces);
  pieces.push(`${text}${entries.length > 0 ? ']}' : '}'}`);
  return yield* join(pieces);
}

/** Text made here, or bytes that are passed on. */
type Piece = string | Buffer;

/** `text` is what stands before it and has not become a piece yet; gives back what so stands after it. */
function addEntry(text: string, { fullUrl, resource, search, request, response }: BundleEntry, pieces: Piece[]): string {
  let written = text;
  let comma = '';
  if (fullUrl !== undefined) {
    written += `"fullUrl":${JSON.stringify(fullUrl)}`;
    comma = ',';
  }
  if (resource !== undefined) {
    pieces.push(`${written}${comma}"resource":`, resource);
    written = '';
    comma = ',';
  }
  if (search !== undefined) {
    written += `${comma}"search":{"mode":"${search}"}`;
    comma = ',';
  }
  if (request !== undefined) {
    written += `${comma}"request":${JSON.stringify(request)}`;
    comma = ',';
  }
  if (response !== undefined) written = addResponse(written + comma, response, pieces);
  return `${written}}`;
}

function addResponse(text: string, { status, location, etag, lastModified, outcome }: EntryResponse, pieces: Piece[]): string {
  const written = `${text}"response":${JSON.stringify({ status, location, etag, lastModified })}`;
  if (outcome === undefined) return written;
  pieces.push(`${written.slice(0, -1)},"outcome":`, outcome);
  return '}';
}

/** Of a UTF-16 unit in UTF-8: to count them exactly would take a second look at every text. */
const MOST_BYTES = 3;
/** Bytes that are copied in one step. */
const STEP = 4 * 1024 * 1024;

/** One buffer, into which everything is written once. */
function* join(pieces: readonly Piece[]): Generator<undefined, Buffer> {
  let most = 0;
  for (const piece of pieces) most += typeof piece === 'string' ? MOST_BYTES * piece.length : piece.length;
  const whole = Buffer.allocUnsafe(most);
  let at = 0;
  for (const piece of pieces) {
    const before = at;
    at += typeof piece === 'string' ? whole.write(piece, at) : piece.copy(whole, at);
    if (Math.trunc(before / STEP) !== Math.trunc(at / STEP)) yield;
  }
  return whole.subarray(0, at);
}
