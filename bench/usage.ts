/** What processes and the machine have used, read from /proc; zero where there is none. */
import { readFileSync, writeFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

function read(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Seconds of processor that a process has used, all its threads together. */
export function cpuOf(pid: number): number {
  const fields = read(`${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

/** Resident memory in MB (2²⁰ bytes). */
export function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(read(`${pid}/status`))?.[1] ?? 0) / 1024;
}

/** The most resident memory in MB since the process began, or since that was last forgotten. */
export function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(read(`${pid}/status`))?.[1] ?? 0) / 1024;
}

/** From now on `peakOf` is the most that there is from now on. */
export function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Where that cannot be said the peak is that of all the time.
  }
}

/** Seconds of processor that all of the machine has used, whoever did. */
function cpuOfMachine(): number {
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] =
    read('stat').split('\n')[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
  return (user + nice + system + interrupts + softInterrupts) / TICKS_PER_SECOND;
}

/** Seconds of processor that this process has used. */
function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export interface Usage {
  /** Seconds of processor, in the order of the processes asked for. */
  readonly of: readonly number[];
  readonly own: number;
  /** Cores that neither these processes nor this one kept busy. */
  readonly others: number;
}

/** What was used while `action` ran, by `pids` and by all others. */
export async function usageOf<T>(pids: readonly number[], action: () => Promise<T>): Promise<Usage & { readonly result: T }> {
  const look = () => ({ of: pids.map(cpuOf), own: ownCpu(), machine: cpuOfMachine(), at: performance.now() });
  const before = look();
  const result = await action();
  const after = look();
  const of = after.of.map((used, i) => used - (before.of[i] ?? 0));
  const own = after.own - before.own;
  const ours = of.reduce((sum, used) => sum + used, own);
  const others = Math.max(0, after.machine - before.machine - ours) / ((after.at - before.at) / 1000);
  return { result, of, own, others };
}
