/** `lianyi policy show|check`: the document that says who may see and do what. */
import { Command } from 'commander';
import type { Act } from '../access/access.js';
import type { Policy, Role } from '../access/policy/policy.js';
import { parsePolicy, policyText } from '../access/policy/read-policy.js';
import { ConfigError, readConfig } from '../config.js';
import { builtFolder } from '../definitions/built.js';
import type { Definitions } from '../definitions/definitions.js';
import { loadDefinitions } from '../definitions/load.js';
import { examples } from './examples.js';

export function policyCommand(): Command {
  const command = new Command('policy').description('who may see and do what: show the policy that holds, or check another');
  command
    .command('show')
    .description('print the policy of POLICY_FILE, or the one that holds without it')
    .option('--role <role>', 'instead of the document, what one role may do with each type of resources')
    .addHelpText('after', '\nA policy of your own begins as a copy: lianyi policy show > policy.yaml')
    .action(show);
  command
    .command('check')
    .description('tell what is wrong with a policy document (YAML or JSON)')
    .argument('<file>', 'the document')
    .addHelpText('after', '\nExit code: 0 it is right, 2 it is not, or cannot be read (standard error says what and where).')
    .action(check);
  return command.addHelpText(
    'after',
    examples(['lianyi policy show > policy.yaml', 'lianyi policy show --role clinician', 'lianyi policy check policy.yaml']),
  );
}

function show({ role: name }: { readonly role?: string }): void {
  const file = fileInForce();
  const text = policyText(file);
  if (name === undefined) return void process.stdout.write(text);
  const definitions = loadDefinitions(builtFolder);
  process.stdout.write(roleText(definitions, roleNamed(parsePolicy(text, definitions, file ?? 'the default policy'), name)));
}

function fileInForce(): string | undefined {
  const { policyFile } = readConfig(process.env);
  return policyFile === '' ? undefined : policyFile;
}

function check(file: string): void {
  const { roles } = parsePolicy(policyText(file), loadDefinitions(builtFolder), file);
  process.stdout.write(`${file} is right: ${roles.size} roles (${[...roles.keys()].join(', ')})\n`);
}

function roleNamed({ roles }: Policy, name: string): Role {
  const role = roles.get(name);
  if (role !== undefined) return role;
  throw new ConfigError(`There is no role "${name}"; there are ${[...roles.keys()].join(', ')}`);
}

const acts: readonly (readonly [Act, string])[] = [
  ['create', 'c'],
  ['read', 'r'],
  ['update', 'u'],
  ['delete', 'd'],
  ['search', 's'],
];

function roleText({ resourceTypes }: Pick<Definitions, 'resourceTypes'>, role: Role): string {
  const rows = resourceTypes.flatMap((type) => {
    const letters = acts.flatMap(([act, letter]) => (role.may(act, type) ? [letter] : [])).join('');
    return letters === '' ? [] : [`${type} ${letters}`];
  });
  const sees = role.sees === 'all' ? 'all' : [...role.sees].join(', ');
  return [`${role.title.en} (${role.title.zh})`, `sees: ${sees}`, `rights: ${[...role.rights].join(', ')}`, ...rows, ''].join('\n');
}
