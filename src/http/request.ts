/** HTTP request → FhirRequest. Source: R4 http.html, search.html#Introduction (POST _search) */
import type { IncomingMessage } from 'node:http';
import type { Access } from '../access/access.js';
import { parseTarget, type TypeNames, withoutFormat } from '../interactions/parse-target.js';
import { parseQuery } from '../interactions/query.js';
import type { FhirRequest, Preconditions, Target } from '../interactions/request.js';
import { parseJson } from '../model/json.js';
import { type BodyKind, checkMediaType, readBody } from './body.js';
import { negotiate, type Wishes } from './negotiate.js';

export interface BodyLimits {
  /** Bytes of a body sent to the root. */
  readonly bundleBytes: number;
  /** Bytes of any other body. */
  readonly bodyBytes: number;
}

export interface Received {
  readonly request: (access: Access) => FhirRequest;
  readonly wishes: Wishes;
  /** Bytes of a Bundle to be executed; 0 for all else. */
  readonly bundleBytes: number;
}

/** `url` is what follows the base. Parsing the body is left to `request`, so that a Bundle can wait for its turn before it. */
export async function receive(types: TypeNames, limits: BodyLimits, req: IncomingMessage, url: string): Promise<Received> {
  const wishes = negotiate(req);
  const { target, parameters } = parseTarget(types, req.method ?? '', url);
  const preconditions = preconditionsOf(req);
  const kind = bodyKind(req, target);
  const asked = {
    language: wishes.language,
    lenient: wishes.lenient,
    preconditions,
    ...(wishes.return === undefined ? {} : { return: wishes.return }),
  };
  if (kind === undefined) return { request: (access) => ({ ...target, ...asked, access, parameters }), wishes, bundleBytes: 0 };
  checkMediaType(req, kind);
  const isBundle = target.interaction === 'bundle';
  const text = await readBody(req, isBundle ? limits.bundleBytes : limits.bodyBytes);
  if (kind === 'form') {
    const all = [...parameters, ...withoutFormat(parseQuery(text))];
    return { request: (access) => ({ ...target, ...asked, access, parameters: all }), wishes: negotiate(req, text), bundleBytes: 0 };
  }
  const request = (access: Access) => ({ ...target, ...asked, access, parameters, ...(text === '' ? {} : { body: parseJson(text) }) });
  return { request, wishes, bundleBytes: isBundle ? text.length : 0 };
}

/** undefined: a body, if there is one, means nothing. */
function bodyKind(req: IncomingMessage, target: Target): BodyKind | undefined {
  if (req.method !== 'POST' && req.method !== 'PUT') return undefined;
  return target.interaction === 'search-type' || target.interaction === 'search-system' ? 'form' : 'resource';
}

function preconditionsOf({ headers }: IncomingMessage): Preconditions {
  const ifNoneExist = headers['if-none-exist'];
  return {
    ...(headers['if-match'] === undefined ? {} : { ifMatch: headers['if-match'] }),
    ...(headers['if-none-match'] === undefined ? {} : { ifNoneMatch: headers['if-none-match'] }),
    ...(headers['if-modified-since'] === undefined ? {} : { ifModifiedSince: headers['if-modified-since'] }),
    ...(ifNoneExist === undefined ? {} : { ifNoneExist: String(ifNoneExist) }),
  };
}
