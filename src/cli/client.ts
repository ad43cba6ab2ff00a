/** `lianyi client`: the apps and systems that may ask for tokens, in the store that STORE names. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { addClient, type ClientKind, type ListedClient, listClients, type NewClient } from '../auth/clients.js';
import { revokeClient } from '../auth/revoke.js';
import { type Administration, administer, demandRole, exitCodes } from './administer.js';
import { inColumns } from './columns.js';
import { repeated } from './repeated.js';
import { UsageError } from './usage-error.js';

interface Options {
  readonly id?: string;
  readonly secret: boolean;
  readonly jwks?: string;
  readonly jwksUri?: string;
  readonly redirectUri?: readonly string[];
  readonly postLogoutUri?: readonly string[];
  readonly launchUri?: string;
  readonly scope?: readonly string[];
  readonly role?: string;
  readonly institution?: string;
  readonly mayLaunch: boolean;
  readonly json: boolean;
}

const examples = `
Examples:
  $ lianyi client add '健康档案浏览' --redirect-uri https://app.example.org/back --scope 'launch/patient patient/*.rs'
  $ lianyi client add 'Hospital portal' --secret --redirect-uri https://portal.example.org/back
  $ lianyi client add 'Hospital interface' --jwks public-keys.json --scope 'system/*.cruds' --institution hospital-1
  $ lianyi client add 'Workstation' --secret --may-launch
  $ lianyi client list
  $ lianyi client revoke 3f9c0a51`;

export function clientCommand(): Command {
  return new Command('client')
    .description('add, list and revoke the apps and systems that may ask for tokens')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(
      new Command('revoke')
        .description('take a client away; its grants and tokens are of no use from then on')
        .argument('<id>', 'as client list shows it')
        .action(revoke),
    )
    .addHelpText('after', examples)
    .addHelpText('after', exitCodes);
}

function addCommand(): Command {
  return new Command('add')
    .description('add a client; its id, and where it has one its secret, are printed this once')
    .argument('<name>', 'what people are shown when they are asked to agree')
    .option('--secret', 'it can keep a secret, and gets one; without this and without keys it is public', false)
    .option('--jwks <file>', 'it signs with a key of its own: file with the JSON Web Key Set of its public keys')
    .option('--jwks-uri <url>', 'the same, where the keys are to be fetched')
    .option('--id <id>', 'the id it gets; made unless it is given')
    .addOption(repeated('--redirect-uri <uri>', 'where people are sent back to, exactly; may be repeated'))
    .addOption(repeated('--post-logout-uri <uri>', 'where they may be sent after signing out; may be repeated'))
    .option('--launch-uri <url>', 'where a launch from another system begins')
    .addOption(repeated('--scope <scopes>', 'scopes it may ask for, separated by spaces; may be repeated; reading unless given'))
    .option(
      '--role <role>',
      'what it may do where it acts for itself (system/ scopes): a role of the policy; system-integration unless given',
    )
    .option('--institution <id>', 'id of the Organization it acts for then')
    .option('--may-launch', 'it is a system that other apps are launched from', false)
    .option('--json', 'print the result as JSON', false)
    .addHelpText('after', examples)
    .addHelpText('after', exitCodes)
    .action(add);
}

function listCommand(): Command {
  return new Command('list')
    .description('list the clients')
    .option('--json', 'as a JSON array', false)
    .action((options: { readonly json: boolean }) => administer((rooms) => list(rooms, options.json)));
}

async function add(name: string, options: Options): Promise<void> {
  const client = await clientOf(name, options);
  await administer(async (rooms) => {
    if (options.role !== undefined) demandRole(rooms, options.role);
    const { id, secret } = await addClient(rooms.states, client, rooms);
    const added = { client_id: id, ...(secret === undefined ? {} : { client_secret: secret }) };
    const lines = Object.entries(added).map(([key, value]) => `${key} ${value}\n`);
    process.stdout.write(options.json ? `${JSON.stringify(added)}\n` : lines.join(''));
    return { kind: 'client-registered', outcome: 'success', about: { kind: 'client', id, name } };
  });
}

async function clientOf(name: string, options: Options): Promise<NewClient> {
  const { secret, jwks, jwksUri, id, redirectUri, postLogoutUri, launchUri, scope, role, institution, mayLaunch } = options;
  const given = [secret, jwks !== undefined, jwksUri !== undefined].filter((one) => one).length;
  if (given > 1) throw new UsageError('A client proves who it is in one way: --secret, --jwks or --jwks-uri.');
  const kind: ClientKind = secret ? 'secret' : given === 1 ? 'asymmetric' : 'public';
  const scopes = scope?.flatMap((one) => one.split(/\s+/)).filter((one) => one !== '');
  const optional = { id, jwksUri, redirectUris: redirectUri, postLogoutUris: postLogoutUri, launchUri, scopes, role, institution };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { name, kind, mayLaunch, ...present, ...(jwks === undefined ? {} : { jwks: await keysIn(jwks) }) };
}

async function keysIn(file: string): Promise<NonNullable<NewClient['jwks']>> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file} cannot be read: a file with a JSON Web Key Set was expected.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is no JSON: a JSON Web Key Set was expected.`);
  }
}

async function list({ states }: Administration, asJson: boolean): Promise<undefined> {
  const clients = await listClients(states);
  if (asJson) {
    process.stdout.write(`${JSON.stringify(clients.map(shown), undefined, 2)}\n`);
    return;
  }
  const rows = clients.map(({ id, name, kind, redirectUris = [], scopes = [], registeredItself }) => [
    id,
    kind,
    name,
    redirectUris.join(' '),
    scopes.join(' '),
    registeredItself ? 'itself' : 'an administrator',
  ]);
  process.stdout.write(inColumns([['ID', 'KIND', 'NAME', 'REDIRECT URIS', 'SCOPES', 'REGISTERED BY'], ...rows]));
}

function shown({ madeAt, ...client }: ListedClient) {
  return { ...client, ...(madeAt === undefined ? {} : { madeAt: new Date(madeAt).toISOString() }) };
}

async function revoke(id: string): Promise<void> {
  await administer(async ({ states }) => {
    if (!(await revokeClient(states, id))) throw new Error(`There is no client ${id}`);
    process.stderr.write(`${id} is revoked: its grants and tokens are of no use any more\n`);
    return { kind: 'client-revoked', outcome: 'success', about: { kind: 'client', id } };
  });
}
