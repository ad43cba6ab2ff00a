/** A coded value as entries of the index: system and code, codes also folded where their system does not mind case. */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { IndexEntry } from '../../store/port.js';
import { contactForm } from '../contact-points.js';
import type { SearchContext } from '../context.js';
import { identityForm } from '../identity-numbers.js';

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
  else if (type === 'Identifier') for (const form of identifierForms(value)) token(text(value.system), form);
  else if (type === 'ContactPoint') for (const form of withForm(text(value.value) ?? '', contactForm)) token(undefined, form);
  else token(undefined, '');
}

/** As it was sent, and in the form in which numbers of its kind are found. */
export function identifierForms(identifier: JsonObject): readonly string[] {
  return withForm(text(identifier.value) ?? '', (value) => identityForm(text(identifier.system), value));
}

function withForm(value: string, formOf: (value: string) => string | undefined): readonly string[] {
  const form = formOf(value);
  return form === undefined ? [value] : [value, form];
}

export function codingsOf({ coding }: JsonObject): readonly JsonObject[] {
  return (Array.isArray(coding) ? (coding as readonly Json[]) : []).filter(isObject);
}

export function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
