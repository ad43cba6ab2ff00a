/** `lianyi doctor`: says whether settings, definitions and store are fit to serve, and what they are. */
import { Command } from 'commander';
import { standingOf } from '../auth/sealed-states.js';
import { type Config, readConfig, settings } from '../config.js';
import { openSealed, secretsKeyIn } from '../secrets-key.js';
import type { Server } from '../server.js';
import type { StateStore } from '../store/state.js';
import { examples } from './examples.js';
import { openServer } from './open-server.js';
import { baseOf, withoutSecrets } from './places.js';
import { settingsHelp } from './settings-help.js';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check settings, definitions, store and indexes')
    .addHelpText('after', examples(['STORE=sqlite:/srv/lianyi.db lianyi doctor']))
    .addHelpText('after', '\nExit code: 0 everything is in order, 1 it is not (standard error says why), 2 a setting is wrong.')
    .addHelpText('after', `\nSettings, from the environment:\n${settingsHelp()}`)
    .action(doctor);
}

async function doctor(): Promise<void> {
  const config = readConfig(process.env);
  title('Settings');
  for (const { variable, key } of settings) line(variable, withoutSecrets(String(config[key] ?? '(from HOST and PORT)')));
  const server = await openServer({ ...config, baseUrl: baseOf(config) });
  try {
    title('Definitions');
    for (const { name, version } of server.definitions.packages) line(name, version);
    const { resourceTypes } = server.definitions;
    line('types', `${resourceTypes.length} resource types`);
    line('search', `${resourceTypes.reduce((sum, type) => sum + server.definitions.searchParameters(type).length, 0)} parameters of types`);
    // As a server would begin: the store makes or checks what the definitions ask for.
    await server.handler();
    const { kind, location, version, resources, ready, details } = await server.store.describe();
    title('Store');
    line('kind', `${kind} ${version}`);
    line('location', location);
    line('resources', String(resources));
    line('indexes', ready ? 'complete' : 'NOT complete');
    for (const [name, value] of Object.entries(details)) line(name, String(value));
    await tellSecrets(config, server.store.states);
    const unusable = tellTables(server.conceptTables());
    if (!ready) throw new Error('The indexes of the store are not complete: start the server once, it makes them.');
    if (unusable > 0) throw new Error('Code systems in the store have no effect: see Terminology above.');
    process.stdout.write('\nEverything is in order.\n');
  } finally {
    await server.close();
  }
}

/** Throws ConfigError where the key is not the one that the store needs. */
async function tellSecrets({ secretsKeyFile, access }: Config, states: StateStore): Promise<void> {
  const ring = secretsKeyIn(secretsKeyFile);
  const { sealed, inClear, keysInClear } = await standingOf(states);
  if (access === 'off' && sealed.size === 0 && inClear === 0) return;
  title('Secrets');
  for (const [name, count] of sealed)
    line(`sealed with ${name}`, `${count}${ring.names.includes(name) ? '' : ', a key that is NOT in SECRETS_KEY_FILE'}`);
  line(
    'in clear',
    `${inClear}${keysInClear ? ', the signing keys among them: whoever reads the store or a backup could sign tokens' : ''}`,
  );
  if (inClear > 0 || keysInClear) line('to seal them', 'lianyi keys reencrypt --help');
  await openSealed(states, ring);
}

/** How many code systems are of no use. */
function tellTables(standing: ReturnType<Server['conceptTables']>): number {
  if (standing === undefined) return 0;
  const { tables, concepts, bytes, limit, unusable } = standing;
  const megabytes = (of: number) => (of / 1024 / 1024).toFixed(1);
  title('Terminology');
  line('large code systems', `${tables} in tables, ${concepts} concepts`);
  line('memory', `${megabytes(bytes)} of ${megabytes(limit)} MB (TERMINOLOGY_MEMORY)`);
  for (const [name, why] of unusable) line(name, `NOT usable: ${why.en}`);
  return unusable.length;
}

function title(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

function line(name: string, value: string): void {
  process.stdout.write(`  ${name.padEnd(21)} ${value}\n`);
}
