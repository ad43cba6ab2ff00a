/** For what is remembered of texts that come with the data. */

/**
 * The same text with memory of its own: one that was cut out of a body may hold on to all of the body for as long as it lives itself.
 * (V8 keeps a cut of 13 characters or more as a view; putting a character in front and taking it away makes one of a text that short.)
 */
export function ownText(text: string): string {
  return ` ${text}`.slice(1);
}
