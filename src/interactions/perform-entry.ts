/** An entry of a Bundle performed for itself: what it answers, or what was wrong, as the entry of the answer. Source: R4 http.html#brules */
import type { BundleEntry } from '../model/bundle.js';
import { isObject, type Json } from '../model/json.js';
import { FhirError } from '../model/outcome.js';
import type { Auditing } from './auditing.js';
import { type EntryRooms, readEntry } from './entry-request.js';
import { entryResponse } from './entry-response.js';
import { inEntry } from './in-entry.js';
import type { Answer } from './intent.js';
import { onceForEntry } from './once-name.js';
import { outcomeText } from './outcome-text.js';
import type { Perform } from './perform.js';
import type { Circumstances, FhirRequest } from './request.js';
import { statusText } from './status-text.js';

export interface Performed {
  readonly entry: BundleEntry;
  /** Absent where it failed. */
  readonly answer?: Answer;
  /** Whether it writes, and what it did is remembered. */
  readonly keyed: boolean;
}

export type PerformEntry = (bundle: FhirRequest, json: Json, index: number) => Promise<Performed>;

/** `perform` is that of single requests; `unexpected` is told of what is no FhirError and gives the error to show. */
export function createPerformEntry(
  rooms: EntryRooms & { readonly audit?: Pick<Auditing, 'turnedAway'> },
  perform: Perform,
  unexpected: (error: unknown) => FhirError,
): PerformEntry {
  return async (bundle, json, index) => {
    const { access, language, acceptLanguage, lenient, origin } = bundle;
    const sent = bundle.sent?.within(`.entry[${index}].resource`);
    const circumstances: Circumstances = {
      ...{ access, language, acceptLanguage, lenient, origin, sent, entry: index },
      return: bundle.return ?? 'minimal',
    };
    let keyed = false;
    let performed = false;
    try {
      const { method, request } = readEntry(rooms, json, circumstances);
      const once = onceForEntry(bundle.once, index, request.interaction);
      keyed = once !== undefined;
      performed = true;
      const answer = await perform(once === undefined ? request : { ...request, once });
      return { entry: entryResponse(rooms.baseUrl, method, answer), answer, keyed };
    } catch (error) {
      const shown = inEntry(index, error instanceof FhirError ? error : unexpected(error));
      if (!performed) rooms.audit?.turnedAway({ access, origin, asked: askedIn(json), error: shown });
      const issues = (await bundle.sent?.locate(shown.issues)) ?? shown.issues;
      return { entry: { response: { status: statusText(shown.status), outcome: outcomeText(issues, language) } }, keyed };
    }
  };
}

/** `GET Patient/1`, as far as it says so. */
function askedIn(entry: Json): string {
  const { method, url } = isObject(entry) && isObject(entry.request) ? entry.request : {};
  return [method, url].filter((part) => typeof part === 'string').join(' ');
}
