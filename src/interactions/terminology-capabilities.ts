/**
 * The TerminologyCapabilities: which code systems are here, whole enough to say of a code that it is one of theirs or none. Bindings
 * are checked with them; there is no operation on them yet, and so none is named. Source: R4 terminologycapabilities.html
 */
import type { JsonObject } from '../model/json.js';
import { aboutServer, type CapabilitiesRooms, type HeldCodeSystem } from './capabilities-rooms.js';

export async function terminologyCapabilities(rooms: CapabilitiesRooms): Promise<JsonObject> {
  const byUri = new Map<string, HeldCodeSystem[]>();
  for (const one of await rooms.codeSystems()) byUri.set(one.uri, [...(byUri.get(one.uri) ?? []), one]);
  const uris = [...byUri.keys()].sort();
  return {
    resourceType: 'TerminologyCapabilities',
    ...aboutServer(rooms),
    codeSystem: uris.map((uri) => ({ uri, version: versionsOf(byUri.get(uri) ?? []) })),
  };
}

/** Which one is meant by the URI alone is said where there are several. */
function versionsOf(systems: readonly HeldCodeSystem[]): JsonObject[] | undefined {
  const versions = systems.flatMap(({ version, isDefault, compositional }) =>
    version === undefined ? [] : [{ code: version, isDefault: systems.length > 1 ? isDefault : undefined, compositional }],
  );
  return versions.length === 0 ? undefined : versions;
}
