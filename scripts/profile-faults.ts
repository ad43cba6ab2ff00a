/** What keeps profiles of local packages from being compiled: the build says it, not the first resource that claims them. */
import type { Definitions } from '../src/definitions/definitions.js';
import { createTerminology } from '../src/terminology/create-terminology.js';
import { checkProfile } from '../src/validation/check-profile.js';

/** A sentence for each error. */
export function profileFaults(definitions: Definitions, canonicals: readonly string[]): readonly string[] {
  const terminology = createTerminology(definitions);
  return canonicals.flatMap((canonical) => {
    const structure = definitions.structure(canonical);
    const issues = structure === undefined ? [] : checkProfile(structure, { definitions, terminology });
    return issues
      .filter(({ severity }) => severity === 'error')
      .map(({ expression, message }) => `${canonical} cannot be compiled: ${expression}: ${message.en}`);
  });
}
