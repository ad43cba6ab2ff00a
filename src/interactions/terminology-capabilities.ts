/**
 * The TerminologyCapabilities: which code systems are here, whole enough to say of a code that it is one of theirs or none, and what the
 * operations there are can be asked. Source: R4 terminologycapabilities.html, http.html#capabilities (mode=terminology)
 */
import type { JsonObject } from '../model/json.js';
import { aboutServer, type CapabilitiesRooms, type DescribedOperation, type HeldCodeSystem } from './capabilities-rooms.js';

export async function terminologyCapabilities(rooms: CapabilitiesRooms): Promise<JsonObject> {
  const byUri = new Map<string, HeldCodeSystem[]>();
  for (const one of await rooms.codeSystems()) byUri.set(one.uri, [...(byUri.get(one.uri) ?? []), one]);
  const uris = [...byUri.keys()].sort();
  return {
    resourceType: 'TerminologyCapabilities',
    ...aboutServer(rooms),
    codeSystem: uris.map((uri) => codeSystem(uri, byUri.get(uri) ?? [])),
    ...capabilitiesOf(rooms),
  };
}

/** Which version is meant by the URI alone is said where there are several. */
function codeSystem(uri: string, systems: readonly HeldCodeSystem[]): JsonObject {
  const versions = systems.flatMap(({ version, isDefault, compositional, language, filter, property }) =>
    version === undefined
      ? []
      : [
          {
            code: version,
            isDefault: systems.length > 1 ? isDefault : undefined,
            compositional,
            language: unlessEmpty(language),
            filter: unlessEmpty(filter),
            property: unlessEmpty(property),
          },
        ],
  );
  return { uri, version: unlessEmpty(versions), subsumption: systems.some(({ subsumption }) => subsumption) };
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Each operation brings its part, in the order that R4 has them. */
function capabilitiesOf(rooms: CapabilitiesRooms): JsonObject {
  const found: Record<string, JsonObject | string> = {};
  for (const operation of rooms.operations) {
    for (const [name, told] of Object.entries(operation.capability ?? {})) {
      found[name] = name === 'expansion' && typeof told === 'object' ? withParameters(told, operation, rooms) : told;
    }
  }
  return Object.fromEntries(parts.flatMap((name) => (found[name] === undefined ? [] : [[name, found[name]]])));
}

const parts = ['expansion', 'codeSearch', 'validateCode', 'translation', 'closure'];

function withParameters(
  { textFilter, ...told }: JsonObject,
  operation: DescribedOperation,
  { definitions }: CapabilitiesRooms,
): JsonObject {
  const { definition, more = [] } = operation;
  const own = (definitions.operation(definition)?.parameter ?? []).filter(({ use }) => use === 'in').map(({ name }) => name);
  const names = [...own, ...more.map(({ name }) => name)];
  return { ...told, parameter: names.map((name) => ({ name })), textFilter };
}
