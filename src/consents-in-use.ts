/**
 * Whether there are Consents with rules at all. Where no patient has given one, which is so in most regions when they begin, nothing needs to
 * be asked about them. Once there is one that stays so for this process; the very first is acknowledged only when every process that lets
 * others in has had the time to learn of it, so that nobody sees after that answer what it denies.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { consentRulesParam } from './access/consent/rule-keys.js';
import { poll } from './model/poll.js';
import type { Predicate, ResourceStore, Version } from './store/port.js';

export interface ConsentsInUse {
  /** Also true where it cannot be known. */
  readonly now: boolean;
  /** To be awaited before what was written is acknowledged. */
  take(versions: readonly Version[]): Promise<void>;
  close(): void;
}

export interface FollowConsents {
  readonly store: Pick<ResourceStore, 'find'>;
  /** Whether the rules of all that are stored can be found. */
  readonly isIndexed: () => boolean;
  /** Milliseconds between two looks. */
  readonly pollEvery?: number | undefined;
}

const POLL = 2000;
/** Milliseconds that a look may take, and clocks be late. */
const MARGIN = 500;

const hasRules: Predicate = { kind: 'present', param: consentRulesParam, entry: 'token' };

export async function followConsents({ store, isIndexed, pollEvery = POLL }: FollowConsents): Promise<ConsentsInUse> {
  const areThere = async () => ((await store.find([[{ type: 'Consent', predicate: hasRules }]], 1))[0] ?? []).length > 0;
  let heard = isIndexed() ? Date.now() : Number.NEGATIVE_INFINITY;
  let found = await areThere();
  // Without an answer `heard` grows old, and nothing is taken for granted.
  const polling = poll(pollEvery, async () => {
    if (found) return;
    const asked = isIndexed() ? Date.now() : heard;
    found ||= await areThere();
    heard = asked;
  });
  return {
    get now() {
      return found || Date.now() - heard > pollEvery + MARGIN;
    },
    async take(versions) {
      if (found || !versions.some(({ type, json }) => type === 'Consent' && json !== null)) return;
      found = await areThere();
      if (found) await sleep(pollEvery + 2 * MARGIN);
    },
    close: polling.close,
  };
}
