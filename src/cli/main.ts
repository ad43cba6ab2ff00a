#!/usr/bin/env node
/**
 * The command `lianyi`. Each subcommand is a file of its own; this one only lists them and shows what goes wrong. A command is loaded when
 * it is asked for: what another needs would be half of its time.
 */
import { Command } from 'commander';
import { softwareInfo } from '../software.js';
import { examples } from './examples.js';
import { inChinese } from './in-chinese.js';
import { localLanguage } from './language.js';

/** In the order of `lianyi --help`. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.js')).serveCommand(),
  load: async () => (await import('./load.js')).loadCommand(),
  'load-codesystem': async () => (await import('./load-codesystem.js')).loadCodeSystemCommand(),
  codesystem: async () => (await import('./codesystem.js')).codeSystemCommand(),
  validate: async () => (await import('./validate.js')).validateCommand(),
  backup: async () => (await import('./backup.js')).backupCommand(),
  restore: async () => (await import('./restore.js')).restoreCommand(),
  copy: async () => (await import('./copy.js')).copyCommand(),
  reindex: async () => (await import('./reindex.js')).reindexCommand(),
  policy: async () => (await import('./policy.js')).policyCommand(),
  doctor: async () => (await import('./doctor.js')).doctorCommand(),
  explain: async () => (await import('./explain.js')).explainCommand(),
  'explain-profile': async () => (await import('./explain-profile.js')).explainProfileCommand(),
  fhirpath: async () => (await import('./fhirpath.js')).fhirpathCommand(),
  user: async () => (await import('./user.js')).userCommand(),
  client: async () => (await import('./client.js')).clientCommand(),
  'registration-token': async () => (await import('./registration-token.js')).registrationTokenCommand(),
  keys: async () => (await import('./keys.js')).keysCommand(),
  audit: async () => (await import('./audit.js')).auditCommand(),
  token: async () => (await import('./token.js')).tokenCommand(),
};

/** Exit code for what is asked wrongly, by command and settings alike. */
const USAGE = 2;
/** Exit code of a process that SIGPIPE ended, as the shell counts. */
const UNREAD = 128 + 13;

/** Whoever reads has seen enough, as `head` does: no failure to speak of, but what was asked is not done either. */
function endWhenUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(UNREAD);
}

/** The command that is asked for, or all of them, for the list of help. */
async function wanted(name: string | undefined): Promise<readonly Command[]> {
  if (name === '--version' || name === '-V') return [];
  const only = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];
  return Promise.all((only === undefined ? Object.values(commands) : [only]).map((load) => load()));
}

/** Known by their names: `config.ts` is loaded by the commands that read it. */
function isUsage(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ConfigError' || error.name === 'UsageError');
}

/** A command's own commands end as it does. */
function withUsageCode(command: Command): void {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE));
  for (const own of command.commands) withUsageCode(own);
}

/** Its options are described in English alone. */
function inLocalLanguage(command: Command): Command {
  const chinese = inChinese[command.name()];
  return chinese === undefined || localLanguage() === 'en' ? command : command.description(chinese);
}

const program = new Command('lianyi')
  .description(
    localLanguage() === 'zh'
      ? '联医：区域全民健康信息平台的 FHIR R4 服务器'
      : 'A FHIR R4 server for regional health platforms (区域全民健康信息平台)',
  )
  .version(softwareInfo().version)
  .showHelpAfterError()
  .addHelpText('after', examples(['lianyi serve --help', 'lianyi load --help', 'lianyi validate patient.json --lang zh']))
  // A command may have an option --version of its own.
  .enablePositionalOptions();

for (const stream of [process.stdout, process.stderr]) stream.on('error', endWhenUnread);
try {
  for (const command of await wanted(process.argv[2])) program.addCommand(inLocalLanguage(command));
  withUsageCode(program);
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isUsage(error) ? USAGE : 1;
}
