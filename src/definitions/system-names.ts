/**
 * The names of systems: where codes and identifiers are from. One thing may go by several, an OID of old messages and the URI of FHIR: a
 * naming system lists them; code systems and value sets tell their OIDs as identifiers. Profiles and value sets name systems that nothing
 * else here defines. Source: R4 namingsystem.html, codesystem.html#identification, valueset-definitions.html#ValueSet.compose.include.system
 */

/** The names of one thing. */
export interface SystemNames {
  /** URIs. */
  readonly names: readonly string[];
  /** Those to be used, the best first; empty where none is better than another. */
  readonly preferred: readonly string[];
  /** What people call it. */
  readonly title?: string;
  /** Codes are not from a value set, and identifiers neither. */
  readonly isValueSet?: true;
}

type Fields = Readonly<Record<string, unknown>>;

/** Empty for what names none. Never throws, whatever the resource is. */
export function systemNamesOf(resource: Fields): readonly SystemNames[] {
  const { resourceType, status } = resource;
  switch (resourceType) {
    case 'NamingSystem':
      return status === 'retired' ? [] : ofNamingSystem(resource);
    case 'CodeSystem':
      return ofCodeSystem(resource);
    case 'ValueSet':
      return [...ofValueSet(resource), ...drawnOn(resource)];
    case 'StructureDefinition':
      return alone(fixedSystems(resource));
    default:
      return [];
  }
}

function ofNamingSystem({ uniqueId, description, name }: Fields): readonly SystemNames[] {
  const ids = objectsOf(uniqueId);
  const preferred = distinct(ids.filter((one) => one.preferred === true).flatMap(({ type, value }) => uriOf(type, value)));
  const names = distinct([...preferred, ...ids.flatMap(({ type, value }) => uriOf(type, value))]);
  return names.length === 0 ? [] : [{ names, preferred, ...titled(description, name) }];
}

function ofCodeSystem(resource: Fields): readonly SystemNames[] {
  const { title, name, content } = resource;
  // Codes are from what a supplement adds to.
  if (content === 'supplement') return [];
  return identified(resource).map((names) => ({ names, preferred: names.slice(0, 1), ...titled(title, name) }));
}

function ofValueSet(resource: Fields): readonly SystemNames[] {
  return identified(resource).flatMap((names) => (names.length > 1 ? [{ names, preferred: [], isValueSet: true }] : []));
}

/** The url first; nothing without one. */
function identified({ url, identifier }: Fields): readonly (readonly string[])[] {
  if (typeof url !== 'string') return [];
  const identifiers = objectsOf(identifier).filter(({ system }) => system === 'urn:ietf:rfc:3986');
  return [distinct([url, ...identifiers.flatMap(({ value }) => (typeof value === 'string' ? [value] : []))])];
}

function drawnOn({ compose }: Fields): readonly SystemNames[] {
  const [composed] = objectsOf([compose]);
  return alone(textsOf(objectsOf(composed?.include).map(({ system }) => system)));
}

/** What slices, and patterns of identifiers, codings and concepts, ask for. */
function fixedSystems({ snapshot, differential }: Fields): readonly string[] {
  const elements = objectsOf([snapshot, differential]).flatMap(({ element }) => objectsOf(element));
  return elements.flatMap((element) => {
    const isSystem = typeof element.path === 'string' && element.path.endsWith('.system');
    const values = Object.entries(element).flatMap(([name, value]) => (/^(?:fixed|pattern)[A-Z]/.test(name) ? [value] : []));
    const inside = objectsOf(values).flatMap((value) => [value, ...objectsOf(value.coding)]);
    return textsOf([...(isSystem ? values : []), ...inside.map(({ system }) => system)]);
  });
}

function alone(systems: readonly string[]): readonly SystemNames[] {
  return distinct(systems).map((one) => ({ names: [one], preferred: [one] }));
}

/** Source: R4 valueset-namingsystem-identifier-type.html */
function uriOf(type: unknown, value: unknown): readonly string[] {
  if (typeof value !== 'string') return [];
  if (type === 'oid') return [value.startsWith('urn:oid:') ? value : `urn:oid:${value}`];
  if (type === 'uuid') return [value.startsWith('urn:uuid:') ? value : `urn:uuid:${value.toLowerCase()}`];
  return type === 'uri' ? [value] : [];
}

/** Descriptions may be of any length. */
const MAX_TITLE = 80;

function titled(...texts: readonly unknown[]): Pick<SystemNames, 'title'> {
  const title = textsOf(texts).find(({ length }) => length <= MAX_TITLE);
  return title === undefined ? {} : { title };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function textsOf(values: readonly unknown[]): readonly string[] {
  return values.flatMap((one) => (typeof one === 'string' && one !== '' ? [one] : []));
}

function objectsOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}
