/** Sentences about texts that come with the data: the same ones come often, and there is no end of others. */
import type { Message } from '../model/message.js';
import { ownText } from '../model/own-text.js';

const MAX_REMEMBERED = 2000;
/** A longer text is not worth its room. */
const MAX_LENGTH = 256;

export function remembered(make: (text: string) => Message): (text: string) => Message {
  const known = new Map<string, Message>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const made = make(text);
    if (known.size < MAX_REMEMBERED && text.length <= MAX_LENGTH) known.set(ownText(text), made);
    return made;
  };
}
