/** `npm run conformance -- terminology`: the cases of this folder. */
import type { Command } from 'commander';
import { suiteCommand } from '../rest/command.js';
import { loadTerminologyCases, putTerminology } from './case.js';

export function terminologyCommand(): Command {
  return suiteCommand({
    name: 'terminology',
    description:
      'the cases of conformance/terminology against a server, which must let clients choose ids; against this one, on an empty store of each kind, where none is named',
    load: loadTerminologyCases,
    prepare: putTerminology,
    onBothStores: true,
  });
}
