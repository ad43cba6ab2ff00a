/**
 * Storms over few identifiers: clients of one group create, update, patch, delete, read and search the same resources, plainly and by
 * criteria, alone and in small transactions; many groups at once, so that each storm has weather. Then the history of each group is
 * explained, or is a fault.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './ask.js';
import { explain } from './explain.js';
import type { Rules } from './model.js';
import { randomStep } from './random-step.js';
import type { Happened, Step } from './step.js';

export interface StormPlan extends Rules {
  /** Any of these may be asked: FHIR bases of one store. */
  readonly bases: readonly string[];
  readonly groups: number;
  /** Groups under way at once. */
  readonly atOnce: number;
  readonly clients: number;
  /** Requests of each client, one after the other. */
  readonly each: number;
  readonly seed: number;
}

export interface StormOutcome {
  readonly histories: number;
  readonly requests: number;
  /** Told to come again: nothing was stored. */
  readonly refused: number;
  /** Nobody knows what became of them. */
  readonly unknown: number;
  /** How often each kind of step was answered with each status. */
  readonly statuses: ReadonlyMap<string, number>;
  /** Histories that no order explains, as texts. */
  readonly faults: readonly string[];
}

export async function storm(plan: StormPlan): Promise<StormOutcome> {
  const outcome = { histories: 0, requests: 0, refused: 0, unknown: 0, statuses: new Map<string, number>(), faults: [] as string[] };
  const run = crypto.randomUUID().slice(0, 8);
  let next = 0;
  const groups = async (): Promise<void> => {
    for (let group = next++; group < plan.groups; group = next++) {
      const { history, refused } = await groupHistory(plan, `${run}-${group}`, plan.seed * 1_000_003 + group);
      outcome.histories++;
      outcome.requests += history.length + refused;
      outcome.refused += refused;
      for (const { step, told } of history) {
        if (told === undefined) outcome.unknown++;
        const name = `${step.kind} ${told?.status ?? 'unknown'}`;
        outcome.statuses.set(name, (outcome.statuses.get(name) ?? 0) + 1);
      }
      if (explain(plan, history) === undefined) outcome.faults.push(`seed ${plan.seed}, group ${group}\n${historyText(history)}`);
    }
  };
  await Promise.all(Array.from({ length: plan.atOnce }, groups));
  return outcome;
}

/** Ends with a look at all that the group may have left behind. */
async function groupHistory(
  plan: StormPlan,
  group: string,
  seed: number,
): Promise<{ readonly history: Happened[]; readonly refused: number }> {
  const history: Happened[] = [];
  let refused = 0;
  const next = mulberry32(seed);
  const random = randomStep(group, next);
  const perform = async (client: string, step: Step): Promise<void> => {
    const base = plan.bases[Math.floor(next() * plan.bases.length)] ?? '';
    const began = performance.now();
    const { told, ids } = await ask(base, step);
    const ended = performance.now();
    if (told === 'refused') refused++;
    else history.push({ client, step, told, ids, began, ended: told === undefined ? Number.POSITIVE_INFINITY : ended });
  };
  const clients = Array.from({ length: plan.clients }, async (_, index) => {
    const steps = Array.from({ length: plan.each }, random.step);
    for (const step of steps) {
      await pause(next() * 4);
      await perform(`c${index}`, step);
    }
  });
  await Promise.all(clients);
  for (const step of random.last) await perform('last', step);
  return { history: withIds(history), refused };
}

/** Of what nobody was told of, the id it may have given is known by the mark that was seen later. */
function withIds(history: readonly Happened[]): Happened[] {
  const byMark = new Map<string, string>();
  for (const { told } of history) {
    for (const [, id, mark] of told?.shown.matchAll(/([^/ ]+)\/\d+=([^,; ]+)/g) ?? []) if (id && mark) byMark.set(mark, id);
  }
  const idOf = (step: Step) => ('mark' in step ? (byMark.get(step.mark) ?? `of-${step.mark}`) : undefined);
  return history.map((one) => {
    if (one.told !== undefined) return one;
    return { ...one, ids: one.step.kind === 'transaction' ? one.step.entries.map(idOf) : [idOf(one.step)] };
  });
}

function historyText(history: readonly Happened[]): string {
  const start = Math.min(...history.map(({ began }) => began));
  const at = (time: number) => (time - start).toFixed(1).padStart(7);
  const lines = [...history]
    .sort((a, b) => a.began - b.began)
    .map(({ client, step, told, began, ended }) => {
      const answer = told === undefined ? 'unknown' : `${told.status} ${told.shown}`;
      return `  ${at(began)} to ${at(ended)} ${client}: ${JSON.stringify(step)} -> ${answer}`;
    });
  return lines.join('\n');
}

/** Numbers in [0, 1), the same for the same seed. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
