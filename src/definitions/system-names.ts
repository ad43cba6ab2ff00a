/**
 * The names one thing goes by: an OID of old messages and the URI of FHIR. A naming system lists them; code systems and value sets tell
 * their OIDs as identifiers. Source: R4 namingsystem.html, codesystem.html#identification
 */

/** The URIs, the one that is preferred first; empty for what has none. Never throws, whatever the resource is. */
export function systemNamesOf(resource: Readonly<Record<string, unknown>>): readonly string[] {
  const { resourceType, url } = resource;
  if (resourceType === 'NamingSystem') return resource.status === 'retired' ? [] : uniqueIds(objectsOf(resource.uniqueId));
  if ((resourceType !== 'CodeSystem' && resourceType !== 'ValueSet') || typeof url !== 'string') return [];
  const identifiers = objectsOf(resource.identifier).filter(({ system }) => system === 'urn:ietf:rfc:3986');
  return [...new Set([url, ...identifiers.flatMap(({ value }) => (typeof value === 'string' ? [value] : []))])];
}

function uniqueIds(ids: readonly Fields[]): readonly string[] {
  const preferred = ids.filter((one) => one.preferred === true);
  return [...new Set([...preferred, ...ids].flatMap(({ type, value }) => uriOf(type, value)))];
}

type Fields = Readonly<Record<string, unknown>>;

function objectsOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}

/** Source: R4 valueset-namingsystem-identifier-type.html */
function uriOf(type: unknown, value: unknown): readonly string[] {
  if (typeof value !== 'string') return [];
  if (type === 'oid') return [value.startsWith('urn:oid:') ? value : `urn:oid:${value}`];
  if (type === 'uuid') return [value.startsWith('urn:uuid:') ? value : `urn:uuid:${value.toLowerCase()}`];
  return type === 'uri' ? [value] : [];
}
