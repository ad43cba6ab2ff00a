/** The references of a stored text to what lives here, and where each stands. Source: R4 references.html#literal */
import { inSteps } from '../model/in-steps.js';
import { parseStored } from '../model/parse-stored.js';
import type { Resource } from '../model/resource.js';
import { eachReference, type LocalTarget, localTarget } from '../search/each-reference.js';
import type { Rooms } from './intent.js';

export interface LocalPlace {
  readonly target: LocalTarget;
  /** As it is written. */
  readonly reference: string;
  /** `Observation.subject` */
  readonly path: string;
}

export async function localPlaces(rooms: Pick<Rooms, 'definitions' | 'baseUrl'>, json: Buffer): Promise<readonly LocalPlace[]> {
  const { definitions, baseUrl } = rooms;
  const locality = { baseUrl, isType: definitions.isResourceType };
  const places: LocalPlace[] = [];
  eachReference(definitions, (await inSteps(parseStored(json))) as Resource, (reference, path) => {
    const target = localTarget(reference, locality);
    if (target !== undefined) places.push({ target, reference, path });
  });
  return places;
}
