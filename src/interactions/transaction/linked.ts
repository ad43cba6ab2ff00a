/** The resources of a transaction with their links replaced: within the Bundle first, then by criteria. Source: R4 http.html#trules */
import type { Access } from '../../access/access.js';
import { createBreath } from '../../model/breath.js';
import { isObject } from '../../model/json.js';
import { keyText, type Resource } from '../../model/resource.js';
import type { Guard } from '../../store/port.js';
import type { Rooms, View } from '../intent.js';
import { type ConditionalReference, conditionalReference, resolveConditionalReferences } from './conditional-references.js';
import { atEntry } from './entries.js';
import type { Identified } from './identify.js';
import type { LinkMap } from './link-map.js';
import { type Replace, replaceLinks } from './links.js';
import { createOverlay, type Overlay } from './overlay.js';

export interface Linked {
  /** What is no resource of the right type stays out; its interaction says so. */
  readonly bodies: ReadonlyMap<Identified, Resource>;
  readonly guards: readonly Guard[];
}

export async function linked(
  rooms: Pick<Rooms, 'definitions' | 'search' | 'store' | 'now'>,
  view: View,
  bundle: {
    readonly identified: readonly Identified[];
    readonly patched: ReadonlyMap<Identified, Resource>;
    readonly links: LinkMap;
    readonly access: Access;
  },
): Promise<Linked> {
  const bodies = new Map<Identified, Resource>();
  const references = new Map<string, ConditionalReference>();
  const breath = createBreath();
  for (const one of bundle.identified) {
    const body = one.entry.method === 'PATCH' ? bundle.patched.get(one) : writtenBody(one);
    if (body === undefined) continue;
    const replace = linkReplacer(bundle.links, one, body, references);
    bodies.set(
      one,
      atEntry(one.entry.index, () => replaceLinks(rooms.definitions, body, replace)),
    );
    await breath();
  }
  return { bodies, guards: references.size === 0 ? [] : await resolve(rooms, view, bundle, bodies, [...references.values()]) };
}

function writtenBody(one: Identified): Resource | undefined {
  if (one.kind !== 'write' || one.entry.method === 'DELETE') return undefined;
  const { body } = one.entry.request;
  return isObject(body) && body.resourceType === one.key.type ? (body as Resource) : undefined;
}

/** Replaces what leads into the Bundle, and notes what is criteria. */
function linkReplacer(links: LinkMap, { entry }: Identified, resource: Resource, references: Map<string, ConditionalReference>): Replace {
  return {
    uri: (text) => links.resolveUri(text, entry.fullUrl),
    reference(text) {
      const target = links.resolve(text, entry.fullUrl);
      if (target !== undefined) return target;
      const reference = references.get(text) ?? conditionalReference(entry.index, resource, text, links.replaceWithin);
      if (reference === undefined) return undefined;
      references.set(text, reference);
      return (holder) => void reference.holders.push(holder);
    },
  };
}

async function resolve(
  rooms: Pick<Rooms, 'search' | 'store' | 'now'>,
  view: View,
  { identified, access }: { readonly identified: readonly Identified[]; readonly access: Access },
  bodies: ReadonlyMap<Identified, Resource>,
  references: readonly ConditionalReference[],
): Promise<readonly Guard[]> {
  const { overlay, touched } = overlayOf(rooms, { identified, access }, bodies);
  return resolveConditionalReferences(rooms, view, { access, references, overlay, touched });
}

/** What the Bundle leaves, and `Type/id` of all that it writes or deletes. */
export function overlayOf(
  rooms: Pick<Rooms, 'search' | 'store' | 'now'>,
  { identified, access }: { readonly identified: readonly Identified[]; readonly access: Access },
  bodies: ReadonlyMap<Identified, Resource>,
): { readonly overlay: Overlay; readonly touched: ReadonlySet<string> } {
  const touched = new Set<string>();
  const overlay = createOverlay(rooms, { lastUpdated: rooms.now(), isTouched: (name) => touched.has(name) });
  for (const one of identified) {
    if (one.kind !== 'write') continue;
    touched.add(keyText(one.key));
    const body = bodies.get(one);
    if (body !== undefined) overlay.add(one.key, () => access.stamp?.(body, undefined) ?? body);
  }
  return { overlay, touched };
}
