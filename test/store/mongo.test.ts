/** MongoDB keeps the contract of the store, and what is its own. Source: src/store/port.ts */
import { describe } from '@jest/globals';
import { mongoExpected, openMongo } from '../mongo-store.js';
import { storeContract } from './contract.js';

if (mongoExpected) storeContract('MongoDB', openMongo);
else describe.skip('MongoDB', () => storeContract('MongoDB', openMongo));
