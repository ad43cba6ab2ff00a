/** Every case of conformance/terminology on both stores. */
import { loadTerminologyCases, putTerminology } from '../../conformance/terminology/case.js';
import { describeOnStores, missesOf, testSize } from './judged-cases.js';

const cases = loadTerminologyCases();
const misses = missesOf('terminology');

testSize('there are four hundred cases, and every miss is one of them', cases, misses, 400);
// What the packages bring is in no store: half of their maps on each says the same as all of them on both.
describeOnStores(
  'Terminology',
  cases,
  misses,
  putTerminology,
  ({ id }, store) => !id.startsWith('package-') || id.endsWith('-back') === (store === 'SQLite'),
);
