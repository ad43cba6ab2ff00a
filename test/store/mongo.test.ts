/** MongoDB keeps the contract of the store, and what is its own. Source: src/store/port.ts */
import { describe } from '@jest/globals';
import { mongoExpected, openMongo } from '../mongo-store.js';
import { storeContract } from './contract.js';

const contract = () => storeContract('MongoDB', openMongo);
if (mongoExpected) contract();
else describe.skip('MongoDB', contract);
