/** What every room means by a resource and by the name of one. Source: R4 resource.html, references.html */
import type { JsonObject } from './json.js';

/** A parsed resource: JSON with a `resourceType` that R4 defines. */
export interface Resource extends JsonObject {
  readonly resourceType: string;
  readonly id?: string;
}

/** Names an instance (`version` absent: the current one) or one version of it. */
export interface Key {
  readonly type: string;
  readonly id: string;
  readonly version?: number;
}

/** `Patient/1` */
export function keyText(key: Key): string {
  return `${key.type}/${key.id}`;
}

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;

/** Source: R4 datatypes.html#id */
export function isId(text: string): boolean {
  return idPattern.test(text);
}
