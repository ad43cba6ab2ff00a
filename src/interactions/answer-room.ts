/** How much a batch-response or transaction-response may carry: it is held in memory whole. Source: R4 http.html#transaction-response */
import type { BundleEntry } from '../model/bundle.js';
import type { Language } from '../model/message.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { inEntry } from './in-entry.js';
import { type Answer, type Intent, reading } from './intent.js';
import { outcomeText } from './outcome-text.js';
import { statusText } from './status-text.js';

/** The entry as it still has room: what was written stands and stays without its resource, what was only read is 413. */
export function createAnswerRoom(room: number, language: Language): (index: number, entry: BundleEntry) => BundleEntry {
  let left = room;
  return (index, entry) => {
    const length = entry.resource?.length ?? 0;
    if (length <= left) {
      left -= length;
      return entry;
    }
    if (entry.response?.location !== undefined) return { ...entry, resource: undefined };
    const { status, issues } = inEntry(index, noRoom(room));
    return { response: { status: statusText(status), outcome: outcomeText(issues, language) } };
  };
}

/** For what is read before all is written: it is kept while there is room. What is beyond fails when it is to be shown, for itself alone. */
export function createReadingRoom(room: number): (answer: Answer) => Intent {
  let left = room;
  return (answer) => {
    const length = answer.resource?.length ?? 0;
    if (length > left) return reading(() => Promise.reject(noRoom(room)));
    left -= length;
    return reading(() => answer);
  };
}

function noRoom(room: number) {
  const size = room >= 1024 * 1024 ? `${Math.round(room / 1024 / 1024)} MB` : `${room} bytes`;
  return fault(
    'too-long',
    message(
      'answer-too-long',
      `The resources of this answer would be more than ${size}; please ask for this one by itself`,
      `此应答中的资源将超过 ${size}；请单独请求此项`,
    ),
  );
}
