/**
 * The order of the test files: the longest first, so that none of them runs alone at the end while the other processor has nothing to do.
 * A machine that has never run them knows no times; without this jest would go by the sizes of the files.
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import sequencer from '@jest/test-sequencer';

/** From the longest on: those of more than ten seconds, on two cores. */
const longest = [
  'store/mongo',
  'end-to-end/commands',
  'end-to-end/synthea',
  'conformance/examples',
  'end-to-end/disk',
  'end-to-end/backup',
  'end-to-end/administration',
  'end-to-end/beside-a-server',
  'end-to-end/torture',
  'indexing/resumed',
  'end-to-end/event-loop',
  'indexing/uploaded-parameters',
  'conformance/bundle',
  'indexing/too-many',
  'conformance/random-access',
  'security/attacks',
  'security/foreign-issuers',
  'store/sqlite-file',
  'store/sqlite',
  'store/mongo-feed',
  'store/sqlite-migration',
  'conformance/search',
  'store/mongo-limits',
  'conformance/terminology',
  'conformance/expansions',
  'end-to-end/two-hospitals',
  'end-to-end/readme',
  'conformance/rest',
  'end-to-end/audited',
  'end-to-end/smart',
  'end-to-end/limits',
  'audit/verify',
  'end-to-end/histories',
  'store/mongo-failover',
  'end-to-end/validate',
  'interactions/integrity',
  'profiles/package',
  'end-to-end/demo',
  'end-to-end/load',
  'conformance/search-under-writers',
  'http/app',
  'interactions/once',
  'validation/official-examples',
  'interactions/integrity-around',
  'end-to-end/races',
  'cli/load-codesystem',
  'cli/load',
  'end-to-end/chinese',
  'interactions/size',
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
