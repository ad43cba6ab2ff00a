/**
 * Codings that a binding has nothing to say of: the same few come again and again, and to remember them is cheaper than to ask. What
 * was learned holds until a value set or a code system changes.
 */
import type { Definitions } from '../../definitions/definitions.js';
import { isObject, type Json } from '../../model/json.js';
import { ownText } from '../../model/own-text.js';
import type { Coding } from '../../terminology/terminology.js';

const MAX_SYSTEMS = 50;
const MAX_CODES = 500;

export interface Learned {
  has(coding: Json | undefined): boolean;
  add(coding: Coding): void;
}

export function createLearned({ generation }: Pick<Definitions, 'generation'>): Learned {
  const bySystem = new Map<string, Set<string>>();
  let since = generation.terminology;
  return {
    has(coding) {
      if (!isObject(coding) || typeof coding.system !== 'string' || typeof coding.code !== 'string') return false;
      if (since !== generation.terminology) {
        since = generation.terminology;
        bySystem.clear();
      }
      return bySystem.get(coding.system)?.has(coding.code) === true;
    },
    add({ system, code }) {
      if (system === undefined || code === undefined) return;
      const codes = bySystem.get(system) ?? new Set();
      if (codes.size < MAX_CODES) codes.add(ownText(code));
      if (bySystem.size < MAX_SYSTEMS) bySystem.set(ownText(system), codes);
    },
  };
}
