/** `lianyi token`: a short-lived access token for whoever keeps the server, printed alone. */
import { Command } from 'commander';
import { parseScope } from '../access/scopes.js';
import { findAccount } from '../auth/accounts.js';
import { systemRole } from '../auth/client-rules.js';
import { issuerOf } from '../auth/issuer.js';
import { signOperatorToken } from '../auth/operator-token.js';
import { type Administration, administer, demandRole, exitCodes } from './administer.js';
import { baseOf } from './places.js';
import { repeated } from './repeated.js';
import { UsageError } from './usage-error.js';
import { wholeNumber } from './whole-number.js';

interface Options {
  readonly scope: readonly string[];
  readonly patient?: string;
  readonly encounter?: string;
  readonly role?: string;
  readonly institution?: string;
  readonly as?: string;
  readonly minutes: number;
}

const examples = `
Examples:
  $ curl -H "Authorization: Bearer $(lianyi token --scope 'system/*.rs' --institution '*')" http://127.0.0.1:8080/fhir/Patient
  $ lianyi token --scope 'patient/*.rs' --patient p1
  $ lianyi token --scope 'user/*.rs' --as wangfang --minutes 5

BASE_URL (or HOST and PORT) have to be those of the server that is to take the token.`;

export function tokenCommand(): Command {
  return new Command('token')
    .description('print a short-lived access token, signed with the keys of the store')
    .addOption(repeated('--scope <scopes>', 'what it allows, separated by spaces; may be repeated').makeOptionMandatory())
    .option('--patient <id>', 'id of the Patient of patient/ scopes')
    .option('--encounter <id>', 'id of the Encounter in hand')
    .option('--as <name>', 'the account it acts as: its role, its institution, its user')
    .option('--role <role>', `a role of the policy; that of the account, or ${systemRole}, unless given`)
    .option('--institution <id>', "id of the Organization it acts for, or '*' for all; that of the account unless given")
    .option('--minutes <n>', 'how long it lasts', wholeNumber(1, 60), 10)
    .addHelpText('after', examples)
    .addHelpText('after', exitCodes)
    .action(print);
}

async function print(options: Options): Promise<void> {
  await administer(async (rooms) => {
    const { config, states } = rooms;
    const scope = scopesIn(rooms, options);
    const account = options.as === undefined ? undefined : await accountNamed(rooms, options.as);
    const role = options.role ?? account?.role ?? systemRole;
    demandRole(rooms, role);
    const institution = options.institution ?? account?.institution;
    const base = baseOf(config);
    const { patient, encounter, minutes } = options;
    const asked = { scope, role, patient, encounter, institution, account, base, issuer: issuerOf(base), lasts: minutes * 60 };
    const { token, id } = await signOperatorToken(states, asked);
    process.stdout.write(`${token}\n`);
    const about = account === undefined ? {} : { about: { kind: 'account', id: account.id, name: account.name } as const };
    return {
      kind: 'token-issued',
      outcome: 'success',
      tokenId: id,
      scope,
      ...(patient === undefined ? {} : { patient }),
      ...about,
      detail: { role },
    };
  });
}

function scopesIn({ types }: Administration, { scope, patient }: Options): string {
  const all = scope.flatMap((one) => one.split(/\s+/)).filter((one) => one !== '');
  const unknown = all.find((one) => parseScope(one, types) === undefined);
  if (unknown !== undefined)
    throw new UsageError(`"${unknown}" is no scope: expected one such as patient/Observation.rs or system/*.cruds.`);
  if (patient === undefined && all.some((one) => one.startsWith('patient/'))) {
    throw new UsageError('patient/ scopes are of one patient: name it with --patient.');
  }
  return all.join(' ');
}

async function accountNamed({ states }: Administration, name: string) {
  const account = await findAccount(states, name);
  if (account === undefined) throw new Error(`There is no account "${name}"`);
  if (account.locked) throw new Error(`The account "${name}" is locked`);
  return account;
}
