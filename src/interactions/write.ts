/**
 * The part that create, update, patch and their conditional forms share: a resource becomes the next version of an instance.
 * Source: R4 http.html#create, http.html#update, http.html#ops (Prefer)
 */

import { inSteps } from '../model/in-steps.js';
import type { Issue } from '../model/outcome.js';
import type { Resource } from '../model/resource.js';
import type { Sent } from '../model/sent.js';
import type { FoundBy, Guard, Version, Write } from '../store/port.js';
import type { Judge } from '../uploads/uploads.js';
import type { ValidationOptions } from '../validation/validator.js';
import { validated } from './body.js';
import { issueInEntry } from './in-entry.js';
import type { Answer, Intent, Rooms, View } from './intent.js';
import { definitionsNamedBy } from './named-definitions.js';
import { outcomeText } from './outcome-text.js';
import type { Circumstances } from './request.js';
import { refuseTooLong } from './size.js';
import { stamp, storedTextInSteps } from './stamp.js';
import { unresolvedReferences } from './unresolved.js';
import { candidateOf, judgeResult, stamped } from './visibility.js';
import { refusePart } from './whole-only.js';
import { namesWritten } from './written-names.js';

export type WritingRooms = Pick<Rooms, 'store' | 'search' | 'uploads' | 'now' | 'definitions' | 'integrity'>;

export interface Writing {
  readonly request: Circumstances;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly resource: Resource;
  readonly id: string;
  /** What the new version replaces; a deletion counts. */
  readonly current: Version | undefined;
  /** The search that led here, when there was one. */
  readonly guard?: Guard;
  /** Tells by what the resource is judged, and what its references and canonicals lead to, where it is at hand. */
  readonly view: Pick<View, 'read' | 'judge' | 'resolve' | 'resolveCanonical' | 'contexts'>;
}

/**
 * Throws FhirError 422 for what is not valid or not whole, 403 for what lies outside of the request's access. What a PUT makes is an update's, as SMART has
 * it. Source: SMART App Launch 2.2, scopes (u: update, including update-as-create)
 */
export async function writeVersion(rooms: WritingRooms, writing: Writing): Promise<Intent> {
  const { request, method, id, current } = writing;
  refusePart(writing.resource);
  const type = writing.resource.resourceType;
  const number = (current?.version ?? 0) + 1;
  const lastUpdated = Math.max(rooms.now(), (current?.lastUpdated ?? 0) + 1);
  const owned =
    request.access.stamp === undefined ? writing.resource : await stamped(request.access, writing.resource, current, writing.view);
  const resource = stamp(owned, { id, version: number, lastUpdated });
  const { judge = rooms.uploads } = writing.view;
  const sent = method === 'PATCH' ? undefined : request.sent;
  const { issues, extracted, json } = await inSteps(prepared(rooms, { judge, resource, sent, options: await atHand(rooms, writing) }));
  const version: Version = { type, id, version: number, lastUpdated, method, json };
  const unresolved = unresolvedReferences(rooms.definitions, resource, json);
  const created = current === undefined || current.json === null;
  const judged = judgeResult(rooms, request.access, method === 'POST' ? 'create' : 'update', candidateOf(version, extracted), writing.view);
  if (judged !== undefined) await judged;
  const asked = namesWritten(rooms, current, { type, entries: extracted.entries });
  const names = asked && (await asked);
  const write: Write = { version, replaces: current?.version ?? 0, ...extracted, names };
  refuseTooLong(write);
  return {
    writes: [write],
    guards: writing.guard === undefined ? [] : [writing.guard],
    answer: () =>
      writtenAnswer(created ? 201 : 200, version, request, {
        issues,
        noticed: rooms.integrity === undefined ? unresolved : [...unresolved, ...rooms.integrity.warningsOf(write)],
        sent,
        entry: request.entry,
      }),
  };
}

async function atHand(rooms: WritingRooms, { resource, view }: Writing): Promise<ValidationOptions> {
  return { resolve: view.resolve, resolveCanonical: await definitionsNamedBy(rooms, resource, view) };
}

interface PreparedText {
  readonly issues: readonly Issue[];
  readonly extracted: FoundBy;
  readonly json: Buffer;
}

interface ToPrepare {
  readonly judge: Judge;
  readonly resource: Resource;
  readonly sent: Sent | undefined;
  readonly options: ValidationOptions;
}

/** Each of these is quick but for resources of megabytes. */
function* prepared(rooms: WritingRooms, { judge, resource, sent, options }: ToPrepare): Generator<undefined, PreparedText> {
  const issues = yield* validated(judge, resource, options, sent);
  yield;
  const extracted = yield* rooms.search.extractInSteps(resource);
  yield;
  return { issues, extracted, json: yield* storedTextInSteps(resource) };
}

interface Said {
  readonly issues: readonly Issue[];
  /** What a Bundle's answer tells even those who asked for little. */
  readonly noticed?: readonly Issue[];
  /** Where the issues stand; absent where a patch was sent. */
  readonly sent?: Sent;
  /** Of a patch, too: the same place as where the Bundle is refused, the entry and what the patch makes of the resource. */
  readonly entry?: number;
}

/** Without a preference the resource comes back. */
export function writtenAnswer(status: number, version: Version, request: Circumstances, said: Said): Answer | Promise<Answer> {
  const { issues, noticed = [], sent, entry } = said;
  const text = (placed: readonly Issue[]) =>
    outcomeText(entry === undefined ? placed : placed.map((issue) => issueInEntry(entry, issue)), request.language);
  const notice = noticed.length === 0 ? {} : { notice: text(noticed) };
  const answer: Answer = { status, version, location: locationOf(version), ...notice };
  if (request.return === 'minimal') return answer;
  if (request.return !== 'OperationOutcome') return { ...answer, resource: version.json ?? undefined };
  const all = [...issues, ...noticed];
  const shown = (placed: readonly Issue[]): Answer => ({ ...answer, outcome: text(placed) });
  return sent === undefined || all.length === 0 ? shown(all) : sent.locate(all).then(shown);
}

function locationOf({ type, id, version }: Pick<Version, 'type' | 'id' | 'version'>): string {
  return `${type}/${id}/_history/${version}`;
}
