/** `npm run bench`: each command is a file of its own; this one only lists them and shows what goes wrong. */
import { Command } from 'commander';

import { authCommand } from './auth-command.js';
import { extractCommand } from './extract-command.js';
import { fhirpathCommand } from './fhirpath-command.js';
import { growthCommand } from './growth-command.js';
import { importCommand } from './import-command.js';
import { restCommand } from './rest-command.js';
import { searchCommand } from './search-command.js';
import { sizeCommand } from './size-command.js';
import { storedCommand } from './stored.js';
import { terminologyCommand } from './terminology-command.js';
import { validateCommand } from './validate-command.js';
import { wideCommand } from './wide-command.js';

const program = new Command('bench')
  .description('how quick, how small and how even this server is, on this machine')
  .showHelpAfterError()
  .addHelpText(
    'after',
    `
Every server is a process of its own on 127.0.0.1 and begins empty; all is removed at the end. An answer is checked before it is
timed: a server that answers wrongly gets "invalid" and no figure. CPU µs: processor of the server for one request; mongod µs: of
the database beside it; gen. µs: of what asks. Machines are shared: the last column says how many cores were busy for others.
`,
  );
for (const command of [
  restCommand(),
  authCommand(),
  importCommand(),
  searchCommand(),
  wideCommand(),
  sizeCommand(),
  storedCommand(),
  growthCommand(),
  terminologyCommand(),
  validateCommand(),
  fhirpathCommand(),
  extractCommand(),
])
  program.addCommand(command);

// Ended from outside, it goes the way that ends the servers too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
