/** `npm run conformance -- examples`: R4's official examples through this server on both stores, or through another one. */
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { loadDefinitions } from '../../src/definitions/load.js';
import { headersOf } from '../headers.js';
import { onOwnStores } from '../own-stores.js';
import { type Example, loadExamples } from './example.js';
import { type Judged, runExamples } from './run-all.js';

interface Options {
  readonly base?: string;
  readonly header: readonly string[];
  readonly only?: string;
}

export function examplesCommand(): Command {
  return new Command('examples')
    .description(
      "R4's official examples that are no definitions: created, read back, read and written as XML; on both stores where no server is named",
    )
    .option('--base <url>', 'the FHIR base of the server')
    .option('--header <field...>', 'sent with every request, such as "Authorization: Bearer …"', [])
    .option('--only <pattern>', 'a regular expression that the name of an example must match')
    .action(async (options: Options) => {
      process.exitCode = (await run(options)) ? 0 : 1;
    });
}

const types = () => loadDefinitions(fileURLToPath(new URL('../../definitions', import.meta.url)));
const out = (text: string) => process.stdout.write(`${text}\n`);

/** Whether every example was kept, or refused as it is known to be. */
async function run({ base, header, only = '' }: Options): Promise<boolean> {
  const pattern = new RegExp(only, 'i');
  const examples = loadExamples().filter(({ name }) => pattern.test(name));
  if (examples.length === 0) throw new Error(`No example matches ${only}`);
  if (base !== undefined) return judge(examples, base, base.replace(/\/$/, ''), headersOf(header), false);
  return onOwnStores((name, url) => judge(examples, name, url, {}, true));
}

async function judge(
  examples: readonly Example[],
  name: string,
  base: string,
  headers: Readonly<Record<string, string>>,
  own: boolean,
): Promise<boolean> {
  const began = performance.now();
  const { judged, xml } = await runExamples(examples, { base, headers, types: types(), own, xmlUpTo: Number.POSITIVE_INFINITY }, 2);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  for (const one of judged) if (one.verdict.kind === 'failed') out(`FAILED  ${one.example.name}\n    ${one.verdict.finding}`);
  const count = (kind: Judged['verdict']['kind']) => judged.filter(({ verdict }) => verdict.kind === kind).length;
  const formats = xml ? 'in JSON and XML' : 'in JSON alone (the server does not claim XML)';
  out(
    `${name}: ${judged.length} examples, ${count('kept')} kept ${formats}, ${count('served')} served already, ${count('refused')} refused as listed, ${count('failed')} failed, ${seconds} s`,
  );
  return count('failed') === 0;
}
