/** What an operation is to the server. Source: R4 operations.html */
import type { Intent, Rooms, View } from '../interactions/intent.js';
import type { RequestFor } from '../interactions/request.js';

export interface Operation {
  /** Without its `$`. */
  readonly name: string;
  /** Canonical of its OperationDefinition. */
  readonly definition: string;
  /** It tells of what was wrong with the text of its input; otherwise such input is refused before. */
  readonly reportsFaults?: true;
  prepare(rooms: Rooms, request: RequestFor<'operation'>, view: View): Promise<Intent>;
}
