/** Resources in which every element of every type of R4 stands somewhere, so that whoever validates them has compiled all. */
import type { Definitions } from '../../src/definitions/definitions.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { Resource } from '../../src/model/resource.js';

/** A type is written out once, where it is first met; they are not valid, and need not be. */
export function everything(definitions: Definitions): readonly Resource[] {
  const met = new Set<string>(['Resource']);
  const write = (type: string): Json => {
    if (definitions.kind(type) === 'primitive') return 'x';
    if (met.has(type)) return {};
    met.add(type);
    const made: Record<string, Json> = {};
    for (const { name, type: inner, many } of definitions.properties(type).values()) {
      const value = write(inner);
      made[name] = many ? [value] : value;
    }
    return made as JsonObject;
  };
  return definitions.resourceTypes.map((resourceType) => ({ ...(write(resourceType) as JsonObject), resourceType }) as Resource);
}
