/** The seals of the chains that a process writes, one behind the other, and the first of each with the heads of other chains. */
import type { AuditLog, AuditSeal } from '../store/audit-log.js';
import type { Chain, Taker } from './chain.js';
import { createSealDigest } from './digest.js';

const DAY = 24 * 60 * 60 * 1000;
/** Heads of chains that ended within so long go into the first seal of a new one, and the last few in any case. */
const RECENT = 3 * DAY;
const LAST = 20;
/** What the store could not say whether it was written is not written once it has had so long to say so, in milliseconds. */
const DOUBT = 65_000;

export interface Sealing {
  /** Takes in what is settled by now, which nobody has to keep from then on. */
  takeIn(): void;
  /**
   * Seals what is settled by now; nothing where that is nothing. What fails is tried again the next time. false: another process took this one
   * for dead and sealed the chain in its place; it is to be left to others.
   */
  seal(): Promise<boolean>;
  /** Whether there is something that no seal was made over. */
  readonly open: boolean;
}

export function createSealing(log: AuditLog, chain: Chain, now: () => number): Sealing {
  let before: Buffer = Buffer.alloc(0);
  let digest = createSealDigest(before);
  let missing: number[] = [];
  /** The highest number taken in, and that of the last seal that is written. */
  let [taken, sealed] = [0, 0];
  let waiting: AuditSeal | undefined;

  const taker: Taker = {
    bytes: (bytes) => digest.addBytes(bytes),
    missing: (number) => void missing.push(number),
  };
  const takeIn = () => {
    taken = chain.handOver(taker);
  };

  async function makeSeal(): Promise<AuditSeal> {
    const others = before.length === 0 ? { others: await headsBeside(log, chain.name, now()) } : {};
    const unsigned = { chain: chain.name, number: taken, time: now(), missing, before, ...others };
    const seal = { ...unsigned, digest: digest.end(unsigned) };
    // What is taken in from now on is in the next one.
    before = seal.digest;
    digest = createSealDigest(before);
    missing = [];
    return seal;
  }

  return {
    takeIn,
    async seal() {
      await resolveDoubts(log, chain, now());
      takeIn();
      if (waiting === undefined) {
        if (taken === sealed) return true;
        waiting = await makeSeal();
      }
      const seal = waiting;
      // It may have been written by a try of which the store could not say so.
      const [found] = await log.seals(chain.name, sealed, 1);
      if (found !== undefined && !found.digest.equals(seal.digest)) return false;
      if (found === undefined) await log.seal(seal);
      sealed = seal.number;
      waiting = undefined;
      return true;
    },
    get open() {
      return chain.open || taken > sealed;
    },
  };
}

async function resolveDoubts(log: AuditLog, chain: Chain, now: number): Promise<void> {
  const doubtful = chain.unknown();
  if (doubtful.length === 0) return;
  // A commit was written whole or not at all.
  const found = await log.read(doubtful.map(({ chain: name, numberAt }) => ({ chain: name, number: numberAt(0) })));
  for (const [at, sheet] of doubtful.entries()) {
    if (found[at] !== undefined) chain.settle(sheet, 'written');
    else if (sheet.time < now - DOUBT) chain.settle(sheet, 'lost');
  }
}

/** The heads of other chains, so that a chain that vanishes is missed. Those of long ago are in the first seals of those of then. */
export async function headsBeside(log: AuditLog, own: string, now: number): Promise<NonNullable<AuditSeal['others']>> {
  const heads = (await log.heads()).filter(({ chain }) => chain !== own);
  const recent = heads.filter(({ time }, at) => time > now - RECENT || at >= heads.length - LAST);
  return recent.map(({ chain, digest }) => ({ chain, digest }));
}
