/** batch: every entry for itself, a few at a time. Source: R4 http.html#brules */

import { createBreath } from '../model/breath.js';
import { bundleInSteps } from '../model/bundle.js';
import { inSteps } from '../model/in-steps.js';
import type { Json } from '../model/json.js';
import { createAnswerRoom } from './answer-room.js';
import type { BundleInteraction } from './bundle.js';
import { type Rooms, reading } from './intent.js';
import type { PerformEntry, Performed } from './perform-entry.js';
import { stepsOf } from './transaction/order.js';

/** Enough for writes to share one fsync, few enough for other requests to come between. */
const AT_ONCE = 16;

export function batchInteraction(rooms: Pick<Rooms, 'answerBytes'>, performEntry: PerformEntry): BundleInteraction {
  return async (request, entries) => {
    const admit = createAnswerRoom(rooms.answerBytes, request.language);
    return reading(async () => {
      const performed = await stepByStep(entries, async (json, index) => {
        const one = await performEntry(request, json, index);
        return { ...one, entry: admit(index, one.entry) };
      });
      const resource = await inSteps(bundleInSteps({ type: 'batch-response', entries: performed.map(({ entry }) => entry) }));
      return wasDone(performed) ? { status: 200, resource, replayed: true } : { status: 200, resource };
    });
  };
}

/** Whether all that it writes was written before; what is refused writes nothing. */
function wasDone(performed: readonly Performed[]): boolean {
  const written = performed.filter(({ keyed, answer }) => keyed && answer !== undefined);
  return written.length > 0 && written.every(({ answer }) => answer?.replayed === true);
}

/** One step after the other, in each of them a few entries at a time. The results stand where their entries do. */
async function stepByStep<Out>(entries: readonly Json[], work: (entry: Json, index: number) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const breath = createBreath();
  for (const step of stepsOf(entries)) {
    const rest = step.values();
    const worker = async () => {
      for (const index of rest) {
        results[index] = await work(entries[index] ?? null, index);
        await breath();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  return results;
}
