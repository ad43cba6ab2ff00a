/** kill -9 in the middle of transaction Bundles, then the account: each is wholly there, once, or wholly absent. */
import { setTimeout as pause } from 'node:timers/promises';
import { faultsInFeed, readHistories, type Stored } from '../account.js';
import type { Stage } from '../stages.js';
import { faultsInBundles, writtenTypes } from './account.js';
import { planBundles } from './plan.js';
import { faultsInSearches } from './searched.js';
import type { Json } from './sent.js';
import { faultsInRepeats, type Sent, startBundleStorm } from './storm.js';

export interface BundlePlan {
  readonly bundles: number;
  /** Entries of the largest. */
  readonly most: number;
  readonly clients: number;
  readonly kills: number;
  readonly seed: number;
}

export interface BundleOutcome {
  readonly stage: string;
  readonly kills: number;
  readonly bundles: number;
  readonly entries: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Bundles whose answer was lost at least once. */
  readonly unknown: number;
  /** How many of those had been stored all the same. */
  readonly there: number;
  readonly versions: number;
  readonly faults: readonly string[];
}

/** Milliseconds within which a kill falls, once enough Bundles are answered. */
const WITHIN = 150;

/** The storm and the account, to the feed of changes. */
export async function killInBundles(stage: Stage, plan: BundlePlan, tell: (line: string) => void): Promise<BundleOutcome> {
  const { stored, ...outcome } = await rage(stage, plan, tell);
  return { ...outcome, faults: [...outcome.faults, ...(await faultsInFeed(stage, stored))] };
}

interface Raged extends BundleOutcome {
  readonly stored: readonly Stored[];
}

/** The storm, and the account of what can be asked by HTTP: the stage can be used again. */
export async function rage(stage: Stage, plan: BundlePlan, tell: (line: string) => void = () => undefined): Promise<Raged> {
  const { seeds, bundles } = planBundles(plan.bundles, plan.most, plan.seed);
  await put(stage.base, seeds);
  const storm = startBundleStorm(stage.base, bundles, plan.clients);
  try {
    for (let kill = 1; kill <= plan.kills; kill++) {
      await storm.answered(Math.floor((bundles.length * kill) / (plan.kills + 1)));
      await pause(Math.random() * WITHIN);
      const underWay = storm.underWay();
      await stage.kill();
      tell(
        `${stage.name}: kill ${kill} of ${plan.kills}, ${underWay} Bundles under way, ${storm.told.length} of ${bundles.length} answered`,
      );
    }
    await storm.answered(bundles.length);
  } finally {
    await storm.end();
  }
  const repeats = await faultsInRepeats(stage.base, storm.told);
  const stored = await readHistories(stage.base, writtenTypes);
  const searches = await faultsInSearches(stage.base, stored);
  const faults = [...repeats, ...faultsInBundles(storm.told, stored), ...searches];
  const entries = bundles.reduce((sum, one) => sum + one.entries.length, 0);
  return {
    stage: stage.name,
    kills: plan.kills,
    bundles: bundles.length,
    entries,
    versions: stored.length,
    faults,
    stored,
    ...counted(storm.told),
  };
}

function counted(told: readonly Sent[]) {
  const count = (those: (one: Sent) => boolean) => told.filter(those).length;
  return {
    acknowledged: count(({ fate }) => fate === 'acknowledged'),
    refused: count(({ fate }) => fate === 'refused'),
    unknown: count(({ unknown }) => unknown > 0),
    there: count(({ replayed }) => replayed),
  };
}

/** The seeds are there before the storm begins. */
async function put(base: string, seeds: readonly Json[]): Promise<void> {
  const entry = seeds.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }));
  const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
  const answer = await fetch(base, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body });
  if (answer.status !== 200) throw new Error(`The seeds were answered with ${answer.status}: ${await answer.text()}`);
}
