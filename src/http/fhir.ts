/**
 * The FHIR door: one plain handler for everything under the base path. No framework stands before it, because
 * entering one costs several times the rest of a read.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Access, nobody } from '../access/access.js';
import type { Allowances, Turn } from '../access/allowances.js';
import type { Gate } from '../interactions/gate.js';
import type { Answer } from '../interactions/intent.js';
import { parseTarget, type TypeNames } from '../interactions/parse-target.js';
import type { Perform } from '../interactions/perform.js';
import type { FhirRequest, Origin } from '../interactions/request.js';
import { inSteps } from '../model/in-steps.js';
import { FhirError } from '../model/outcome.js';
import type { Sent } from '../model/sent.js';
import { askedText } from './asked-text.js';
import { respondContent, wantsContent } from './binary.js';
import { RequestAborted } from './body.js';
import { type BodyKind, bodyKindOf } from './body-kind.js';
import { checkHead } from './check-head.js';
import { respondError, shownError } from './errors.js';
import { type Exchange, openExchange, type Premises } from './exchange.js';
import type { Logger } from './log.js';
import { noteRequest } from './log-request.js';
import { refuseUnacceptable } from './negotiate.js';
import { respondOptions } from './options.js';
import { askedBy, type BodyLimits, originOf, receive } from './request.js';
import { respond } from './respond.js';
import { isSmartConfiguration, respondConfiguration } from './smart-configuration.js';
import { weightOf } from './weight.js';

export interface FhirDoor {
  readonly premises: Premises & { readonly types: TypeNames };
  readonly perform: Perform;
  readonly gate: Gate;
  readonly limits: BodyLimits;
  readonly logger: Logger;
  /** A line for every request. */
  readonly logRequests: boolean;
  readonly accessOf: (req: IncomingMessage) => Access | Promise<Access>;
  /** How much each may ask for; absent: no limit. */
  readonly allowances?: Allowances | undefined;
  /** Where tokens are had, for `.well-known/smart-configuration`; absent where none are asked for. */
  readonly smartConfiguration?: Buffer | undefined;
  /** Is told of what never reaches `perform`. */
  readonly turnedAway?: ((refusal: TurnedAway) => void) | undefined;
}

/** Refused before it was known what it asks for, or without looking. */
export interface TurnedAway {
  readonly origin: Origin;
  /** Absent where it is not known who asks. */
  readonly access?: Access | undefined;
  /** `GET /fhir/Patient/1` */
  readonly asked: string;
  readonly error: FhirError;
}

export type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** The weight of a Bundle is its size, but the smallest too takes a place. */
const LIGHTEST = 64 * 1024;

/** `url` as the request has it begins with `basePath`, or the request is not for this door. */
export function createFhirHandler(door: FhirDoor, basePath: string): Handler {
  return (req, res) => {
    const exchange = openExchange(door.premises, req, res);
    if (door.logRequests) noteRequest(door.logger, door.premises.types, exchange, basePath);
    handle(door, exchange, (req.url ?? '').slice(basePath.length)).catch(async (error: unknown) => {
      if (error instanceof RequestAborted) return void res.destroy();
      const shown = shownError(error, exchange.requestId, door.logger);
      if (!exchange.performed) door.turnedAway?.(turnedAway(exchange, shown));
      await respondError(exchange, shown);
    });
  };
}

function turnedAway(exchange: Exchange, error: FhirError): TurnedAway {
  return { origin: originOf(exchange), access: exchange.access, asked: askedText(exchange.req), error };
}

/** `url` is what follows the base. All in one: each function that is waited for costs a request more than what it does. */
async function handle(door: FhirDoor, exchange: Exchange, url: string): Promise<void> {
  const { req } = exchange;
  checkHead(req);
  if (door.smartConfiguration !== undefined && isSmartConfiguration(url)) return respondConfiguration(exchange, door.smartConfiguration);
  if (req.method === 'OPTIONS') return respondOptions(exchange, door.premises.types, url);
  const granted = isPublic(url) ? nobody : door.accessOf(req);
  const access = granted instanceof Promise ? await granted : granted;
  exchange.access = access;
  const turn = door.allowances?.begin(access);
  try {
    const parsed = parseTarget(door.premises.types, req.method ?? '', url);
    const content = wantsContent(parsed.target, exchange.wishes.fhir);
    if (!content) refuseUnacceptable(exchange.wishes);
    const asked = askedBy(exchange, parsed, access);
    const kind = bodyKindOf(req, parsed.target);
    const answered =
      kind === undefined ? await performPlain(door, exchange, asked, turn) : await performWithBody(door, exchange, kind, asked, turn);
    const shown = access.cover === undefined ? answered : await covered(access.cover, answered);
    const sent = content ? respondContent(exchange, shown) : respond(exchange, shown);
    if (sent !== undefined) await sent;
  } finally {
    turn?.end();
  }
}

/** What a server can do is told to everybody. Source: SMART App Launch 2.2 conformance.html; R4 http.html#capabilities */
function isPublic(url: string): boolean {
  return url.startsWith('/metadata') && (url.length === 9 || url[9] === '?');
}

function performPlain(door: FhirDoor, exchange: Exchange, asked: FhirRequest, turn: Turn | undefined): Promise<Answer> {
  turn?.charge(weightOf(asked) - 1);
  exchange.performed = true;
  return door.perform(asked);
}

/** The one door out: nothing of a resource leaves by another. */
async function covered(cover: NonNullable<Access['cover']>, answer: Answer): Promise<Answer> {
  return answer.resource === undefined ? answer : { ...answer, resource: await inSteps(cover(answer.resource)) };
}

async function performWithBody(
  door: FhirDoor,
  exchange: Exchange,
  kind: BodyKind,
  asked: FhirRequest,
  turn: Turn | undefined,
): Promise<Answer> {
  const { request, bundleLength } = await receive(exchange, door.limits, kind, asked);
  const work = async () => {
    const whole = await request();
    turn?.charge(weightOf(whole) - 1);
    exchange.performed = true;
    return door.perform(whole).catch(async (error: unknown) => {
      throw await located(error, whole.sent);
    });
  };
  return bundleLength === 0 ? work() : door.gate.pass(Math.max(bundleLength, LIGHTEST), work, whenGone(exchange));
}

/** Whoever goes away while its Bundle waits gets nothing of it done. */
function whenGone({ res }: Exchange): AbortSignal {
  const going = new AbortController();
  const gone = () => going.abort(new RequestAborted());
  if (res.closed) gone();
  else res.once('close', gone);
  return going.signal;
}

async function located(error: unknown, sent: Sent | undefined): Promise<unknown> {
  if (!(error instanceof FhirError) || sent === undefined) return error;
  const { status, headers, cause } = error;
  return new FhirError(await sent.locate(error.issues), { status, headers, cause });
}

/** Whether a URL lies under the base path: the path itself, or something after a slash or question mark. */
export function isUnder(basePath: string, url: string): boolean {
  if (!url.startsWith(basePath)) return false;
  const after = url.charCodeAt(basePath.length);
  return Number.isNaN(after) || after === 0x2f || after === 0x3f;
}
