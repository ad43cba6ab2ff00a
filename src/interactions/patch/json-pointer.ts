/** Places in JSON as JSON Patch names them. Source: RFC 6901 */
import { isObject, type Json } from '../../model/json.js';

export interface Pointer {
  readonly text: string;
  readonly tokens: readonly string[];
}

/** undefined: not a pointer. */
export function parsePointer(text: string): Pointer | undefined {
  if (text === '') return { text, tokens: [] };
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined;
  const tokens = text.slice(1).split('/');
  return { text, tokens: text.includes('~') ? tokens.map(unescaped) : tokens };
}

/** `~01` is `~1`: the slashes first. */
function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** undefined: no index of an array is written so. */
export function arrayIndex(token: string): number | undefined {
  return /^(?:0|[1-9]\d{0,9})$/.test(token) ? Number(token) : undefined;
}

/** What stands below `value` under one token; undefined where nothing does. */
export function childAt(value: Json | undefined, token: string): Json | undefined {
  if (Array.isArray(value)) {
    const index = arrayIndex(token);
    return index === undefined ? undefined : (value as readonly Json[])[index];
  }
  return isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
}

export function valueAt(document: Json, { tokens }: Pointer): Json | undefined {
  let value: Json | undefined = document;
  for (const token of tokens) value = childAt(value, token);
  return value;
}
