/** `npm run conformance`: each suite is a sub-command of its own; this file only lists them and shows what goes wrong. */
import { Command } from 'commander';
import { accessCommand } from './access/command.js';
import { loadBundleCases } from './bundle/case.js';
import { examplesCommand } from './examples/command.js';
import { expansionsCommand } from './expansions/command.js';
import { fhirpathCommand } from './fhirpath/command.js';
import { oracleCommand } from './oracle/command.js';
import { loadCases } from './rest/case.js';
import { suiteCommand } from './rest/command.js';
import { searchCommand } from './search/command.js';
import { snapshotCommand } from './snapshot/command.js';
import { syntheaCommand } from './synthea/command.js';
import { terminologyCommand } from './terminology/command.js';

const program = new Command('conformance')
  .description('what is claimed, proved against this server or another')
  .showHelpAfterError()
  .addCommand(
    suiteCommand({
      name: 'rest',
      description: 'the cases of conformance/rest against a server; against this one, on an empty store, where none is named',
      load: loadCases,
    }),
  )
  .addCommand(
    suiteCommand({
      name: 'bundle',
      description:
        'the cases of conformance/bundle against a server; against this one, on an empty store of each kind, where none is named',
      load: loadBundleCases,
      onBothStores: true,
    }),
  )
  .addCommand(searchCommand())
  .addCommand(terminologyCommand())
  .addCommand(expansionsCommand())
  .addCommand(accessCommand())
  .addCommand(snapshotCommand())
  .addCommand(examplesCommand())
  .addCommand(fhirpathCommand())
  .addCommand(oracleCommand())
  .addCommand(syntheaCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
