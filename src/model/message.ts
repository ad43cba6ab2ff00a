/**
 * A sentence for people, in the two languages the server speaks, with a stable name that tests and clients
 * may compare by. Sentences say what was found and what was expected, without blame.
 */
export interface Message {
  /** Stable, kebab-case, never translated: `unknown-type`. */
  readonly id: string;
  readonly en: string;
  readonly zh: string;
}

export type Language = 'en' | 'zh';

export function message(id: string, en: string, zh: string): Message {
  return { id, en, zh };
}
