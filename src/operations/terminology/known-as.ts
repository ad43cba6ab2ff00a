/**
 * The name under which a code system or a value set is known here: older messages name it by its OID, which a naming system or its own
 * identifier tells. What is stored keeps the names it has.
 * Source: R4 namingsystem.html, codesystem-definitions.html#CodeSystem.identifier
 */
import type { Rooms } from '../../interactions/intent.js';
import type { Coding } from '../../terminology/terminology.js';

type Known = Pick<Rooms, 'uploads'>;

export function knownSystem({ uploads: { terminology } }: Known, uri: string): string {
  return terminology.knownAs(uri);
}

/** `uri` may carry `|version`. */
export function knownValueSet({ uploads: { terminology } }: Known, uri: string): string {
  if (terminology.hasValueSet(uri)) return uri;
  return terminology.otherNames(uri).find((one) => terminology.hasValueSet(one)) ?? uri;
}

export function withKnownSystem(rooms: Known, coding: Coding): Coding {
  const { system } = coding;
  if (system === undefined) return coding;
  const known = knownSystem(rooms, system);
  return known === system ? coding : { ...coding, system: known };
}
