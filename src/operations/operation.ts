/** What an operation is to the server. Source: R4 operations.html */
import type { Intent, Rooms, View } from '../interactions/intent.js';
import type { RequestFor } from '../interactions/request.js';
import type { JsonObject } from '../model/json.js';

export interface Operation {
  /** Without its `$`. */
  readonly name: string;
  /** Canonical of its OperationDefinition. */
  readonly definition: string;
  /** Input parameters that it takes beside those of its definition. */
  readonly more?: readonly { readonly name: string }[];
  /** What TerminologyCapabilities says of the server where there is this operation. Source: R4 terminologycapabilities.html */
  readonly capability?: Readonly<Record<string, JsonObject | string>>;
  /** It tells of what was wrong with the text of its input; otherwise such input is refused before. */
  readonly reportsFaults?: true;
  /** It changes what is kept beside the resources, at once: what is done as a whole or not at all cannot contain it. */
  readonly writesAtOnce?: true;
  prepare(rooms: Rooms, request: RequestFor<'operation'>, view: View): Promise<Intent>;
}
