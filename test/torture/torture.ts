/** One storm on one stage: kill after kill while clients write, then the account. */
import { setTimeout as pause } from 'node:timers/promises';
import { faultsIn, faultsInFeed, readHistories } from './account.js';
import { createLedger } from './ledger.js';
import type { Stage } from './stages.js';
import { startStorm } from './storm.js';

export interface Plan {
  readonly kills: number;
  readonly clients: number;
  /** Attempts acknowledged between two kills, at least. */
  readonly between: number;
}

export interface Outcome {
  readonly stage: string;
  readonly kills: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly refused: number;
  readonly versions: number;
  /** Milliseconds from each kill until it was under way again, and until a write was acknowledged. */
  readonly back: readonly number[];
  readonly writing: readonly number[];
  readonly faults: readonly string[];
}

export async function torture(
  stage: Stage,
  { kills, clients, between }: Plan,
  tell: (line: string) => void = () => undefined,
): Promise<Outcome> {
  const ledger = createLedger();
  const [back, writing]: [number[], number[]] = [[], []];
  const storm = startStorm(stage.base, clients, ledger);
  try {
    for (let kill = 1; kill <= kills; kill++) {
      await storm.acknowledged(between);
      await pause(Math.random() * 200);
      const start = performance.now();
      await stage.kill();
      back.push(Math.round(performance.now() - start));
      await storm.acknowledged(1);
      writing.push(Math.round(performance.now() - start));
      tell(`${stage.name}: kill ${kill} of ${kills}, back after ${back.at(-1)} ms, writing after ${writing.at(-1)} ms`);
    }
    await storm.acknowledged(between);
  } finally {
    await storm.end();
  }
  const stored = await readHistories(stage.base, ['Patient', 'Observation']);
  const faults = [...faultsIn(ledger, stored), ...(await faultsInFeed(stage, stored))];
  const [acknowledged, unknown, refused] = [ledger.count('acknowledged'), ledger.count('unknown'), ledger.count('refused')];
  return { stage: stage.name, kills, acknowledged, unknown, refused, versions: stored.length, back, writing, faults };
}
