/**
 * What each word of the port means: every adapter runs this, so that both stores answer alike. Nothing in it knows
 * SQLite or MongoDB. Source: src/store/port.ts
 */
import { describe } from '@jest/globals';
import { changes } from './contract/changes.js';
import { containedResources } from './contract/contained.js';
import type { Open } from './contract/fixture.js';
import { guards } from './contract/guards.js';
import { history } from './contract/history.js';
import { historyAtRandom } from './contract/history-random.js';
import { journal } from './contract/journal.js';
import { largeJournal } from './contract/journal-large.js';
import { logicAndChains } from './contract/logic.js';
import { notes } from './contract/notes.js';
import { pages } from './contract/pages.js';
import { predicates } from './contract/predicates.js';
import { random } from './contract/random.js';
import { states } from './contract/states.js';
import { upkeep } from './contract/upkeep.js';
import { versions } from './contract/versions.js';

export type { Open, Opened } from './contract/fixture.js';

export function storeContract(name: string, open: Open): void {
  describe(`store contract: ${name}`, () => {
    describe('versions', () => versions(open));
    describe('guards and concurrency', () => guards(open));
    describe('notes', () => notes(open));
    describe('states', () => states(open));
    describe('journal', () => journal(open));
    describe('a large journal', () => largeJournal(open));
    describe('predicates', () => predicates(open));
    describe('predicates of predicates', () => logicAndChains(open));
    describe('sort, pages, find and count', () => pages(open));
    describe('contained resources', () => containedResources(open));
    describe('upkeep', () => upkeep(open));
    describe('at random', () => random(open));
    describe('history', () => history(open));
    describe('history at random', () => historyAtRandom(open));
    describe('changes', () => changes(open));
  });
}
