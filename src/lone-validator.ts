/** Resources judged alone, where there is neither store nor server. Knows all rooms, as `server.ts` does, and loads few of them. */
import { builtFolder } from './definitions/built.js';
import type { Definitions } from './definitions/definitions.js';
import { loadDefinitions } from './definitions/load.js';
import { uploaded } from './definitions/uploaded.js';
import { canonicalsIn } from './interactions/named-definitions.js';
import { wholly } from './model/in-steps.js';
import type { JsonObject } from './model/json.js';
import type { Issue } from './model/outcome.js';
import type { Resource } from './model/resource.js';
import { createUploads } from './uploads/uploads.js';
import type { Validator } from './validation/validator.js';

export interface LoneValidator {
  readonly definitions: Definitions;
  readonly validator: Validator;
  /** What keeps one of the definitions that were added from taking effect. */
  readonly refused: readonly { readonly resource: JsonObject; readonly issue: Issue }[];
  /** The Questionnaires and Measures among what was added. */
  readonly resolveCanonical: ReturnType<typeof canonicalsIn>;
}

/** For those who validate without a store. `more`: definitions beside those of the packages. */
export function createLoneValidator(more: readonly JsonObject[] = []): LoneValidator {
  const { definitions, validator, examine } = createUploads({ packaged: loadDefinitions(builtFolder), onUnusable: () => undefined });
  for (const [index, resource] of more.entries()) {
    const one = wholly(uploaded(resource, { id: `more-${index}`, version: 1, lastUpdated: index }));
    if (one !== undefined) definitions.put(one);
  }
  const refused = more.flatMap((resource) =>
    wholly(examine(resource as Resource))
      .filter(({ severity }) => severity === 'error')
      .map((issue) => ({ resource, issue })),
  );
  return { definitions, validator, refused, resolveCanonical: canonicalsIn(more as readonly Resource[]) };
}
