/**
 * The one door to what a request asks for: prepare, commit, answer. What a commit relied on may have changed in the
 * meantime; then the request is prepared again, in line behind those it met, until its time is up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { message } from '../model/message.js';
import { FhirError, fault } from '../model/outcome.js';
import { keyText } from '../model/resource.js';
import { refuseFaults } from '../model/sent.js';
import { type ResourceStore, StoreBusy, StoreConflict, StoreCostly, StoreUnavailable, type Version } from '../store/port.js';
import { type Auditing, refuseChangesOfJournal } from './auditing.js';
import type { Answer, Intent, Interaction, Interactions, View } from './intent.js';
import { createLine, type Line } from './line.js';
import { formatQuery } from './query.js';
import type { FhirRequest, InteractionName } from './request.js';
import { storeFault } from './store-fault.js';

export type Prepare = (request: FhirRequest, view: View) => Promise<Intent>;
/** Throws FhirError; anything else is a fault of this program. */
export type Perform = (request: FhirRequest) => Promise<Answer>;

/** How long a request is prepared again, in milliseconds. */
const PATIENCE = 5000;
/** The longest pause before another try, in milliseconds: what stands in the way may be another process. */
const PAUSE = 20;

export function createPrepare(interactions: Interactions, { keepsJournal = false } = {}): Prepare {
  return (request, view) => {
    if (keepsJournal) refuseChangesOfJournal(request);
    // The table gives each name the interaction that takes its requests; TypeScript cannot follow that through the look-up.
    const interaction = interactions[request.interaction] as Interaction<InteractionName>;
    if (!reportsFaults.has(request.interaction)) refuseFaults(request);
    return interaction(request, view);
  };
}

/** Those that validate what they take, and tell of what was wrong with its text among the rest. */
const reportsFaults: ReadonlySet<InteractionName> = new Set(['create', 'update', 'conditional-update', 'operation', 'bundle']);

/**
 * `onCommitted` is awaited before the answer: what was written is in effect then. `parameters` counts changes of the search parameters:
 * what was prepared by others would not be found by those that hold when it is committed.
 */
export function createPerform(
  prepare: Prepare,
  store: ResourceStore,
  onCommitted: (versions: readonly Version[]) => Promise<void>,
  parameters: () => number,
  audit?: Auditing,
): Perform {
  const line = createLine();
  return async (request) => {
    try {
      audit?.admit();
      const meeting = meetingPoints(request);
      const attempt = (): Promise<Attempt> => attemptOnce({ prepare, store, parameters, audit }, request);
      const first = await (meeting.length === 0 ? attempt() : line.join(meeting, attempt));
      const intent = first.conflict === undefined ? first.intent : await carryOut(attempt, meeting, first, line);
      if (intent.writes.length > 0) await onCommitted(intent.writes.map(({ version }) => version));
      const answering = intent.answer();
      const answer = answering instanceof Promise ? await answering : answering;
      if (intent.writes.length === 0) audit?.answered(request, answer);
      return answer;
    } catch (error) {
      const meaning = storeFault(error) ?? error;
      // What is no FhirError is told as one that does not say what it is.
      audit?.refused(request, meaning instanceof FhirError ? meaning : unexpectedFault());
      throw meaning;
    }
  };
}

function unexpectedFault(): FhirError {
  return fault('exception', message('unexpected', 'Something went wrong inside the server', '服务器内部出错'));
}

interface Attempting {
  readonly prepare: Prepare;
  readonly store: ResourceStore;
  readonly parameters: () => number;
  readonly audit: Auditing | undefined;
}

async function attemptOnce({ prepare, store, parameters, audit }: Attempting, request: FhirRequest): Promise<Attempt> {
  const since = parameters();
  let intent: Intent | undefined;
  try {
    intent = await prepare(request, store);
    const { writes, guards, notes = [] } = intent;
    if (writes.length > 0 && parameters() !== since) throw new StoreConflict('The search parameters have changed');
    if (writes.length + guards.length + notes.length > 0) await commit(store, audit, request, intent);
    return { intent, conflict: undefined };
  } catch (error) {
    if (error instanceof StoreConflict) return { intent, conflict: error };
    throw error;
  }
}

async function commit(store: ResourceStore, audit: Auditing | undefined, request: FhirRequest, intent: Intent): Promise<void> {
  const { writes, guards, notes = [] } = intent;
  if (audit === undefined || writes.length === 0) return store.commit({ writes, guards, notes });
  const { sheets, settled } = await audit.writing(request, intent);
  try {
    await store.commit({ writes, guards, notes, audit: sheets });
    settled('written');
  } catch (error) {
    settled(nothingWritten.some((kind) => error instanceof kind) ? 'lost' : 'unknown');
    throw error;
  }
}

const nothingWritten = [StoreConflict, StoreBusy, StoreCostly, StoreUnavailable];

/** Done, or what kept it from being written, perhaps while it was still being prepared. */
type Attempt =
  | { readonly intent: Intent; readonly conflict: undefined }
  | { readonly intent: Intent | undefined; readonly conflict: StoreConflict };

/** Where requests that would be in each other's way can be told to be so before they are prepared. */
function meetingPoints(request: FhirRequest): readonly string[] {
  const point = meetingPoint(request);
  const points = point === undefined ? [] : [point];
  return request.once === undefined ? points : [request.once.name, ...points];
}

function meetingPoint(request: FhirRequest): string | undefined {
  switch (request.interaction) {
    case 'update':
    case 'patch':
    case 'delete':
      return `${request.type}/${request.id}`;
    case 'create': {
      const { ifNoneExist } = request.preconditions;
      return ifNoneExist === undefined ? undefined : `${request.type}?${ifNoneExist}`;
    }
    case 'conditional-update':
    case 'conditional-patch':
    case 'conditional-delete':
      return `${request.type}?${formatQuery(request.parameters)}`;
    default:
      return undefined;
  }
}

/** The intent that was committed in the end. Throws StoreConflict when its time is up. */
async function carryOut(attempt: () => Promise<Attempt>, meeting: readonly string[], first: Attempt, line: Line): Promise<Intent> {
  const deadline = Date.now() + PATIENCE;
  let last = first;
  while (last.conflict !== undefined) {
    if (Date.now() > deadline) throw last.conflict;
    await sleep(Math.random() * PAUSE);
    last = await line.join(namesOf(last.intent, meeting), attempt);
  }
  return last.intent;
}

function namesOf(intent: Intent | undefined, meeting: readonly string[]): string[] {
  const { writes, guards } = intent ?? { writes: [], guards: [] };
  const names = [...writes.map(({ version }) => keyText(version)), ...guards.flatMap((guard) => guard.names)];
  return [...new Set([...meeting, ...names])];
}
