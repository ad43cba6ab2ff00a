/** `npm run conformance -- rest`, `-- search`, `-- bundle`: cases against any server, with a summary for people and a report for programs. */
import { writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { loadDefinitions } from '../../src/definitions/load.js';
import { createServer } from '../../src/server.js';
import { loadMisses } from '../data.js';
import { headersOf } from '../headers.js';
import { onOwnStores } from '../own-stores.js';
import type { Case } from './case.js';
import { createLook } from './look.js';
import { type Judged, judgeAll, type Target } from './run.js';
import { type Language, summaryOf } from './summary.js';

export interface Options {
  readonly base?: string;
  readonly header: readonly string[];
  readonly only?: string;
  readonly report?: string;
  readonly lang: Language;
}

/** A folder of cases. */
export interface Suite {
  readonly name: string;
  readonly description: string;
  /** `own`: the server is this one, on an empty store. */
  load(own: boolean): readonly Case[];
  /** Where no server is named, this one is asked on an empty store of each kind. */
  readonly onBothStores?: true;
  /** What must be there before the first case. */
  prepare?(target: Target): Promise<void>;
}

export function suiteCommand(suite: Suite): Command {
  return new Command(suite.name)
    .description(suite.description)
    .option('--base <url>', 'the FHIR base of the server')
    .option('--header <field...>', 'sent with every request, such as "Authorization: Bearer …"', [])
    .option('--only <pattern>', 'a regular expression that the id or the source of a case must match')
    .option('--report <file>', 'where to write the results as JSON')
    .addOption(new Option('--lang <language>', 'of the summary').choices(['en', 'zh']).default('en'))
    .action(async (options: Options) => {
      process.exitCode = (await runSuite(suite, options)) ? 0 : 1;
    });
}

/** Whether every case passed that had to. */
export async function runSuite(suite: Suite, options: Options): Promise<boolean> {
  const { base } = options;
  if (base !== undefined) return runAgainst(suite, options, { base: base.replace(/\/$/, ''), isOwn: false });
  if (suite.onBothStores === true) return onOwnStores((name, own) => runAgainst(suite, options, { base: own, name, isOwn: true }));
  const own = await serveHere();
  try {
    return await runAgainst(suite, options, { base: own.url, isOwn: true });
  } finally {
    await own.close();
  }
}

interface Server {
  readonly base: string;
  /** The base unless said otherwise. */
  readonly name?: string;
  /** This server, on an empty store. */
  readonly isOwn: boolean;
}

async function runAgainst(suite: Suite, options: Options, { base, name = base, isOwn }: Server): Promise<boolean> {
  const pattern = new RegExp(options.only ?? '', 'i');
  const cases = suite.load(isOwn).filter(({ id, source }) => pattern.test(id) || pattern.test(source));
  if (cases.length === 0) throw new Error(`No case matches ${options.only}`);
  const definitions = loadDefinitions(fileURLToPath(new URL('../../definitions', import.meta.url)));
  const target: Target = { base, headers: headersOf(options.header), look: createLook(definitions) };
  await suite.prepare?.(target);
  const judged = await judgeAll(cases, target, { atOnce: 1, onJudged: progress(cases.length) });
  const summary = summaryOf(judged, { base: name, language: options.lang, misses: isOwn ? loadMisses(suite.name) : [] });
  process.stdout.write(summary.text);
  if (options.report !== undefined)
    writeFileSync(reportFile(options.report, base, name), `${JSON.stringify(reportOf(base, judged), undefined, 2)}\n`);
  return summary.good;
}

/** How far it has come, for who waits at a terminal. */
function progress(all: number): ((judged: Judged) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  let done = 0;
  return () => void process.stderr.write(++done === all ? '\r\u001b[K' : `\r${done}/${all}`);
}

async function serveHere() {
  const quiet = () => undefined;
  const server = await createServer({ store: 'sqlite::memory:', fullText: 'all', logger: { info: quiet, warn: quiet, error: quiet } });
  return server.listen(0);
}

/** One for each store: `result.SQLite.json`. */
function reportFile(file: string, base: string, name: string): string {
  if (name === base) return file;
  const { dir, name: plain, ext } = parse(file);
  return join(dir, `${plain}.${name}${ext}`);
}

function reportOf(base: string, judged: readonly Judged[]) {
  const results = judged.map(({ one: { id, source, title, choice = false }, verdict }) => ({ id, source, title, choice, ...verdict }));
  return { base, at: new Date().toISOString(), results };
}
