/** Which types of resources have something to cover: of these a part is shown, so that nothing of them can be written back. */
import type { TypeModel } from '../../definitions/definitions.js';
import type { Mask, Masks } from './kinds.js';

const maskOf: Readonly<Record<string, Mask>> = {
  HumanName: 'name',
  Identifier: 'identifier',
  ContactPoint: 'telecom',
  Address: 'address',
  Reference: 'display',
  Narrative: 'narrative',
  Attachment: 'attachment',
  base64Binary: 'attachment',
  Annotation: 'freeText',
  string: 'freeText',
  markdown: 'freeText',
  date: 'dates',
  dateTime: 'dates',
  instant: 'dates',
};

/** Any element may have extensions: what those hold is covered too, but does not count. */
const apart: ReadonlySet<string> = new Set(['Extension', 'Meta', 'Resource', 'Element']);

export function createTouches({ properties }: Pick<TypeModel, 'properties'>, masks: Masks): (type: string) => boolean {
  const known = new Map<string, boolean>();
  const touches = (type: string): boolean => {
    const before = known.get(type);
    if (before !== undefined) return before;
    // What contains itself is looked at once.
    known.set(type, false);
    const found = [...properties(type).values()].some(
      ({ type: of, element }) => isCovered(of, element, masks) || (!apart.has(of) && /^[A-Z]/.test(of) && touches(of)),
    );
    known.set(type, found);
    return found;
  };
  return touches;
}

function isCovered(type: string, element: string, masks: Masks): boolean {
  if (element === 'birthDate' && masks.has('birthDate')) return true;
  return Object.hasOwn(maskOf, type) && masks.has(maskOf[type] as Mask);
}
