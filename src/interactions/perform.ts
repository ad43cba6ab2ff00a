/**
 * The one door to what a request asks for: prepare, commit, answer. What a commit relied on may have changed in the
 * meantime; then the request is prepared again, in line behind those it met, until its time is up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { keyText } from '../model/resource.js';
import { type ResourceStore, StoreConflict } from '../store/port.js';
import type { Answer, Intent, Interaction, Interactions, View } from './intent.js';
import { createLine, type Line } from './line.js';
import type { FhirRequest, InteractionName } from './request.js';
import { storeFault } from './store-fault.js';

export type Prepare = (request: FhirRequest, view: View) => Promise<Intent>;
/** Throws FhirError; anything else is a fault of this program. */
export type Perform = (request: FhirRequest) => Promise<Answer>;

/** How long a request is prepared again, in milliseconds. */
const PATIENCE = 5000;
/** The longest pause before another try, in milliseconds: what stands in the way may be another process. */
const PAUSE = 20;

export function createPrepare(interactions: Interactions): Prepare {
  return (request, view) => {
    // The table gives each name the interaction that takes its requests; TypeScript cannot follow that through the look-up.
    const interaction = interactions[request.interaction] as Interaction<InteractionName>;
    return interaction(request, view);
  };
}

export function createPerform(prepare: Prepare, store: ResourceStore): Perform {
  const line = createLine();
  return async (request) => {
    try {
      const intent = await carryOut(() => prepare(request, store), store, line);
      return await intent.answer();
    } catch (error) {
      throw storeFault(error) ?? error;
    }
  };
}

/** The intent that was committed. Throws StoreConflict when its time is up. */
async function carryOut(prepare: () => Promise<Intent>, store: ResourceStore, line: Line): Promise<Intent> {
  let intent = await prepare();
  if (intent.writes.length === 0) return intent;
  const deadline = Date.now() + PATIENCE;
  let conflict = await commit(store, intent);
  while (conflict !== undefined) {
    if (Date.now() > deadline) throw conflict;
    const again = await line.join(namesOf(intent), async () => {
      const next = await prepare();
      return { next, conflict: await commit(store, next) };
    });
    intent = again.next;
    conflict = again.conflict;
    if (conflict !== undefined) await sleep(Math.random() * PAUSE);
  }
  return intent;
}

/** The conflict that kept it from being written, if there was one. */
async function commit(store: ResourceStore, { writes, guards }: Intent): Promise<StoreConflict | undefined> {
  if (writes.length === 0) return undefined;
  try {
    await store.commit({ writes, guards });
    return undefined;
  } catch (error) {
    if (error instanceof StoreConflict) return error;
    throw error;
  }
}

function namesOf({ writes, guards }: Intent): string[] {
  return [...new Set([...writes.map(({ version }) => keyText(version)), ...guards.flatMap(({ names }) => names)])];
}
