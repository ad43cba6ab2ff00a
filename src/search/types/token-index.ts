/** A coded value as entries of the index: system and code, codes also folded where their system does not mind case. */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { contactForm } from '../contact-points.js';
import type { SearchContext } from '../context.js';
import { addToken, type EntryList } from '../entry-list.js';
import { identityForm } from '../identity-numbers.js';

export type AddToken<To> = (to: To, system: string | undefined, code: string) => void;

export function tokenAdder(param: string, { codeSystems }: SearchContext): AddToken<EntryList> {
  return (list, system, code) => {
    addToken(list, param, system, code);
    if (system === undefined || isLower(code)) return;
    const folded = code.toLowerCase();
    if (folded !== code && codeSystems.isCaseInsensitive(system)) addToken(list, param, system, folded);
  };
}

/** Nothing but ASCII without capitals. */
function isLower(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f || (code > 0x40 && code < 0x5b)) return false;
  }
  return true;
}

/** A value that says nothing but text, or nothing at all, becomes an empty code, so that `:missing` sees it. */
export function eachToken<To>(type: string, value: JsonObject, token: AddToken<To>, to: To): void {
  if (type === 'CodeableConcept') eachCoding(value, token, to);
  else if (type === 'Coding') token(to, text(value.system), text(value.code) ?? '');
  else if (type === 'Identifier') {
    const [system, number] = [text(value.system), text(value.value) ?? ''];
    token(to, system, number);
    const form = identityForm(system, number);
    if (form !== undefined) token(to, system, form);
  } else if (type === 'ContactPoint') {
    const number = text(value.value) ?? '';
    token(to, undefined, number);
    const form = contactForm(number);
    if (form !== undefined) token(to, undefined, form);
  } else token(to, undefined, '');
}

function eachCoding<To>({ coding }: JsonObject, token: AddToken<To>, to: To): void {
  let isEmpty = true;
  if (Array.isArray(coding)) {
    for (const one of coding as readonly Json[]) {
      if (!isObject(one)) continue;
      token(to, text(one.system), text(one.code) ?? '');
      isEmpty = false;
    }
  }
  if (isEmpty) token(to, undefined, '');
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
