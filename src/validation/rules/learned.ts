/**
 * What a rule has to say of a code: the same few come again and again, and to remember it is cheaper than to ask. What was learned
 * holds until a definition changes.
 */
import { type Definitions, judgedBy } from '../../definitions/definitions.js';
import type { Json } from '../../model/json.js';
import { ownText } from '../../model/own-text.js';

const MAX_SYSTEMS = 50;
const MAX_CODES = 500;
/** A longer text is not worth its room. */
const MAX_LENGTH = 256;

export interface Learned<T> {
  get(system: Json | undefined, code: Json | undefined): T | undefined;
  add(system: Json | undefined, code: Json | undefined, what: T): void;
}

export function createLearned<T>({ generation }: Pick<Definitions, 'generation'>, most = MAX_CODES): Learned<T> {
  const bySystem = new Map<string, Map<string, T>>();
  let since = judgedBy(generation);
  return {
    get(system, code) {
      if (typeof system !== 'string' || typeof code !== 'string') return undefined;
      const now = judgedBy(generation);
      if (since !== now) {
        since = now;
        bySystem.clear();
      }
      return bySystem.get(system)?.get(code);
    },
    add(system, code, what) {
      if (typeof system !== 'string' || typeof code !== 'string' || system.length + code.length > MAX_LENGTH) return;
      const codes = bySystem.get(system) ?? new Map<string, T>();
      if (codes.size === 0 && bySystem.size >= MAX_SYSTEMS) return;
      if (codes.size === 0) bySystem.set(ownText(system), codes);
      if (codes.size < most) codes.set(ownText(code), what);
    },
  };
}
