/** The CapabilityStatement: what the server does, read off what it is made of. Source: R4 capabilitystatement.html, capabilitystatement-definitions.html */
import type { Definitions } from '../definitions/definitions.js';
import { createBreath } from '../model/breath.js';
import type { JsonObject } from '../model/json.js';
import type { Parameter } from '../search/registry.js';
import type { Search } from '../search/search.js';
import { modifiersOf } from '../search/types/list.js';
import { aboutServer, type CapabilitiesRooms } from './capabilities-rooms.js';
import { concerns } from './concerns.js';
import { patchMediaTypes } from './patch/format.js';

export async function capabilityStatement(rooms: CapabilitiesRooms): Promise<JsonObject> {
  const { definitions, security, search } = rooms;
  const searchable = await searchableByType(definitions, search);
  const revIncludes = revIncludesByType(definitions, searchable);
  return {
    resourceType: 'CapabilityStatement',
    extension: (await rooms.codeSystems()).filter(({ byRule }) => byRule).map(({ uri }) => ({ url: supportedSystem, valueUri: uri })),
    ...aboutServer(rooms),
    // All of its operations are here. Source: R4 terminology-service.html
    instantiates: ['http://hl7.org/fhir/CapabilityStatement/terminology-server'],
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml', 'json', 'xml'],
    patchFormat: patchMediaTypes,
    rest: [
      {
        mode: 'server',
        documentation: aboutKeys(rooms),
        security,
        resource: definitions.resourceTypes.map((type) =>
          resourceOfType(rooms, type, searchable.get(type) ?? [], revIncludes.get(type) ?? []),
        ),
        interaction: ['transaction', 'batch', 'search-system', 'history-system'].map((code) => ({ code })),
        searchParam: [...sharedByAll([...searchable.values()]).map((one) => searchParam(definitions, one)), byList],
        operation: operationsAt(rooms, ({ system }) => system),
        compartment: definitions.compartments.flatMap((code) => definitions.compartment(code)?.url ?? []),
      },
    ],
  };
}

/** Code systems that no CodeSystem lists. Source: R4 terminology-service.html#externals */
const supportedSystem = 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-supported-system';

/** R4 has no element for it. Source: draft-ietf-httpapi-idempotency-key-header */
function aboutKeys({ idempotencyHours }: CapabilitiesRooms): string {
  return (
    'POST that creates, batches and transactions may carry the header Idempotency-Key (1 to 255 visible ASCII characters). ' +
    `For ${idempotencyHours} hours the same request with the same key is answered as before, with Idempotency-Replayed: true, and stores ` +
    'nothing again; another request with that key is refused (422). What was refused may be sent again with its key. The entries of a ' +
    'batch are remembered one by one, so that a repeat carries on where it was cut off.'
  );
}

/** R4 describes it in words alone. Source: R4 search.html#list */
const byList = { name: '_list', type: 'string', documentation: 'The id of a List: what its entries refer to' };

