/** A fresh process: when the validator is ready, what the first resource takes, and the memory with all of R4 compiled. */
import { loadDefinitions } from '../../src/definitions/load.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { createValidator } from '../../src/validation/create-validator.js';
import { person } from '../people.js';
import { everything } from './everything.js';

const definitions = loadDefinitions(process.argv[2] ?? '');
const validator = createValidator({ definitions, terminology: createTerminology(definitions) });
const ready = performance.now();
const { user, system } = process.cpuUsage();
const empty = process.memoryUsage.rss();
validator.validate(person(1).observations[0] as never);
const first = performance.now();
const all = everything(definitions);
for (const resource of all) validator.validate(resource);
const compiled = performance.now();
process.stdout.write(
  `${JSON.stringify({ ready, cpu: (user + system) / 1000, first: first - ready, empty, types: all.length, compile: compiled - first, full: process.memoryUsage.rss() })}\n`,
);
