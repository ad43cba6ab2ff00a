/**
 * The text of a reference taken apart: to an instance here or elsewhere, inside the resource, by URN, or by criteria.
 * Source: R4 references.html#Reference, http.html#trules (conditional references), bundle.html#references
 */
export type ParsedReference =
  /** `Patient/1`, `Patient/1/_history/2`; `base` is there when it was absolute: `https://example.org/fhir`. */
  | { readonly kind: 'instance'; readonly base?: string; readonly type: string; readonly id: string; readonly version?: string }
  /** `#id`; '' for the container itself. */
  | { readonly kind: 'contained'; readonly id: string }
  /** `urn:uuid:…`, `urn:oid:…` */
  | { readonly kind: 'urn'; readonly urn: string }
  /** `Practitioner?identifier=…`; `query` may be empty. */
  | { readonly kind: 'conditional'; readonly type: string; readonly query: string }
  /** Anything else: a URL that does not look like one of a RESTful server, or no reference at all. */
  | { readonly kind: 'other'; readonly text: string };

const instance = /^(?:(https?:\/\/.+?)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;
const conditional = /^([A-Z][A-Za-z]+)\?([\s\S]*)$/;

export function parseReference(text: string): ParsedReference {
  if (text.startsWith('#')) return { kind: 'contained', id: text.slice(1) };
  if (text.startsWith('urn:')) return { kind: 'urn', urn: text };
  const [, base, type, id, version] = instance.exec(text) ?? [];
  if (type !== undefined && id !== undefined) {
    return { kind: 'instance', base, type, id, version };
  }
  const [, searched, query] = conditional.exec(text) ?? [];
  if (searched !== undefined && query !== undefined) return { kind: 'conditional', type: searched, query };
  return { kind: 'other', text };
}
