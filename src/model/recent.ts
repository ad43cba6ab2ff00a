/** A function that remembers its latest answers: names and words repeat. */
import { ownText } from './own-text.js';

/** At most `max` answers are kept; those made longest ago go first. */
export function remembering<T>(max: number, make: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const own = ownText(text);
    const made = make(own);
    if (answers.size >= max) {
      const [oldest = ''] = answers.keys();
      answers.delete(oldest);
    }
    answers.set(own, made);
    return made;
  };
}
