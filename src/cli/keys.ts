/** `lianyi keys`: the keys that tokens are signed with. */
import { Command } from 'commander';
import { rotateKeys } from '../auth/keys.js';
import { administer, exitCodes } from './administer.js';

interface Options {
  readonly compromised: boolean;
}

const about = `
The new key is published at once and signs ten minutes later, when everybody has had time to learn of it; what the old one signed is
accepted until it expires. With --compromised the new key signs at once, and everything that was signed before is refused: whoever is
signed in has to sign in again. Running servers follow within seconds.`;

export function keysCommand(): Command {
  const rotateCommand = new Command('rotate')
    .description('make a new signing key; its id (kid) is printed')
    .option('--compromised', 'others know the old key: it is of no use from now on', false)
    .addHelpText('after', about)
    .addHelpText('after', exitCodes)
    .action(rotate);
  return new Command('keys').description('rotate the keys that tokens are signed with').addCommand(rotateCommand);
}

async function rotate({ compromised }: Options): Promise<void> {
  await administer(async ({ states }) => {
    const { kid, signsFrom } = await rotateKeys(states, { compromised });
    process.stderr.write(`The new key signs from ${new Date(signsFrom).toISOString()} on\n`);
    process.stdout.write(`${kid}\n`);
    const about = { kind: 'key', id: kid } as const;
    return { kind: 'keys-rotated', outcome: 'success', about, ...(compromised ? { reason: 'others know the old key' } : {}) };
  });
}
