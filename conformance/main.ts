/** `npm run conformance`: each suite is a sub-command of its own; this file only lists them. */
import { Command } from 'commander';
import { restCommand } from './rest/command.js';

await new Command('conformance')
  .description('what is claimed, proved against this server or another')
  .showHelpAfterError()
  .addCommand(restCommand())
  .parseAsync();
