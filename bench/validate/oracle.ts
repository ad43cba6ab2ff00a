/** HL7's validator in Java, where there is one: a script that takes `validate --repeat N FILE…` and prints a line of JSON for each. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Subject } from './subjects.js';

export type Judged = { readonly micro: number } | { readonly wrong: string };

const profiles = fileURLToPath(new URL('../../../profiles/lianyi.cn.core/package', import.meta.url));
const options = ['--any-extensions', '--allow-examples', '--best-practice', 'ignore', '--profiles', profiles];
const LONGEST = 20 * 60_000;

interface Line {
  readonly ms?: number;
  readonly failure?: string;
  readonly issues?: readonly { readonly severity: string; readonly text: string }[];
}

/** The best of `repeat` for each text of each subject, in one run, so that it is as warm as it gets. */
export async function judgedByOracle(script: string, subjects: readonly Subject[], repeat: number): Promise<readonly Judged[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-validate-'));
  try {
    const files = subjects.map(({ texts }, i) =>
      texts.map((text, j) => {
        const file = join(folder, `${i}-${j}.json`);
        writeFileSync(file, text);
        return file;
      }),
    );
    const running = promisify(execFile)(script, ['validate', ...options, '--repeat', String(repeat), ...files.flat()], {
      maxBuffer: 2 ** 28,
      timeout: LONGEST,
    });
    process.once('exit', () => running.child.kill());
    const { stdout } = await running;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    let next = 0;
    return files.map(({ length }) => {
      next += length;
      return judgement(lines.slice(next - length, next));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function judgement(lines: readonly Line[]): Judged {
  for (const { failure, issues = [] } of lines) {
    const error = failure ?? issues.find(({ severity }) => severity === 'error' || severity === 'fatal')?.text;
    if (error !== undefined) return { wrong: error };
  }
  return { micro: (1000 * lines.reduce((sum, { ms = 0 }) => sum + ms, 0)) / lines.length };
}
