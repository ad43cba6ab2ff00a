/** Commits that refer to a patient or delete it, as referential integrity has them. Source: src/store/port.ts Guard */
import { type Commit, StoreBusy, StoreConflict, type Where } from '../../../src/store/port.js';
import { where, write } from './fixture.js';

/** That the patient is there, held beside others who rely on it. */
export function referenceTo(id: string, observation: string): Commit {
  const there = where('Patient', { kind: 'id', ids: [id] });
  const entries = [{ kind: 'reference', param: 'subject', target: `Patient/${id}` }] as const;
  return {
    writes: [write(`Observation/${observation}`, { entries })],
    guards: [{ where: there, keys: [{ type: 'Patient', id }], names: [], shared: [`Patient/${id}`] }],
  };
}

/** That nothing refers to it, held alone. */
export function deletionOf(id: string): Commit {
  return {
    writes: [write(`Patient/${id}`, { version: 2, json: null })],
    guards: [{ where: referrersOf(id), keys: [], names: [], alone: [`Patient/${id}`] }],
  };
}

export function referrersOf(id: string): Where {
  return where('Observation', { kind: 'match', param: 'subject', match: { kind: 'reference', targets: [`Patient/${id}`] } });
}

export type Outcome = 'written' | 'conflict' | 'busy';

export async function outcomeOf(commit: Promise<void>): Promise<Outcome> {
  try {
    await commit;
    return 'written';
  } catch (error) {
    if (error instanceof StoreConflict) return 'conflict';
    if (error instanceof StoreBusy) return 'busy';
    throw error;
  }
}
