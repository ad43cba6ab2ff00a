/** `lianyi user`: the accounts of people, in the store that STORE names, while a server serves it or not. */
import { Command } from 'commander';
import type { Role } from '../access/policy/policy.js';
import type { SecurityEvent, SecurityEventKind } from '../audit/event.js';
import { type Account, addAccount, listAccounts, lockAccount, type NewAccount, resetAccount } from '../auth/accounts.js';
import { type Administration, administer, demandRole, exitCodes } from './administer.js';
import { inColumns } from './columns.js';
import { readPassword } from './password.js';
import { repeated } from './repeated.js';
import { UsageError } from './usage-error.js';

interface PasswordOptions {
  readonly passwordStdin: boolean;
}

interface NewUser extends PasswordOptions, Pick<NewAccount, 'role' | 'displayName' | 'institution'> {
  readonly patient?: readonly string[];
  readonly practitioner?: string;
  readonly relatedPerson?: string;
  readonly changePassword: boolean;
  readonly json: boolean;
}

const examples = `
Examples:
  $ lianyi user add wangfang --role clinician --practitioner pr1 --institution hospital-1 --display-name 王芳
  $ lianyi user add zhangsan --role patient --patient p1 --password-stdin < password.txt
  $ lianyi user add limei --role guardian --patient p1 --patient p2
  $ lianyi user list --json
  $ lianyi user lock wangfang`;

const passwords = '\nThe password is typed twice, or read from standard input; it is never given on the command line.';

export function userCommand(): Command {
  return new Command('user')
    .description('add, list, lock and reset the accounts of people who sign in')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(
      named('lock', 'keep an account from signing in, and end what it is signed in with').action((name: string) => locking(name, true)),
    )
    .addCommand(named('unlock', 'let a locked account sign in again').action((name: string) => locking(name, false)))
    .addCommand(
      withPassword(named('reset', 'set a new password, which its owner must change, and take away lock and second factor')).action(reset),
    )
    .addHelpText('after', examples)
    .addHelpText('after', passwords)
    .addHelpText('after', exitCodes);
}

function addCommand(): Command {
  return withPassword(named('add', 'add an account'))
    .requiredOption('--role <role>', 'a role of the policy: see lianyi policy show')
    .addOption(
      repeated('--patient <id>', 'id of the Patient the account is of; with --role guardian, of one it acts for (may be repeated)'),
    )
    .option('--practitioner <id>', 'id of the Practitioner the account is of')
    .option('--related-person <id>', 'id of the RelatedPerson the account is of')
    .option('--institution <id>', 'id of the Organization the account works for')
    .option('--display-name <name>', 'what the person is called; the sign-in name unless it is given')
    .option('--change-password', 'the owner has to set another password at the first sign-in', false)
    .option('--json', 'print the account as JSON', false)
    .addHelpText('after', examples)
    .addHelpText('after', passwords)
    .addHelpText('after', exitCodes)
    .action(add);
}

function listCommand(): Command {
  return new Command('list')
    .description('list the accounts')
    .option('--json', 'as a JSON array', false)
    .action((options: { readonly json: boolean }) => administer((rooms) => list(rooms, options.json)));
}

function named(verb: string, description: string): Command {
  return new Command(verb).description(description).argument('<name>', 'the name that is typed to sign in');
}

function withPassword(command: Command): Command {
  return command.option('--password-stdin', 'read the password from standard input', false);
}

async function add(name: string, options: NewUser): Promise<void> {
  const users = userOf(options);
  await administer(async (rooms) => {
    demandRecords(demandRole(rooms, options.role), options);
    const password = await readPassword(name, options.passwordStdin);
    const { role, displayName, institution } = options;
    const given = { ...(displayName === undefined ? {} : { displayName }), ...(institution === undefined ? {} : { institution }) };
    const account = await addAccount(rooms.states, {
      name,
      role,
      password,
      ...given,
      ...users,
      ...(options.changePassword ? { mustChangePassword: true } : {}),
    });
    process.stdout.write(options.json ? `${JSON.stringify(shown(account))}\n` : `${account.name} ${account.id}\n`);
    return eventOf('account-added', account);
  });
}

