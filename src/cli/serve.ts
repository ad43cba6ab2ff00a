/** `lianyi serve`: listens until it is told to stop. */
import { Command } from 'commander';
import { type Config, readConfig } from '../config.js';
import { softwareInfo } from '../software.js';
import { examples } from './examples.js';
import { localLanguage } from './language.js';
import { openServer } from './open-server.js';
import { withoutSecrets } from './places.js';
import { settingsHelp } from './settings-help.js';
import { smartOptions } from './smart-options.js';
import { firstSteps, warningOf, warningOfSecrets, welcome } from './welcome.js';

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve FHIR over HTTP')
    .addHelpText(
      'after',
      examples([
        'npm start',
        "PORT=9000 STORE='mongodb://127.0.0.1:27017/lianyi?replicaSet=rs0' lianyi serve",
        'ACCESS=smart BASE_URL=https://fhir.example.org/fhir lianyi serve',
      ]),
    )
    .addHelpText('after', `\nSettings, from the environment:\n${settingsHelp()}`)
    .action(serve);
}

async function serve(): Promise<void> {
  const config = readConfig(process.env);
  let firstToken: string | undefined;
  const access = smartOptions(config, (token) => {
    firstToken = token;
  });
  const server = await openServer(config, access);
  const { url, close } = await server.listen(config.port, config.host).catch(async (error: unknown) => {
    await server.close();
    throw listenFault(error, config);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(close));
  const packages = server.definitions.packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  process.stdout.write(
    `Lianyi ${softwareInfo().version} serves ${url} | access ${config.access} | store ${withoutSecrets(config.store)} | ${packages}\n`,
  );
  const language = localLanguage();
  process.stdout.write(firstSteps({ url, ...config, environment: process.env }, language));
  if (access.smart !== undefined) process.stdout.write(warningOf(url, language) + warningOfSecrets(config, language));
  if (firstToken !== undefined) process.stdout.write(welcome(url, firstToken, language));
}

function listenFault(error: unknown, { port, host }: Config): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return new Error(`Port ${port} on ${host} is taken. Set PORT to another one; 0 takes one that is free.`);
  if (code === 'EACCES') return new Error(`This user may not listen on port ${port}. Set PORT to one above 1023.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new Error(`HOST ${host} is no address of this machine.`);
  return error;
}

/** What has been asked is answered and what was stored is closed, then the process ends. */
async function end(close: () => Promise<void>): Promise<void> {
  try {
    await close();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
