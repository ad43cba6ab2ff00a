/** A definition that a question brings with it: only what is valid in itself can be read as one. Source: R4 operations.html#request */
import type { Rooms } from '../interactions/intent.js';
import { inSteps } from '../model/in-steps.js';
import { FhirError, type Issue, isError } from '../model/outcome.js';
import type { Resource } from '../model/resource.js';

/** Throws FhirError 422 with all that was found, or with the errors that count where not all do. */
export async function validAsSent(
  { validator }: Pick<Rooms, 'validator'>,
  resource: Resource,
  counts?: (error: Issue) => boolean,
): Promise<Resource> {
  const issues = await inSteps(validator.validateInSteps(resource));
  const errors = issues.filter(isError);
  const faults = counts === undefined ? errors : errors.filter(counts);
  if (faults.length > 0) throw new FhirError(counts === undefined ? issues : faults, { status: 422 });
  return resource;
}
