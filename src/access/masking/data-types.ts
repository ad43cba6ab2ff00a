/** What is shown of a value of each data type that tells of a person. Source: R4 datatypes.html */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { Masks } from './kinds.js';
import { coveredAddress, coveredContact, coveredName, coveredNumber, coveredPart, type SurnameOf } from './texts.js';

/** undefined: nothing is left of it. */
type Covering = (value: JsonObject, surnameOf: SurnameOf) => JsonObject | undefined;

const partly: Readonly<Record<string, Covering>> = {
  HumanName: coverHumanName,
  ContactPoint: (value) => ({ ...only(value, ['id', 'system', 'use', 'rank', 'period']), ...covered(value, 'value', coveredContact) }),
  Identifier: (value) => coverIdentifier(value),
  Address: coverAddress,
  Attachment: (value) => only(value, ['id', 'contentType', 'language', 'size', 'creation']),
};

const wholly: Readonly<Record<string, Covering>> = {
  HumanName: () => undefined,
  ContactPoint: () => undefined,
  Identifier: (value) => some(only(value, ['id', 'use', 'type', 'system'])),
  Address: (value) => some(only(value, ['id', 'use', 'type', 'state', 'country', 'period'])),
  Attachment: (value) => some(only(value, ['id', 'contentType', 'language', 'size'])),
};

const maskOf = {
  HumanName: 'name',
  ContactPoint: 'telecom',
  Identifier: 'identifier',
  Address: 'address',
  Attachment: 'attachment',
} as const;

/** How values of a type are covered under these masks; undefined: not as such. */
export function coveringOf(type: string, masks: Masks): Covering | undefined {
  if (!Object.hasOwn(maskOf, type) || !masks.has(maskOf[type as keyof typeof maskOf])) return undefined;
  return masks.has('whole') ? wholly[type] : partly[type];
}

/** The surname stays, and what is said around the name. */
function coverHumanName(name: JsonObject, surnameOf: SurnameOf): JsonObject {
  const family = typeof name.family === 'string' ? name.family : undefined;
  // Some write the whole name there.
  const shown = family === undefined ? undefined : isSurname(family, surnameOf) ? family : coveredName(family, surnameOf);
  const coverText = (text: string) =>
    family !== undefined && shown === family && text.startsWith(family)
      ? family + coveredPart(text.slice(family.length))
      : coveredName(text, surnameOf);
  return {
    ...only(name, ['id', 'use']),
    ...covered(name, 'text', coverText),
    ...(shown === undefined ? {} : { family: shown }),
    ...(Array.isArray(name.given) ? { given: texts(name.given).map(coveredPart) } : {}),
    ...only(name, ['prefix', 'suffix', 'period']),
  };
}

function isSurname(family: string, surnameOf: SurnameOf): boolean {
  return /^\p{Script=Han}{1,2}$/u.test(family) && (family.length === 1 || surnameOf(`${family}某`) === family);
}

function coverIdentifier(identifier: JsonObject): JsonObject {
  return {
    ...only(identifier, ['id', 'use', 'type', 'system']),
    ...covered(identifier, 'value', coveredNumber),
    ...only(identifier, ['period', 'assigner']),
  };
}

function coverAddress(address: JsonObject): JsonObject {
  const places = ['state', 'city', 'district'].flatMap((name) => (typeof address[name] === 'string' ? [address[name]] : []));
  const coverText = (text: string) => (places.length > 0 ? `${places.join('')}***` : coveredAddress(text));
  return {
    ...only(address, ['id', 'use', 'type']),
    ...covered(address, 'text', coverText),
    ...only(address, ['city', 'district', 'state', 'country', 'period']),
  };
}

function covered(value: JsonObject, name: string, cover: (text: string) => string): JsonObject {
  const text = value[name];
  return typeof text === 'string' ? { [name]: cover(text) } : {};
}

/** Extensions of what is left out may say it again: none stays. */
function only(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]])));
}

function some(value: JsonObject): JsonObject | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

function texts(values: Json): readonly string[] {
  return (Array.isArray(values) ? (values as readonly Json[]) : []).filter((one): one is string => typeof one === 'string');
}

/** `Patient` of `Patient/1`; undefined where a reference does not tell. */
export function typeOfReference({ type, reference }: JsonObject): string | undefined {
  if (typeof reference === 'string' && !reference.startsWith('#')) {
    const [, found] = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[^/]+)?$/.exec(reference) ?? [];
    if (found !== undefined) return found;
  }
  return typeof type === 'string' ? type : undefined;
}

export function isReference(type: string, value: Json): value is JsonObject {
  return type === 'Reference' && isObject(value);
}
