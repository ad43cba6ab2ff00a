/** What an entry that writes nothing asks for, its links into the Bundle replaced. Source: R4 http.html#trules */
import { isObject } from '../../model/json.js';
import type { Resource } from '../../model/resource.js';
import type { Rooms } from '../intent.js';
import type { FhirRequest } from '../request.js';
import { atEntry, type TransactionEntry } from './entries.js';
import type { Identified } from './identify.js';
import type { LinkMap } from './link-map.js';
import { replaceLinks, withinBundle } from './links.js';

type Reading = Identified & { readonly kind: 'read' };

/** Throws FhirError as seen from the Bundle. */
export function linkedReading(rooms: Pick<Rooms, 'definitions'>, { kind, entry }: Reading, links: LinkMap): Reading {
  return { kind, entry: { ...entry, request: atEntry(entry.index, () => linkedRequest(rooms, entry, links)) } };
}

function linkedRequest({ definitions }: Pick<Rooms, 'definitions'>, entry: TransactionEntry, links: LinkMap): FhirRequest {
  const { fullUrl } = entry;
  const request = entry.withUrl?.((urn) => links.resolve(urn, fullUrl)) ?? entry.request;
  const { body } = request;
  const isResource = isObject(body) && typeof body.resourceType === 'string';
  return {
    ...request,
    parameters: links.replaceWithin(request.parameters),
    ...(isResource ? { body: replaceLinks(definitions, body as Resource, withinBundle(links, fullUrl)) } : {}),
  };
}
