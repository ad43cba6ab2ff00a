/** The CapabilityStatement: what the server does, read off what it is made of. Source: R4 http.html#capabilities, capabilitystatement.html */
import type { JsonObject } from '../model/json.js';
import { stringifyJson } from '../model/json.js';
import { createRegistry, obstacle, type Parameter, type Registry } from '../search/registry.js';
import { type Interaction, type Rooms, reading } from './intent.js';
import { refuseParameters } from './parameters.js';
import { patchMediaTypes } from './patch/format.js';

export interface CapabilitiesRooms extends Pick<Rooms, 'definitions' | 'baseUrl'> {
  readonly software: { readonly name: string; readonly version: string };
  readonly operations: readonly { readonly name: string; readonly definition: string }[];
  /** When this server was made ready, milliseconds UTC. */
  readonly since: number;
}

/** `mode` may be `full`; the statement is written when it is first asked for. */
export function capabilitiesInteraction(rooms: CapabilitiesRooms): Interaction<'capabilities'> {
  let text: Buffer | undefined;
  return async ({ parameters }) => {
    refuseParameters(parameters.filter(([name, value]) => name !== 'mode' || value !== 'full'));
    text ??= Buffer.from(stringifyJson(statement(rooms)));
    const resource = text;
    return reading(() => ({ status: 200, resource }));
  };
}

function statement(rooms: CapabilitiesRooms): JsonObject {
  const { definitions, baseUrl, software, operations, since } = rooms;
  const registry = createRegistry(definitions);
  const operation = operations.map(({ name, definition }) => ({ name, definition }));
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: new Date(since).toISOString(),
    kind: 'instance',
    software: { name: software.name, version: software.version },
    implementation: { description: 'Lianyi FHIR server', url: baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml', 'json', 'xml'],
    patchFormat: patchMediaTypes,
    rest: [
      {
        mode: 'server',
        resource: definitions.resourceTypes.map((type) => resourceOfType(rooms, registry, type, operation)),
        interaction: [{ code: 'transaction' }, { code: 'batch' }, { code: 'search-system' }],
        operation,
      },
    ],
  };
}

const interactions = ['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'create', 'search-type'];

function resourceOfType(
  { definitions }: CapabilitiesRooms,
  registry: Registry,
  type: string,
  operation: readonly JsonObject[],
): JsonObject {
  const searchable = [...registry.parameters(type).values()].filter((parameter) => obstacle(parameter) === undefined);
  const includes = searchable.filter(({ kind }) => kind === 'reference').map(({ code }) => `${type}:${code}`);
  const supportedProfile = definitions.localProfiles(type);
  return {
    type,
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    ...(supportedProfile.length === 0 ? {} : { supportedProfile }),
    interaction: interactions.map((code) => ({ code })),
    versioning: 'versioned',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    ...(includes.length === 0 ? {} : { searchInclude: includes }),
    searchParam: searchable.map(searchParam),
    operation,
  };
}

function searchParam({ code, kind, url }: Parameter): JsonObject {
  return { name: code, definition: url, type: kind };
}
