/** `lianyi load`: files into a running server, or straight into the store. */
import { Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../config.js';
import { rateOf, showProgress } from './load/progress-bar.js';
import { load, type Report } from './load/run.js';
import { findSources } from './load/sources.js';
import { serverTarget, type Target } from './load/target.js';
import { baseOf, openServer, withoutSecrets } from './open-server.js';
import { settingsHelp } from './serve.js';

interface Options {
  readonly server?: string;
  readonly connections: number;
}

/** At most so many failures are shown; the rest is counted. */
const shownFailures = 50;

export function loadCommand(): Command {
  return new Command('load')
    .description('load resources, Bundles and NDJSON (.json, .ndjson; plain, .gz or .bz2)')
    .argument('<path...>', 'files, folders, or - for standard input')
    .option('--server <url>', 'the FHIR base of a running server; without it the data goes straight into the store that STORE names')
    .option('--connections <n>', 'how many requests are under way at once', wholeNumber, 4)
    .addHelpText('after', '\nExit code: 0 everything is loaded, 1 something is not (standard error says what), 2 a setting is wrong.')
    .addHelpText('after', `\nSettings, from the environment:\n${settingsHelp()}`)
    .action(run);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 256) throw new InvalidArgumentError('a whole number from 1 to 256 was expected');
  return value;
}

async function run(paths: readonly string[], { server, connections }: Options): Promise<void> {
  const sources = await findSources(paths);
  if (sources.length === 0)
    throw new Error(`Nothing to load was found in ${paths.join(', ')}: .json or .ndjson, plain, .gz or .bz2, was expected`);
  const target = server === undefined ? await storeTarget() : await runningServer(server);
  const start = performance.now();
  const progress = showProgress(sources);
  try {
    const report = await load(sources, target, connections, progress);
    progress.stop();
    tell(report, target, start);
  } finally {
    progress.stop();
    await target.close();
  }
}

async function runningServer(url: string): Promise<Target> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new Error(`--server must be an http or https URL; it is "${url}"`);
  const base = url.replace(/\/$/, '');
  const answers = await fetch(`${base}/metadata`).then(
    ({ status }) => status === 200,
    () => false,
  );
  if (!answers)
    throw new Error(`No FHIR server answers at ${base}/metadata. --server is the FHIR base, such as http://127.0.0.1:8080/fhir`);
  return serverTarget(base);
}

/** The store behind a door of its own on this machine, so that every rule of the server holds here too. */
async function storeTarget(): Promise<Target> {
  const config = readConfig(process.env);
  if (config.store === 'sqlite::memory:')
    throw new Error('STORE=sqlite::memory: would be gone when the load ends: name a file, or a server');
  const server = await openServer({ ...config, baseUrl: baseOf(config) });
  const { door, close } = await server.listen(0);
  return { ...serverTarget(door), name: withoutSecrets(config.store), close };
}

function tell({ files, resources, failures }: Report, target: Target, start: number): void {
  for (const { name, reasons } of failures.slice(0, shownFailures)) {
    for (const reason of reasons.slice(0, 10)) process.stderr.write(`${name}: ${reason}\n`);
    if (reasons.length > 10) process.stderr.write(`${name}: and ${reasons.length - 10} more\n`);
  }
  if (failures.length > shownFailures) process.stderr.write(`… and ${failures.length - shownFailures} more\n`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const bad = failures.length === 0 ? '' : `; ${failures.length} failed`;
  process.stdout.write(
    `${files} files, ${resources} resources into ${target.name} in ${seconds} s (${rateOf(resources, start)}/s)${bad}\n`,
  );
  if (failures.length > 0) process.exitCode = 1;
}
