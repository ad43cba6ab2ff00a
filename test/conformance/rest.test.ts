/** Every case of conformance/rest on both stores. */
import { loadCases } from '../../conformance/rest/case.js';
import { describeOnStores, missesOf, testSize } from './judged-cases.js';

const cases = loadCases();
const misses = missesOf('rest');

testSize('there are two hundred cases, and every miss is one of them', cases, misses, 200);
describeOnStores('REST', cases, misses);