const interactions = ['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'history-type', 'create', 'search-type'];

function resourceOfType(
  rooms: CapabilitiesRooms,
  type: string,
  searchable: readonly Parameter[],
  revIncludes: readonly string[],
): JsonObject {
  const includes = searchable.filter(({ kind }) => kind === 'reference').map(({ code }) => `${type}:${code}`);
  const demanded = rooms.demanded(type);
  const [only] = demanded;
  return {
    type,
    // What every resource of the type meets. Source: R4 capabilitystatement-definitions.html#CapabilityStatement.rest.resource.profile
    profile: only !== undefined && demanded.length === 1 ? only : `http://hl7.org/fhir/StructureDefinition/${type}`,
    supportedProfile: unlessEmpty([...new Set([...demanded, ...rooms.definitions.localProfiles(type)])]),
    ...(type === 'AuditEvent' && rooms.audit !== undefined ? ofTheServer : ofEverybody(rooms)),
    conditionalRead: 'full-support',
    referencePolicy: ['literal', 'logical', ...(rooms.integrity?.refuses ? ['enforced'] : [])],
    searchInclude: unlessEmpty(withAll(includes)),
    searchRevInclude: unlessEmpty(withAll(revIncludes)),
    searchParam: searchable.map((one) => searchParam(rooms.definitions, one)),
    operation: operationsAt(
      rooms,
      ({ type: onType, instance, resource = [] }) => (onType || instance) && concerns(rooms.definitions, type, resource),
    ),
  };
}

function ofEverybody({ conditionalDelete }: CapabilitiesRooms): JsonObject {
  return {
    interaction: interactions.map((code) => ({ code })),
    versioning: 'versioned',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalUpdate: true,
    conditionalDelete,
  };
}

/** What the server alone writes, and nobody changes. */
const ofTheServer: JsonObject = {
  documentation:
    'Made by this server of what it does, and of nothing else: they can be read and searched, not written. They are sorted by date or ' +
    '_lastUpdated, the newest first unless asked otherwise; what refers to them is not searched by _has.',
  interaction: ['read', 'vread', 'history-instance', 'search-type'].map((code) => ({ code })),
  versioning: 'versioned',
  readHistory: true,
  updateCreate: false,
  conditionalCreate: false,
  conditionalUpdate: false,
  conditionalDelete: 'not-supported',
};

function withAll(includes: readonly string[]): readonly string[] {
  return includes.length === 0 ? [] : ['*', ...includes];
}

type OperationDefinition = NonNullable<ReturnType<Definitions['operation']>>;

/** An empty list is left out. Source: R4 json.html#null */
function operationsAt(
  { definitions, operations }: CapabilitiesRooms,
  isThere: (definition: OperationDefinition) => boolean,
): JsonObject[] | undefined {
  return unlessEmpty(
    operations.flatMap(({ name, definition }) => {
      const found = definitions.operation(definition);
      return found !== undefined && isThere(found) ? [{ name, definition }] : [];
    }),
  );
}

/** The parameters of all types are more than are made ready in one turn. */
async function searchableByType(definitions: Definitions, search: Search): Promise<ReadonlyMap<string, readonly Parameter[]>> {
  const breath = createBreath();
  const byType = new Map<string, readonly Parameter[]>();
  for (const type of definitions.resourceTypes) {
    byType.set(type, search.searchable(type));
    await breath();
  }
  return byType;
}

/** `Observation:subject` for each type it may lead to. */
function revIncludesByType(
  definitions: Definitions,
  searchable: ReadonlyMap<string, readonly Parameter[]>,
): ReadonlyMap<string, readonly string[]> {
  const byType = new Map<string, string[]>(definitions.resourceTypes.map((type) => [type, []]));
  for (const [source, parameters] of searchable) {
    for (const { kind, code, targets } of parameters) {
      if (kind !== 'reference') continue;
      for (const target of targets) byType.get(target)?.push(`${source}:${code}`);
    }
  }
  return byType;
}

/** What a search over all types may ask for. Source: R4 http.html#vsearch */
function sharedByAll(byType: readonly (readonly Parameter[])[]): readonly Parameter[] {
  const [first = [], ...others] = byType;
  return first.filter(({ url }) => others.every((parameters) => parameters.some((one) => one.url === url)));
}

function searchParam(definitions: Definitions, parameter: Parameter): JsonObject {
  const { code, kind, url } = parameter;
  // What is special has no modifiers. Source: R4 search.html#modifiers
  const modifiers = kind === 'special' ? [] : modifiersOf(parameter, { definitions }).map((one) => `:${one}`);
  return { name: code, definition: url, type: kind, ...(modifiers.length === 0 ? {} : { documentation: modifiers.join(', ') }) };
}

function unlessEmpty<T>(list: readonly T[]): T[] | undefined {
  return list.length === 0 ? undefined : [...list];
}
