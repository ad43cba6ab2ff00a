/**
 * Writes a Bundle as text around resources that are text already: nothing that comes from the store is parsed again.
 * Source: R4 bundle.html, http.html#transaction-response, search.html#Introduction
 */
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

/** The JSON text of the Bundle. An empty list of links or entries is left out. Source: R4 json.html#null */
export function bundleText(bundle: {
  readonly type: BundleType;
  readonly total?: number;
  readonly links?: readonly BundleLink[];
  readonly entries: readonly BundleEntry[];
}): Buffer {
  const { type, total, links = [], entries } = bundle;
  const head: JsonObject = {
    resourceType: 'Bundle',
    type,
    total,
    link: links.length === 0 ? undefined : links.map(({ relation, url }) => ({ relation, url })),
  };
  const pieces: Piece[] = [stringifyJson(head).slice(0, -1)];
  for (const [index, entry] of entries.entries()) pieces.push(index === 0 ? ',"entry":[' : ',', ...entryPieces(entry));
  pieces.push(entries.length > 0 ? ']}' : '}');
  return join(pieces);
}

/** Text made here, or bytes that are passed on. */
type Piece = string | Buffer;

function entryPieces(entry: BundleEntry): Piece[] {
  const fields: Piece[][] = [];
  if (entry.fullUrl !== undefined) fields.push([`"fullUrl":${JSON.stringify(entry.fullUrl)}`]);
  if (entry.resource !== undefined) fields.push(['"resource":', entry.resource]);
  if (entry.search !== undefined) fields.push([`"search":{"mode":"${entry.search}"}`]);
  if (entry.request !== undefined) fields.push([`"request":${JSON.stringify(entry.request)}`]);
  if (entry.response !== undefined) fields.push(responsePieces(entry.response));
  return ['{', ...fields.flatMap((field, index) => (index === 0 ? field : [',', ...field])), '}'];
}

function responsePieces({ outcome, ...rest }: EntryResponse): Piece[] {
  const text = `"response":${JSON.stringify(rest)}`;
  return outcome === undefined ? [text] : [`${text.slice(0, -1)},"outcome":`, outcome, '}'];
}

/** Runs of text are encoded together. */
function join(pieces: readonly Piece[]): Buffer {
  const parts: Buffer[] = [];
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
      continue;
    }
    parts.push(Buffer.from(text), piece);
    text = '';
  }
  parts.push(Buffer.from(text));
  return Buffer.concat(parts);
}
