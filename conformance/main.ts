/** `npm run conformance`: each suite is a sub-command of its own; this file only lists them and shows what goes wrong. */
import { Command } from 'commander';
import { examplesCommand } from './examples/command.js';
import { fhirpathCommand } from './fhirpath/command.js';
import { oracleCommand } from './oracle/command.js';
import { restCommand } from './rest/command.js';
import { snapshotCommand } from './snapshot/command.js';

const program = new Command('conformance')
  .description('what is claimed, proved against this server or another')
  .showHelpAfterError()
  .addCommand(restCommand())
  .addCommand(snapshotCommand())
  .addCommand(examplesCommand())
  .addCommand(fhirpathCommand())
  .addCommand(oracleCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
