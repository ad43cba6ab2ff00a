/** `lianyi explain-profile`: what the validator makes of a type or a profile. */
import { Command } from 'commander';
import { loadDefinitions } from '../definitions/load.js';
import { nearest } from '../model/nearest.js';
import { createTerminology } from '../terminology/create-terminology.js';
import { explainProfile } from '../validation/explain.js';
import { definitionsFolder } from './open-server.js';

export function explainProfileCommand(): Command {
  return new Command('explain-profile')
    .description('print what a type or a profile is compiled to')
    .argument('<url|type>', 'canonical of a profile (url or url|version), or a type: Patient')
    .addHelpText('after', '\nExit code: 0 it was printed, 1 there is no such definition (standard error names the nearest).')
    .action(explain);
}

function explain(name: string): void {
  const definitions = loadDefinitions(definitionsFolder);
  const text = explainProfile(name, { definitions, terminology: createTerminology(definitions) });
  if (text === undefined) throw new Error(`There is no profile or type ${name}. Nearest: ${near(name, definitions).join(', ')}`);
  process.stdout.write(text);
}

/** Urls with urls, names with names. */
function near(name: string, definitions: ReturnType<typeof loadDefinitions>): readonly string[] {
  const types = definitions.resourceTypes;
  if (!name.includes(':')) return nearest(name, types);
  const core = definitions.served.ids('StructureDefinition').map((id) => `http://hl7.org/fhir/StructureDefinition/${id}`);
  const local = types.flatMap((type) => definitions.localProfiles(type)).map((canonical) => canonical.split('|', 1)[0] ?? '');
  return nearest(
    name,
    [...new Set([...local, ...core])].filter((url) => definitions.structure(url) !== undefined),
  );
}
