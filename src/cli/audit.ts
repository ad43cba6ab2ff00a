/** `lianyi audit`: the journal of who saw and did what, looked at and verified in the store that STORE names. */
import { Command } from 'commander';
import { exportCommand } from './audit/export.js';
import { listCommand } from './audit/list.js';
import { verifyCommand } from './audit/verify.js';

const examples = `
Examples:
  $ lianyi audit verify > heads.txt            keep them elsewhere: a journal made anew would have others
  $ lianyi audit verify --heads heads.txt
  $ lianyi audit list --patient 1234 --since 2026-11-01
  $ lianyi audit list --refused --since 2026-11-20T08:00:00+08:00
  $ lianyi audit export --agent Practitioner/wang > events.ndjson`;

export function auditCommand(): Command {
  return new Command('audit')
    .description('who saw and did what: list it, export it, verify that nobody changed it')
    .addCommand(verifyCommand())
    .addCommand(listCommand())
    .addCommand(exportCommand())
    .addHelpText('after', examples)
    .addHelpText(
      'after',
      '\nExit code: 0 done, and the journal is whole; 1 it is not, or cannot be read; 2 the command or a setting is wrong.',
    );
}
