/** The type a reference leads to, as far as its text tells. Source: R4 references.html#literal, http.html#cond-update (conditional references) */
import type { Definitions } from '../definitions/definitions.js';
import { isIdText } from './scan-text.js';

/** A type's name; undefined where the text does not tell; `malformed` for a relative reference that is no `Type/id`. */
export function parseTarget(text: string, definitions: Pick<Definitions, 'isResourceType'>): string | undefined {
  const scheme = text.indexOf(':');
  const query = text.indexOf('?');
  if (scheme > 0 && (query < 0 || scheme < query) && isScheme(text, scheme)) return absolute(text, definitions);
  if (query > 0) return definitions.isResourceType(text.slice(0, query)) ? text.slice(0, query) : 'malformed';
  return relative(text, definitions);
}

function isScheme(text: string, end: number): boolean {
  return text.lastIndexOf('/', end) < 0;
}

/** `Type/id` and `Type/id/_history/version`; a fragment behind them names a part of the target. */
function relative(text: string, definitions: Pick<Definitions, 'isResourceType'>): string {
  const fragment = text.indexOf('#');
  const whole = fragment < 0 ? text : text.slice(0, fragment);
  const slash = whole.indexOf('/');
  const history = whole.indexOf('/_history/', slash + 1);
  const type = whole.slice(0, Math.max(slash, 0));
  const id = whole.slice(slash + 1, history < 0 ? whole.length : history);
  const isVersioned = history < 0 || isIdText(whole.slice(history + '/_history/'.length));
  return isVersioned && isIdText(id) && definitions.isResourceType(type) ? type : 'malformed';
}

/** Only a URL that ends like a RESTful one tells a type. */
function absolute(text: string, definitions: Pick<Definitions, 'isResourceType'>): string | undefined {
  if (!text.startsWith('http')) return undefined;
  const end = text.lastIndexOf('/_history/');
  const parts = (end < 0 ? text : text.slice(0, end)).split('/');
  const type = parts.length >= 5 ? parts[parts.length - 2] : undefined;
  return type !== undefined && definitions.isResourceType(type) && isIdText(parts[parts.length - 1] ?? '') ? type : undefined;
}
