/** HTTP request → FhirRequest. Source: R4 http.html, search.html#Introduction (POST _search) */
import type { IncomingMessage } from 'node:http';
import type { Access } from '../access/access.js';
import type { TypeModel } from '../definitions/definitions.js';
import { type ParsedTarget, parametersFor } from '../interactions/parse-target.js';
import { refuseMisplaced } from '../interactions/preconditions.js';
import { parseQuery } from '../interactions/query.js';
import type { FhirRequest, Origin, Preconditions } from '../interactions/request.js';
import { addressOf } from '../model/address.js';
import { binaryOf } from './binary.js';
import { readBody, textOf } from './body.js';
import type { BodyKind } from './body-kind.js';
import type { Exchange } from './exchange.js';
import { fieldText } from './field-text.js';
import { idempotencyKey, onceOf } from './idempotency-key.js';
import { negotiate, refuseUnacceptable } from './negotiate.js';
import { parseBody, parseSent } from './parse-body.js';

export interface BodyLimits {
  /** Bytes of a body sent to the root. */
  readonly bundleBytes: number;
  /** Bytes of any other body. */
  readonly bodyBytes: number;
  /** Milliseconds in which the next part of a body must come. */
  readonly bodyIdle: number;
}

/** Bytes of a form: a search of all the values it may have fits in many times. */
const FORM_BYTES = 1024 * 1024;

/** What is asked, but for the body. Throws FhirError 400 for conditions that do not belong to it. */
export function askedBy(exchange: Exchange, { target, parameters }: ParsedTarget, access: Access): FhirRequest {
  const { req, wishes } = exchange;
  const { language, lenient } = wishes;
  const preconditions = preconditionsOf(req);
  refuseMisplaced(target.interaction, preconditions);
  // Spread last: V8 makes such an object in a hundredth of the time.
  const acceptLanguage = req.headers['accept-language'];
  return {
    access,
    parameters,
    language,
    acceptLanguage,
    lenient,
    return: wishes.return,
    preconditions,
    origin: originOf(exchange),
    ...target,
  };
}

export function originOf({ req, requestId, premises }: Pick<Exchange, 'req' | 'requestId' | 'premises'>): Origin {
  return { requestId, address: addressOf(req, premises.trustProxy ?? false) };
}

export interface WithBody {
  /** Parses the body: left to the caller, so that a Bundle can wait for its turn before it. Throws FhirError 400. */
  readonly request: () => FhirRequest | Promise<FhirRequest>;
  /** Length of a Bundle to be executed; 0 for all else. */
  readonly bundleLength: number;
}

/** A form may change the wishes of the exchange. Throws FhirError for a body that is too long, too slow or in the wrong code. */
export async function receive(exchange: Exchange, limits: BodyLimits, kind: BodyKind, plain: FhirRequest): Promise<WithBody> {
  const { req, premises } = exchange;
  const key = idempotencyKey(req, plain);
  const isBundle = plain.interaction === 'bundle';
  const most = isBundle ? limits.bundleBytes : limits.bodyBytes;
  const bytes = await readBody(req, { bytes: kind.kind === 'form' ? Math.min(FORM_BYTES, most) : most, idle: limits.bodyIdle });
  const asked: FhirRequest = key === undefined ? plain : { ...plain, once: await onceOf(req, plain, key, bytes) };
  switch (kind.kind) {
    case 'form': {
      const request = withForm(exchange, asked, textOf(bytes));
      return { request: () => request, bundleLength: 0 };
    }
    case 'binary':
      return { request: async () => ({ body: await binaryOf(premises.types, req, asked, bytes), ...asked }), bundleLength: 0 };
    case 'patch':
      return {
        request: async () => ({ ...(await withBody(premises.types, kind, asked, bytes)), patchFormat: kind.format }),
        bundleLength: 0,
      };
    default:
      return {
        request: () => withSent(premises.types, kind, asked, bytes),
        bundleLength: isBundle ? bytes.length : 0,
      };
  }
}

function withForm(exchange: Exchange, asked: FhirRequest, text: string): FhirRequest {
  exchange.wishes = negotiate(exchange.req, text);
  refuseUnacceptable(exchange.wishes);
  return { ...asked, parameters: [...asked.parameters, ...parametersFor(asked.interaction, parseQuery(text))] };
}

type Written = Extract<BodyKind, { readonly syntax: unknown }>;

function withBody(types: TypeModel, { syntax }: Written, asked: FhirRequest, bytes: Buffer): FhirRequest | Promise<FhirRequest> {
  if (bytes.length === 0) return asked;
  const body = parseBody(types, syntax, bytes);
  return body instanceof Promise ? body.then((parsed) => ({ body: parsed, ...asked })) : { body, ...asked };
}

function withSent(types: TypeModel, { syntax }: Written, asked: FhirRequest, bytes: Buffer): FhirRequest | Promise<FhirRequest> {
  if (bytes.length === 0) return asked;
  const parsed = parseSent(types, syntax, bytes);
  return parsed instanceof Promise ? parsed.then((whole) => ({ ...whole, ...asked })) : { ...parsed, ...asked };
}

function preconditionsOf({ headers }: IncomingMessage): Preconditions {
  const ifNoneExist = headers['if-none-exist'];
  return {
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    ifModifiedSince: headers['if-modified-since'],
    // Node joins what was sent more than once.
    ifNoneExist: typeof ifNoneExist === 'string' ? fieldText(ifNoneExist, 'If-None-Exist') : undefined,
  };
}
