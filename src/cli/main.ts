#!/usr/bin/env node
/** The command `lianyi`. Each subcommand is a file of its own; this one only lists them and shows what goes wrong. */
import { Command } from 'commander';
import { ConfigError } from '../config.js';
import { softwareInfo } from '../software.js';
import { backupCommand } from './backup.js';
import { copyCommand } from './copy.js';
import { doctorCommand } from './doctor.js';
import { explainCommand } from './explain.js';
import { explainProfileCommand } from './explain-profile.js';
import { fhirpathCommand } from './fhirpath.js';
import { loadCommand } from './load.js';
import { reindexCommand } from './reindex.js';
import { restoreCommand } from './restore.js';
import { serveCommand } from './serve.js';
import { validateCommand } from './validate.js';

const program = new Command('lianyi')
  .description('A FHIR R4 server for regional health platforms (区域全民健康信息平台)')
  .version(softwareInfo().version)
  .showHelpAfterError()
  .addCommand(serveCommand())
  .addCommand(loadCommand())
  .addCommand(validateCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(copyCommand())
  .addCommand(reindexCommand())
  .addCommand(doctorCommand())
  .addCommand(explainCommand())
  .addCommand(explainProfileCommand())
  .addCommand(fhirpathCommand());

/** Exit code for what is asked wrongly, by command and settings alike. */
const USAGE = 2;
/** Exit code of a process that SIGPIPE ended, as the shell counts. */
const UNREAD = 128 + 13;

/** Whoever reads has seen enough, as `head` does: no failure to speak of, but what was asked is not done either. */
function endWhenUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(UNREAD);
}

for (const stream of [process.stdout, process.stderr]) stream.on('error', endWhenUnread);
for (const command of [program, ...program.commands]) command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE));
try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof ConfigError ? USAGE : 1;
}
