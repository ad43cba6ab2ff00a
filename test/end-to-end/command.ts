/** The command `lianyi` as a person runs it: a process of its own, with its output and exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const main = join(import.meta.dirname, '../../src/cli/main.js');
export const projectFolder = join(import.meta.dirname, '../../..');

type Environment = Readonly<Record<string, string>>;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function run(args: readonly string[], environment: Environment = {}, input?: string): Promise<Finished> {
  const child = start(args, environment);
  if (input !== undefined) child.stdin?.write(input);
  child.stdin?.end();
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

export interface Serving {
  /** The FHIR base. */
  readonly base: string;
  /** What was printed until it listened. */
  readonly line: string;
  readonly child: ChildProcess;
  /** Waits until it has printed something like that, and gives it. */
  says(pattern: RegExp): Promise<string>;
  stop(): Promise<number | null>;
}

/** Starts `lianyi serve` on a free port and resolves when it has said where it listens. */
export async function serve(environment: Environment): Promise<Serving> {
  const child = start(['serve'], { PORT: '0', ...environment });
  let output = '';
  const line = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      if (/http:\/\/\S+\/fhir/.test(output)) resolve(output);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('close', (code) => reject(new Error(`lianyi serve ended with ${code}: ${output}`)));
  });
  const base = /http:\/\/\S+?\/fhir/.exec(line)?.[0] ?? '';
  const says = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const [found] = pattern.exec(output) ?? [];
      if (found !== undefined) return found;
      await once(child.stdout as Readable, 'data');
    }
  };
  const stop = async () => {
    if (child.exitCode !== null) return child.exitCode;
    child.kill('SIGTERM');
    const [code] = (await once(child, 'close')) as [number | null];
    return code;
  };
  return { base, line, child, says, stop };
}

export function start(args: readonly string[], environment: Environment): ChildProcess {
  // In English, whoever runs the tests.
  const env = { ...process.env, NODE_OPTIONS: '', LC_ALL: 'C', ...environment };
  return spawn(process.execPath, [main, ...args], { cwd: projectFolder, env });
}
