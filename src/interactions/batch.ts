/** batch: every entry for itself, a few at a time. Source: R4 http.html#brules */

import { createBreath } from '../model/breath.js';
import { type BundleEntry, bundleInSteps } from '../model/bundle.js';
import { inSteps } from '../model/in-steps.js';
import type { Json } from '../model/json.js';
import { FhirError } from '../model/outcome.js';
import { createAnswerRoom } from './answer-room.js';
import type { BundleInteraction } from './bundle.js';
import { type EntryRooms, readEntry } from './entry-request.js';
import { entryResponse } from './entry-response.js';
import { inEntry } from './in-entry.js';
import { type Rooms, reading } from './intent.js';
import { outcomeText } from './outcome-text.js';
import type { Perform } from './perform.js';
import type { Circumstances } from './request.js';
import { statusText } from './status-text.js';

/** Enough for writes to share one fsync, few enough for other requests to come between. */
const AT_ONCE = 16;

/** `perform` is that of single requests; `unexpected` is told of what is no FhirError and gives the error to show. */
export function batchInteraction(
  rooms: EntryRooms & Pick<Rooms, 'answerBytes'>,
  perform: Perform,
  unexpected: (error: unknown) => FhirError,
): BundleInteraction {
  return async (request, entries) => {
    const { access, language } = request;
    const circumstances: Circumstances = { access, language, return: request.return ?? 'minimal', lenient: request.lenient };
    const admit = createAnswerRoom(rooms.answerBytes, language);
    const performOne = async (json: Json, index: number): Promise<BundleEntry> => {
      try {
        const sent = request.sent?.within(`.entry[${index}].resource`);
        const { method, request: asked } = readEntry(rooms, json, { ...circumstances, sent, entry: index });
        return admit(index, entryResponse(rooms.baseUrl, method, await perform(asked)));
      } catch (error) {
        const shown = inEntry(index, error instanceof FhirError ? error : unexpected(error));
        const issues = (await request.sent?.locate(shown.issues)) ?? shown.issues;
        return { response: { status: statusText(shown.status), outcome: outcomeText(issues, language) } };
      }
    };
    return reading(async () => {
      const answers = await fewAtATime(entries, performOne);
      return { status: 200, resource: await inSteps(bundleInSteps({ type: 'batch-response', entries: answers })) };
    });
  };
}

async function fewAtATime<In, Out>(items: readonly In[], work: (item: In, index: number) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const breath = createBreath();
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) {
      results[index] = await work(item, index);
      await breath();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
