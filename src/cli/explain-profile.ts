/** `lianyi explain-profile`: what the validator makes of a type or a profile. */
import { Command } from 'commander';
import { createTerminology } from '../terminology/create-terminology.js';
import { explainProfile } from '../validation/explain.js';
import { examples } from './examples.js';
import { findDefinition } from './find-definition.js';
import { knownWith, packageOption } from './validate/packages.js';

interface Options {
  readonly package?: readonly string[];
  readonly source?: boolean;
}

export function explainProfileCommand(): Command {
  return new Command('explain-profile')
    .description('print the elements and rules of a type or a profile as the validator applies them')
    .argument('<url|type>', 'canonical of a profile (url or url|version), the last part of its url, or a type: Patient')
    .addOption(packageOption())
    .option('--source', 'also the source of each function that is generated from it')
    .addHelpText(
      'after',
      examples([
        'lianyi explain-profile Patient',
        'lianyi explain-profile cn-patient',
        'lianyi explain-profile https://lianyi.cn/fhir/StructureDefinition/cn-patient --source',
      ]),
    )
    .addHelpText('after', '\nExit code: 0 it was printed, 1 there is no such definition (standard error names what is near), 2 usage.')
    .action(explain);
}

async function explain(name: string, { package: folders, source = false }: Options): Promise<void> {
  const { definitions } = await knownWith(folders);
  const found = findDefinition(name, definitions);
  if (typeof found !== 'string') throw new Error(found.en);
  const text = explainProfile(found, { definitions, terminology: createTerminology(definitions) }, { source });
  if (text === undefined) throw new Error(`${found} cannot be explained`);
  process.stdout.write(text);
}
