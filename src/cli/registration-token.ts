/** `lianyi registration-token`: a token with which clients register themselves, printed alone. Source: RFC 7591 3 */
import { Command } from 'commander';
import { addRegistrationToken } from '../auth/registration-tokens.js';
import { administer, demandRole, exitCodes } from './administer.js';
import { wholeNumber } from './whole-number.js';

interface Options {
  readonly scope?: string;
  readonly role?: string;
  readonly institution?: string;
  readonly days: number;
}

const examples = `
Examples:
  $ TOKEN=$(lianyi registration-token)
  $ lianyi registration-token --scope 'system/*.cruds' --institution hospital-1 --days 1`;

export function registrationTokenCommand(): Command {
  return new Command('registration-token')
    .description('print a token with which clients register themselves')
    .option('--scope <scopes>', 'what they may be registered for at most; what apps of people need, unless given')
    .option('--role <role>', 'what they are where they act for themselves: a role of the policy')
    .option('--institution <id>', 'id of the Organization they act for then')
    .option('--days <n>', 'how long the token lasts', wholeNumber(1, 365), 7)
    .addHelpText('after', examples)
    .addHelpText('after', exitCodes)
    .action(print);
}

async function print({ days, ...limits }: Options): Promise<void> {
  await administer(async (rooms) => {
    if (limits.role !== undefined) demandRole(rooms, limits.role);
    const token = await addRegistrationToken(rooms.states, { ...limits, lasts: days * 86_400 }, rooms);
    process.stdout.write(`${token}\n`);
    const { scope } = limits;
    return { kind: 'registration-token-made', outcome: 'success', ...(scope === undefined ? {} : { scope }), detail: { days } };
  });
}
