/**
 * Ends `lianyi load` in the middle, by kill -9, by SIGINT and by kill -9 of the server below it, and runs it again until it is through:
 * nothing may be missing, and nothing may stand twice.
 */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run, start } from '../../end-to-end/command.js';
import type { Stage } from '../stages.js';
import { type Identified, identifiersOf, type Planned, writeFiles } from './files.js';

export interface LoadPlan extends Planned {
  /** How often it is ended. */
  readonly ends: number;
  readonly connections: number;
}

export interface LoadOutcome {
  readonly stage: string;
  readonly ends: number;
  readonly resources: number;
  /** How often `lianyi load` was run until it was through. */
  readonly runs: number;
  readonly faults: readonly string[];
}

const ways = ['loader', 'server', 'signal'] as const;

export async function endInLoad(stage: Stage, plan: LoadPlan, tell: (line: string) => void): Promise<LoadOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-load-'));
  try {
    const [data, ledger] = [join(folder, 'data'), join(folder, 'ledger.jsonl')];
    await mkdir(data);
    await writeFile(ledger, '');
    const expected = await writeFiles(data, plan);
    const args = ['load', data, '--server', stage.base, '--ledger', ledger, '--connections', String(plan.connections)];
    const faults: string[] = [];
    let runs = 0;
    for (let ends = 0; ends < plan.ends; ends++) {
      const way = ways[ends % ways.length] ?? 'loader';
      runs += 1;
      const fault = await endOnce(stage, args, ledger, way);
      tell(`${stage.name}: ended by ${way}`);
      if (fault !== undefined) faults.push(fault);
    }
    const last = await run(args);
    if (last.code !== 0) faults.push(`the last run ended with ${last.code}: ${last.stderr}`);
    faults.push(...differences(expected, await identifiersOf(stage.base)));
    const again = await run(args);
    if (!again.stdout.includes(`, 0 resources into`)) faults.push(`run again: ${again.stdout}${again.stderr}`);
    return { stage: stage.name, ends: plan.ends, resources: expected.length, runs: runs + 1, faults };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends it when the ledger has grown. What was not as it should be, if anything. */
async function endOnce(stage: Stage, args: readonly string[], ledger: string, way: (typeof ways)[number]): Promise<string | undefined> {
  const { size } = await stat(ledger);
  const child = start(args, {});
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  const grown = async () => {
    while (child.exitCode === null && (await stat(ledger)).size === size) await delay(10);
  };
  await grown();
  if (way === 'server') await stage.kill();
  else child.kill(way === 'loader' ? 'SIGKILL' : 'SIGINT');
  const [code] = await closed;
  if (way === 'server') return code === 0 ? undefined : `the server was killed, and the load ended with ${code}: ${stderr}`;
  // It may have been through before the signal came.
  if (way === 'loader' || code === 0) return undefined;
  return code === 130 && /goes on from there/.test(stderr) ? undefined : `interrupted, it ended with ${code}: ${stderr}`;
}

function differences(expected: readonly Identified[], found: readonly Identified[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const one of found) counts.set(one, (counts.get(one) ?? 0) + 1);
  const missing = expected.filter((one) => !counts.has(one)).map((one) => `${one} is missing`);
  const doubled = [...counts].filter(([, count]) => count > 1).map(([one, count]) => `${one} stands ${count} times`);
  return [...missing, ...doubled];
}
