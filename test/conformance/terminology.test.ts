/** Every case of conformance/terminology on both stores. */
import { loadTerminologyCases, putTerminology } from '../../conformance/terminology/case.js';
import { describeOnStores, missesOf, testSize } from './judged-cases.js';

const cases = loadTerminologyCases();
const misses = missesOf('terminology');

testSize('there are four hundred cases, and every miss is one of them', cases, misses, 400);
describeOnStores('Terminology', cases, misses, putTerminology);
