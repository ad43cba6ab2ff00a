/** Every interaction by its name. Source: R4 http.html#Summary */
import type { FhirError } from '../model/outcome.js';
import type { Auditing } from './auditing.js';
import { batchInteraction } from './batch.js';
import { bundleInteraction } from './bundle.js';
import { capabilitiesInteraction } from './capabilities.js';
import type { CapabilitiesRooms } from './capabilities-rooms.js';
import { createInteraction } from './create.js';
import { conditionalDeleteInteraction, deleteInteraction } from './delete.js';
import { historyInstanceInteraction, historySystemInteraction, historyTypeInteraction } from './history.js';
import type { Interaction, Interactions, Rooms } from './intent.js';
import { type OnceRooms, onceOnly } from './once.js';
import { createReplay } from './once-replay.js';
import { conditionalPatchInteraction, patchInteraction } from './patch.js';
import { createPerform, createPrepare, type Perform } from './perform.js';
import { createPerformEntry } from './perform-entry.js';
import { readInteraction, vreadInteraction } from './read.js';
import { searchCompartmentInteraction, searchSystemInteraction, searchTypeInteraction } from './search.js';
import { transactionInteraction } from './transaction/transaction.js';
import { conditionalUpdateInteraction, updateInteraction } from './update.js';

export interface TableRooms extends Rooms, CapabilitiesRooms, OnceRooms {
  readonly operation: Interaction<'operation'>;
  /** Absent where nothing is recorded. */
  readonly audit?: Auditing;
  /** What a batch shows of an error that is no FhirError. */
  readonly unexpected: (error: unknown) => FhirError;
}

/** The door to all of them. The batch performs its entries, the transaction prepares them: both by this same table. */
export function createPerformer(rooms: TableRooms): Perform {
  const performEntry = createPerformEntry(rooms, (request) => perform(request), rooms.unexpected);
  const interactions: Interactions = {
    capabilities: capabilitiesInteraction(rooms),
    read: readInteraction(rooms),
    vread: vreadInteraction(rooms),
    update: updateInteraction(rooms),
    delete: deleteInteraction(rooms),
    patch: patchInteraction(rooms),
    'conditional-patch': conditionalPatchInteraction(rooms),
    'history-instance': historyInstanceInteraction(rooms),
    'history-type': historyTypeInteraction(rooms),
    'history-system': historySystemInteraction(rooms),
    create: createInteraction(rooms),
    'search-type': searchTypeInteraction(rooms),
    'search-system': searchSystemInteraction(rooms),
    'search-compartment': searchCompartmentInteraction(rooms),
    'conditional-update': conditionalUpdateInteraction(rooms),
    'conditional-delete': conditionalDeleteInteraction(rooms),
    operation: rooms.operation,
    bundle: bundleInteraction(rooms, {
      batch: batchInteraction(rooms, performEntry),
      transaction: transactionInteraction(rooms, (request, view) => prepare(request, view)),
    }),
  };
  const prepare = createPrepare(interactions, { keepsJournal: rooms.audit !== undefined });
  const { integrity } = rooms;
  // A Bundle is judged by what all of it leaves, not entry by entry.
  const judged: typeof prepare =
    integrity === undefined ? prepare : async (request, view) => integrity.judge(await prepare(request, view), request.access);
  const once = onceOnly(rooms, judged, createReplay(rooms, performEntry));
  const perform = createPerform(once, rooms.store, rooms.uploads.take, () => rooms.definitions.generation.searchParameters, rooms.audit);
  return perform;
}