/** Whose account it is, and for whom it acts. Throws UsageError where that does not go together. */
function userOf({ role, patient = [], practitioner, relatedPerson }: NewUser): Pick<NewAccount, 'fhirUser' | 'patients'> {
  const isGuardian = role === 'guardian';
  const users = [
    ...(isGuardian ? [] : patient.map((id) => `Patient/${id}`)),
    ...(practitioner === undefined ? [] : [`Practitioner/${practitioner}`]),
    ...(relatedPerson === undefined ? [] : [`RelatedPerson/${relatedPerson}`]),
  ];
  if (users.length > 1) throw new UsageError(`An account is of one person; found ${users.join(', ')}.`);
  if (isGuardian && patient.length === 0) throw new UsageError('A guardian acts for patients: name each with --patient.');
  const [fhirUser] = users;
  return { ...(fhirUser === undefined ? {} : { fhirUser }), ...(isGuardian ? { patients: patient } : {}) };
}

/** Throws UsageError where the role sees records by what the account has not: it would look as if there were none. */
function demandRecords({ sees }: Role, { role, patient = [], practitioner, relatedPerson, institution }: NewUser): void {
  if (sees === 'all' || sees.size === 0 || (sees.has('unowned') && institution === undefined)) return;
  const isOfRecord = patient.length > 0 || relatedPerson !== undefined;
  if (sees.has('compartment') && isOfRecord) return;
  if (institution !== undefined && (sees.has('institution') || sees.has('relationship'))) return;
  if (practitioner !== undefined && sees.has('relationship')) return;
  const wanted = sees.has('compartment') ? '--patient' : '--institution';
  throw new UsageError(`An account with the role "${role}" would see nobody's record: say with ${wanted} whose it may see.`);
}

async function list({ states }: Administration, asJson: boolean): Promise<undefined> {
  const accounts = (await listAccounts(states)).map(shown);
  if (asJson) {
    process.stdout.write(`${JSON.stringify(accounts, undefined, 2)}\n`);
    return;
  }
  const rows = accounts.map(({ name, role, displayName = '', fhirUser = '', patients = [], institution = '', ...rest }) => [
    name,
    role,
    displayName,
    fhirUser || patients.map((id) => `Patient/${id}`).join(' '),
    institution,
    [rest.locked ? 'locked' : '', rest.secondFactor ? 'second factor' : ''].filter((word) => word !== '').join(', '),
  ]);
  process.stdout.write(inColumns([['NAME', 'ROLE', 'CALLED', 'USER', 'INSTITUTION', 'STATE'], ...rows]));
}

function eventOf(kind: SecurityEventKind, { id, name, role }: Account): SecurityEvent {
  return { kind, outcome: 'success', about: { kind: 'account', id, name }, detail: { role } };
}

/** Nothing of it is secret. */
function shown({ password: _, totp, locked = false, createdAt, passwordSetAt, ...account }: Account) {
  const times = { createdAt: new Date(createdAt).toISOString(), passwordSetAt: new Date(passwordSetAt).toISOString() };
  return { ...account, locked, secondFactor: totp !== undefined, ...times };
}

async function locking(name: string, locked: boolean): Promise<void> {
  await administer(async ({ states }) => {
    const account = await lockAccount(states, name, locked);
    process.stderr.write(`${account.name} is ${locked ? 'locked' : 'unlocked'}\n`);
    return eventOf(locked ? 'account-locked' : 'account-unlocked', account);
  });
}

async function reset(name: string, { passwordStdin }: PasswordOptions): Promise<void> {
  await administer(async ({ states }) => {
    const account = await resetAccount(states, name, await readPassword(name, passwordStdin));
    process.stderr.write(`${account.name} has the new password until its owner sets another at the next sign-in\n`);
    return eventOf('account-reset', account);
  });
}
