/** Every case of conformance/bundle on both stores. */
import { edgesCovered, loadBundleCases } from '../../conformance/bundle/case.js';
import { describeOnStores, missesOf, numbersFrom, testEdges, testSize } from './judged-cases.js';

const cases = loadBundleCases();
const misses = missesOf('bundle');

testSize('there are two hundred cases, and every miss is one of them', cases, misses, 200);
// Scopes (77) are the matter of authorization.
testEdges('all that servers miss of batches and transactions is asked', numbersFrom(56, 24, 77), edgesCovered);
describeOnStores('Bundles', cases, misses);
