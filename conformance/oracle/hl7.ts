/**
 * HL7's validator over many resources at once. What it said of a resource is kept by the resource's hash, so that only what is new
 * costs time. What it cannot decide without a terminology server it hands on as a warning, and so do we.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chinesePackage, digestOfRules, type Input } from './inputs.js';
import { chineseRule, type Errors, type Verdict } from './verdict.js';

/**
 * `--plain`: the extensions and code systems that R4 published, as here, not later ones. `--any-extensions`: R4 (extensibility.html)
 * does not have a resource refused for an extension that is not known. `--allow-examples`: that an example.org URL leads nowhere is a
 * policy of publishing. `--best-practice ignore`: no errors on either side.
 */
const OPTIONS = ['--plain', '--any-extensions', '--allow-examples', '--best-practice', 'ignore'];

interface Line {
  readonly file: string;
  readonly failure?: string;
  readonly issues?: readonly {
    readonly severity: string;
    readonly expression?: string;
    readonly messageId?: string;
    readonly text: string;
  }[];
}

const cache = fileURLToPath(new URL('../../../.cache/oracle', import.meta.url));
const MOST_TEXT = 300;

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

/** By the hash of the text. `oracle`: the command; without one only what is kept is known. */
export async function askHl7(
  inputs: readonly Input[],
  oracle: string | undefined,
  onDone: (done: number, all: number) => void,
): Promise<ReadonlyMap<string, Verdict>> {
  const file = cacheFile();
  const known = readCache(file);
  const asked = new Map(inputs.map(({ text }) => [hashOf(text), text]));
  const open = [...asked].filter(([hash]) => !known.has(hash));
  if (open.length > 0) {
    if (oracle === undefined) throw new Error(`${open.length} resources were never shown to HL7's validator; name it by --oracle`);
    const texts = open.map(([, text]) => text);
    await runHl7(oracle, texts, (number, verdict, done) => {
      const [hash = ''] = open[number] ?? [];
      known.set(hash, verdict);
      appendFileSync(file, `${JSON.stringify([hash, verdict])}\n`);
      onDone(done, open.length);
    });
  }
  return known;
}

function cacheFile(): string {
  mkdirSync(cache, { recursive: true });
  return join(cache, `${hashOf(OPTIONS.join(' ') + digestOfRules())}.jsonl`);
}

function readCache(file: string): Map<string, Verdict> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return new Map(lines.map((line) => JSON.parse(line) as [string, Verdict]));
}

/** In the order of the texts; `onLine` hears of each as it comes. */
export async function runHl7(
  oracle: string,
  texts: readonly string[],
  onLine: (number: number, verdict: Verdict, done: number) => void = () => undefined,
): Promise<readonly Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lianyi-oracle-'));
  const file = join(folder, 'resources.ndjson');
  writeFileSync(file, texts.map((text) => `${text}\n`).join(''));
  const child = spawn(oracle, ['validate', ...OPTIONS, '--profiles', chinesePackage, file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const spoken: string[] = [];
  child.stderr.on('data', (part: Buffer) => spoken.push(part.toString()));
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const found: Verdict[] = [];
  let done = 0;
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      const line = JSON.parse(text) as Line;
      const number = Number(line.file.slice(line.file.lastIndexOf('#') + 1)) - 1;
      if (!(number >= 0 && number < texts.length)) throw new Error(`HL7's validator speaks of what it was not given: ${line.file}`);
      const verdict = verdictOf(line);
      found[number] = verdict;
      onLine(number, verdict, ++done);
    }
    const code = await ended;
    if (code !== 0 || done !== texts.length)
      throw new Error(`HL7's validator looked at ${done} of ${texts.length} and ended with ${code}: ${spoken.join('')}`);
    return found;
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function verdictOf({ failure, issues = [] }: Line): Verdict {
  if (failure !== undefined) return { errors: [{ place: '', id: 'FAILURE', text: failure.slice(0, MOST_TEXT) }], warned: [] };
  const found = issues.map(({ severity, expression = '', messageId = '', text }) => ({
    severity,
    place: expression.replaceAll(/\/\*.*?\*\//g, ''),
    id: messageId.replace(/^http:\/\/hl7\.org\/fhir\/StructureDefinition\//, ''),
    text: text.slice(0, MOST_TEXT),
  }));
  const errors: Errors = found
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ place, id, text }) => ({ place, id, text }));
  // An invariant is named by its profile and its key; derived profiles say it once more.
  const rules = found
    .filter(({ severity }) => severity === 'warning')
    .map(({ place, id }) => ({ place, key: id.slice(id.indexOf('#') + 1) }))
    .filter(({ key }) => chineseRule.test(key));
  return { errors, warned: [...new Set(rules.map(({ place, key }) => `${key} ${place}`))].sort() };
}
