/**
 * The order of the test files: the longest first, so that none of them runs alone at the end while the other processor has nothing to do.
 * A machine that has never run them knows no times; without this jest would go by the sizes of the files.
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import sequencer from '@jest/test-sequencer';

/** From the longest on: those of more than ten seconds, on two cores. */
const longest = [
  'end-to-end/synthea',
  'conformance/examples',
  'end-to-end/torture',
  'end-to-end/commands',
  'end-to-end/backup',
  'store/mongo',
  'end-to-end/event-loop',
  'end-to-end/disk',
  'end-to-end/administration',
  'end-to-end/smart',
  'indexing/resumed',
  'indexing/uploaded-parameters',
  'end-to-end/validate',
  'indexing/too-many',
  'store/mongo-feed',
  'conformance/rest',
  'store/mongo-limits',
  'store/sqlite-file',
  'conformance/search',
  'store/sqlite-migration',
  'end-to-end/demo',
  'validation/official-examples',
  'cli/fhirpath',
  'store/sqlite',
  'store/mongo-failover',
  'end-to-end/races',
  'profiles/package',
  'conformance/random-search',
  'conformance/search-under-writers',
  'interactions/size',
  'http/app',
  'end-to-end/uploads',
  'search/paths',
] as const;

const fileOf = (name: string) => join(import.meta.dirname, `${name}.test.js`);
const places = new Map(longest.map((name, at) => [fileOf(name), at]));

/** Its types are those of its CommonJS form; what an ES module is given is the class. */
const TestSequencer = sequencer as unknown as typeof sequencer.default;

type Tests = Parameters<InstanceType<typeof TestSequencer>['sort']>[0];

export default class LongestFirst extends TestSequencer {
  override sort(tests: Tests): Tests {
    const gone = longest.filter((name) => !existsSync(fileOf(name)));
    if (gone.length > 0) throw new Error(`${relative('.', import.meta.filename)} names tests that are not there: ${gone.join(', ')}`);
    const placeOf = ({ path }: Tests[number]) => places.get(path) ?? longest.length;
    return (super.sort(tests) as Tests).toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
