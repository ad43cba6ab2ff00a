/** `lianyi load`: files into a running server, or straight into the store. */
import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { readConfig } from '../config.js';
import { examples } from './examples.js';
import { type Ledger, ledgerInMemory, openLedger } from './load/ledger.js';
import { defaultLedger } from './load/ledger-place.js';
import { rateOf, showProgress } from './load/progress-bar.js';
import { load, type Report } from './load/run.js';
import { findSources } from './load/sources.js';
import { serverTarget, type Target } from './load/target.js';
import { baseOf, withoutSecrets } from './places.js';
import { settingsHelp } from './settings-help.js';
import { wholeNumber } from './whole-number.js';

interface Options {
  readonly server?: string;
  readonly tokenFile?: string;
  readonly connections: number;
  /** false: none is kept. */
  readonly ledger?: string | false;
  readonly again?: true;
  readonly keepIds?: true;
}

/** At most so many failures are shown; the rest is counted. */
const shownFailures = 50;

const about = `
What is loaded is noted in a ledger, for each store by itself. Run again, the same command passes over what was loaded before, and so
goes on where an earlier run was cut off, also by a crash. What is noted is what was sent: a file that has changed is loaded again.

Bundles wait for the files that bring what they refer to; single resources of a type come after those of the types they refer to.

Exit code: 0 everything is loaded, 1 something is not (standard error says what), 2 a setting is wrong, 130 interrupted.`;

export function loadCommand(): Command {
  return new Command('load')
    .description('load resources, Bundles and NDJSON (.json, .ndjson; plain, .gz or .bz2)')
    .argument('<path...>', 'files, folders, or - for standard input')
    .option('--server <url>', 'the FHIR base of a running server; without it the data goes straight into the store that STORE names')
    .option(
      '--token-file <file>',
      'file with an access token, where the server asks for one (see lianyi token); read again for every request',
    )
    .option('--connections <n>', 'how many requests are under way at once', wholeNumber(1, 256), 8)
    .option('--keep-ids', 'put every resource of a Bundle under the id it has, instead of having the server give it a new one')
    .option('--ledger <file>', 'where what was loaded is noted and looked up', defaultLedger())
    .option('--no-ledger', 'neither note nor look up what was loaded')
    .option('--again', 'load also what the ledger says was loaded before')
    .addHelpText(
      'after',
      examples([
        'lianyi load examples/ --server http://127.0.0.1:8080/fhir',
        'lianyi load patients.ndjson.gz',
        'lianyi load export/ --keep-ids --server https://fhir.example.org/fhir --token-file token',
      ]),
    )
    .addHelpText('after', about)
    .addHelpText('after', `\nSettings, from the environment:\n${settingsHelp()}`)
    .action(run);
}

async function run(paths: readonly string[], options: Options, command: Command): Promise<void> {
  const sources = await findSources(paths);
  if (sources.length === 0)
    throw new Error(`Nothing to load was found in ${paths.join(', ')}: .json or .ndjson, plain, .gz or .bz2, was expected`);
  const target =
    options.server === undefined ? await storeTarget(options.tokenFile) : await runningServer(options.server, options.tokenFile);
  const start = performance.now();
  try {
    const ledger = await ledgerFor(target, options, command.getOptionValueSource('ledger') === 'default');
    const progress = showProgress(sources);
    const halt = haltedBySignals();
    const { connections, keepIds = false, again } = options;
    const loading = { target, ledger, connections, keepIds, progress, halt, ...(again ? { again: randomUUID() } : {}) };
    const report = await load(sources, loading).finally(() => progress.stop());
    await ledger.close();
    tell(report, target, ledger, start);
    if (report.stopped !== undefined) tellHowToGoOn(report.stopped, sources.length, ledger, again);
  } finally {
    await target.close();
  }
}

function runningServer(url: string, tokenFile: string | undefined): Promise<Target> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new Error(`--server must be an http or https URL; it is "${url}"`);
  return serverTarget(url.replace(/\/$/, ''), tokenFile);
}

/** The store behind a door of its own on this machine, so that every rule of the server holds here too. */
async function storeTarget(tokenFile: string | undefined): Promise<Target> {
  const config = readConfig(process.env);
  if (config.store === 'sqlite::memory:')
    throw new Error('STORE=sqlite::memory: would be gone when the load ends: name a file, or a server');
  const { openServer } = await import('./open-server.js');
  const server = await openServer({ ...config, baseUrl: baseOf(config) });
  const { door, close } = await server.listen(0);
  return { ...(await serverTarget(door, tokenFile)), name: withoutSecrets(config.store), close };
}

/** A file that a person named must be of use; without the usual one a load goes on, and says so. */
async function ledgerFor({ store }: Target, { ledger = false, again }: Options, isUsual: boolean): Promise<Ledger> {
  if (ledger === false) return ledgerInMemory();
  try {
    return await openLedger(ledger, store, again === true);
  } catch (error) {
    if (!isUsual) throw error;
    process.stderr.write(`${String((error as Error).message)}. What is loaded is not noted; --ledger names another file.\n`);
    return ledgerInMemory();
  }
}

class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(readonly exitCode: number) {
    super('Interrupted');
  }
}

/** The first signal ends the load in order, the second at once. */
function haltedBySignals(): AbortController {
  const halt = new AbortController();
  for (const [signal, exitCode] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    process.on(signal, () => {
      if (halt.signal.aborted) process.exit(exitCode);
      process.stderr.write('\nWhat is under way is waited for; a second signal ends at once.\n');
      halt.abort(new Interrupted(exitCode));
    });
  }
  return halt;
}

function tell({ files, resources, skipped, failures }: Report, target: Target, { file }: Ledger, start: number): void {
  for (const { name, reasons } of failures.slice(0, shownFailures)) {
    for (const reason of reasons.slice(0, 10)) process.stderr.write(`${name}: ${reason}\n`);
    if (reasons.length > 10) process.stderr.write(`${name}: and ${reasons.length - 10} more\n`);
  }
  if (failures.length > shownFailures) process.stderr.write(`… and ${failures.length - shownFailures} more\n`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const before = skipped === 0 ? '' : `; ${skipped} units were loaded before${file === undefined ? '' : ` (ledger ${file})`}`;
  const bad = failures.length === 0 ? '' : `; ${failures.length} failed`;
  process.stdout.write(
    `${files} files, ${resources} resources into ${target.name} in ${seconds} s (${rateOf(resources, start)}/s)${before}${bad}\n`,
  );
  if (failures.length > 0) process.exitCode = 1;
}

function tellHowToGoOn({ reason, files }: NonNullable<Report['stopped']>, of: number, { file }: Ledger, again: true | undefined): void {
  const why = reason instanceof Error ? reason.message : String(reason);
  const next =
    file === undefined
      ? 'No ledger was kept: the same command begins anew'
      : again
        ? 'With --again the same command begins anew'
        : `What was loaded is noted in ${file}: the same command goes on from there`;
  process.stderr.write(`${why}. ${files} of ${of} files were sent. ${next}.\n`);
  process.exitCode = reason instanceof Interrupted ? reason.exitCode : 1;
}
