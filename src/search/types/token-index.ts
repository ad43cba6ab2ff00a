/** A coded value as entries of the index: system and code, codes also folded where their system does not mind case. */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { IndexEntry } from '../../store/port.js';
import type { SearchContext } from '../context.js';

export type AddToken = (system: string | undefined, code: string) => void;

export function tokenAdder(param: string, context: SearchContext, add: (entry: IndexEntry) => void): AddToken {
  return (system, code) => {
    if (system === undefined) return add({ kind: 'token', param, code });
    add({ kind: 'token', param, system, code });
    const folded = code.toLowerCase();
    if (folded !== code && context.codeSystems.isCaseInsensitive(system)) add({ kind: 'token', param, system, code: folded });
  };
}

/** A value that says nothing but text, or nothing at all, becomes an empty code, so that `:missing` sees it. */
export function eachToken(type: string, value: JsonObject, token: AddToken): void {
  if (type === 'CodeableConcept') {
    const codings = codingsOf(value);
    if (codings.length === 0) token(undefined, '');
    for (const coding of codings) token(text(coding.system), text(coding.code) ?? '');
  } else if (type === 'Coding') token(text(value.system), text(value.code) ?? '');
  else if (type === 'Identifier') token(text(value.system), text(value.value) ?? '');
  else if (type === 'ContactPoint') token(undefined, text(value.value) ?? '');
  else token(undefined, '');
}

export function codingsOf({ coding }: JsonObject): readonly JsonObject[] {
  return (Array.isArray(coding) ? (coding as readonly Json[]) : []).filter(isObject);
}

export function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
