/** `lianyi validate`: files, folders and streams of resources against R4 and the profiles that are known here. */
import { Command, Option } from 'commander';
import { type Language, message } from '../model/message.js';
import type { Issue, Severity } from '../model/outcome.js';
import { type Document, documentsIn } from './documents.js';
import { examples } from './examples.js';
import { findDefinition } from './find-definition.js';
import { languageOption } from './language.js';
import { type Shown, showProgress } from './load/progress-bar.js';
import { findSources, type Source } from './load/sources.js';
import { repeated } from './repeated.js';
import { type Court, judge } from './validate/judge.js';
import { knownWith, packageOption } from './validate/packages.js';
import { asJson, asText } from './validate/print.js';
import { count, newTally, type Tally, tableOf } from './validate/tally.js';

interface Options {
  readonly profile?: readonly string[];
  readonly package?: readonly string[];
  readonly format: 'text' | 'json';
  readonly lang: Language;
  readonly level: Exclude<Severity, 'fatal'>;
}

const readable = /\.(json|xml|ndjson|jsonl)(\.(gz|bz2))?$/i;
/** Exit code for what is asked wrongly. */
const USAGE = 2;

export function validateCommand(): Command {
  return new Command('validate')
    .description('validate resources in JSON, XML or NDJSON (plain, .gz or .bz2)')
    .argument('<path...>', 'files, folders (with all in them), or - for standard input')
    .addOption(repeated('--profile <url>', 'a profile each resource must meet, beside those it claims; may be repeated'))
    .addOption(packageOption())
    .addOption(new Option('--format <format>', 'for people, or a line of JSON for each resource').choices(['text', 'json']).default('text'))
    .addOption(languageOption())
    .addOption(
      new Option('--level <severity>', 'the least that is shown; all is counted')
        .choices(['error', 'warning', 'information'])
        .default('warning'),
    )
    .addHelpText(
      'after',
      examples([
        'lianyi validate patient.json --lang zh',
        'lianyi validate export/ --profile cn-patient --level error',
        'lianyi validate --format json - < patients.ndjson > findings.ndjson',
      ]),
    )
    .addHelpText(
      'after',
      `
Each fault is shown as file:line:column with the line it stands in. With --format json standard output holds, for each resource,
{"file", "line" (of NDJSON), "resource", "valid", "outcome"}, a file that cannot be read has one without "resource", and the summary goes to standard error, as progress always does.

On a running server: POST [base]/[type]/$validate with the resource in the body; ?profile=<url> names a profile it must meet.

Exit code: 0 all are valid, 1 something is not (or cannot be read), 2 the command is not right.`,
    )
    .action(run);
}

async function run(paths: readonly string[], options: Options): Promise<void> {
  const sources = await findSources(paths, readable).catch((error: Error) => error.message);
  if (typeof sources === 'string') return refuse(sources);
  if (sources.length === 0)
    return refuse(`Nothing to validate was found in ${paths.join(', ')}: .json, .xml or .ndjson, plain, .gz or .bz2, was expected`);
  const known = await knownWith(options.package, options.lang).catch((error: Error) => error.message);
  if (typeof known === 'string') return refuse(known);
  const { definitions, validator, resolveCanonical } = known;
  const profiles = (options.profile ?? []).map((name) => findDefinition(name, definitions));
  const unknown = profiles.find((found) => typeof found !== 'string');
  if (unknown !== undefined) return refuse(unknown[options.lang]);
  const start = performance.now();
  const progress = showProgress(sources);
  const tally = newTally();
  try {
    await validateAll(
      sources,
      { types: definitions, validator, resolveCanonical, profiles: profiles.filter((one) => typeof one === 'string') },
      { options, progress, tally },
    );
  } finally {
    progress.stop();
  }
  const table = tableOf(tally, (performance.now() - start) / 1000, options.lang);
  await write(options.format === 'json' ? process.stderr : process.stdout, table);
  if (tally.counts.error > 0) process.exitCode = 1;
}

function refuse(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = USAGE;
}

interface Run {
  readonly options: Options;
  readonly progress: Shown;
  readonly tally: Tally;
}

async function validateAll(sources: readonly Source[], court: Court, run: Run): Promise<void> {
  for (const source of sources) {
    run.tally.files++;
    try {
      for await (const document of documentsIn(source, run.progress.read)) await validateOne(document, court, run);
    } catch (error) {
      run.tally.counts.error++;
      await tellUnreadable(source, error, run);
    }
    run.progress.finished(source);
  }
}

async function tellUnreadable(source: Source, error: unknown, { options, progress }: Run): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const unreadable = message('unreadable', `The file cannot be read: ${reason}`, `无法读取文件：${reason}`);
  progress.clear();
  if (options.format === 'text') return write(process.stderr, `${source.name}: ${unreadable[options.lang]}\n`);
  const judgement = { resource: undefined, issues: [{ severity: 'error', code: 'exception', message: unreadable } as const] };
  await write(process.stdout, asJson({ source, text: undefined, syntax: 'json', line: undefined }, judgement, options.lang));
}

async function validateOne(document: Document, court: Court, { options, progress, tally }: Run): Promise<void> {
  const judgement = await judge(document, court);
  if (judgement === undefined) {
    tally.passedOver.push(document.source.name);
    return;
  }
  count(tally, judgement.issues);
  progress.stored(1);
  const shown = { ...judgement, issues: judgement.issues.filter((issue) => isShown(issue, options.level)) };
  const text = options.format === 'json' ? asJson(document, shown, options.lang) : asText(document, shown, options.lang);
  if (text === '') return;
  progress.clear();
  await write(process.stdout, text);
}

const levels: readonly Severity[] = ['information', 'warning', 'error', 'fatal'];

function isShown({ severity }: Issue, level: Severity): boolean {
  return levels.indexOf(severity) >= levels.indexOf(level);
}

/** Waits where whoever reads is slower than this writes. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => stream.write(text, (error) => (error ? reject(error) : resolve())));
}
