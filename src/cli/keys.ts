/** `lianyi keys`: the keys that tokens are signed with, and the operator's key under which they and other secrets are kept. */
import { Command } from 'commander';
import { rotateKeys } from '../auth/keys.js';
import { resealAll } from '../auth/sealed-states.js';
import { administer, exitCodes } from './administer.js';
import { examples } from './examples.js';
import { UsageError } from './usage-error.js';

interface Options {
  readonly compromised: boolean;
}

const about = `
The new key is published at once and signs ten minutes later, when everybody has had time to learn of it; what the old one signed is
accepted until it expires. With --compromised the new key signs at once, and everything that was signed before is refused: whoever is
signed in has to sign in again. Running servers follow within seconds.`;

const aboutSealing = `
Signing keys, second factors, accounts, clients, sessions and grants that lie in the store in clear, or under an earlier key, are sealed
with the first key of the file. To begin: openssl rand -base64 32 > FILE, readable by the server alone and kept apart from the store and
its backups, since without it the store's secrets are lost; start all servers with SECRETS_KEY_FILE=FILE; then this command, once. To
change the key: put the new one on a second line, start the servers anew, move it to the first line, start them anew, then this command;
after it the old line can go. What an earlier backup holds in clear stays readable there: lianyi keys rotate --compromised makes its
signing keys worthless.`;

export function keysCommand(): Command {
  const rotateCommand = new Command('rotate')
    .description('make a new signing key; its id (kid) is printed')
    .option('--compromised', 'others know the old key: it is of no use from now on', false)
    .addHelpText('after', about)
    .addHelpText('after', exitCodes)
    .action(rotate);
  const reencryptCommand = new Command('reencrypt')
    .description('seal the secrets in the store with the first key of SECRETS_KEY_FILE')
    .addHelpText('after', aboutSealing)
    .addHelpText('after', exitCodes)
    .action(reencrypt);
  return new Command('keys')
    .description('the keys that tokens are signed with, and the key under which secrets are kept')
    .addCommand(rotateCommand)
    .addCommand(reencryptCommand)
    .addHelpText('after', examples(['lianyi keys rotate', 'lianyi keys rotate --compromised', 'lianyi keys reencrypt']))
    .addHelpText('after', exitCodes);
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

async function reencrypt(): Promise<void> {
  await administer(async ({ stored, ring }) => {
    const [seals] = ring.names;
    if (seals === undefined) throw new UsageError('SECRETS_KEY_FILE is not set: it names the file with the key (openssl rand -base64 32).');
    const count = await resealAll(stored, ring);
    process.stderr.write(`${count} secrets are sealed anew, all with the key ${seals}\n`);
    return { kind: 'secrets-sealed', outcome: 'success', about: { kind: 'key', id: seals }, detail: { count } };
  });
}
