/**
 * Code systems that R4 binds to but no package lists: what a grammar, a registry or the JavaScript engine's own tables can say of them.
 * Source: R4 terminologies-systems.html; BCP 13 (RFC 6838 section 4.2), BCP 47 (RFC 5646), UCUM, ISO 4217, ISO 3166-1
 */
import type { ValueSetComposeIncludeFilter } from 'fhir/r4.js';
import { comparable, isUnit } from '../model/ucum.js';
import type { CodeContent, Concept } from './code-system.js';
import { isLanguageTag } from './languages.js';
import { asWritten, engineWords, timeZoneWords, unitWords, type WordsFor } from './rule-words.js';
import type { Membership } from './terminology.js';

/** Lists the codes a value set enumerates for a system. */
export type ListedCodes = (valueSet: string, system: string) => readonly Concept[];

const iso3166 = 'urn:iso:std:iso:3166';

const rules: Readonly<Record<string, () => CodeContent>> = {
  'urn:ietf:bcp:13': () => byRule((code) => mediaType.test(code) || shortFormats.has(code), false, { name: 'BCP 13', wordsFor: asWritten }),
  'urn:ietf:bcp:47': () => byRule(isLanguageTag, false, { name: 'BCP 47', wordsFor: engineWords('language') }),
  'urn:iso:std:iso:4217': () => byList(currencies(), { name: 'ISO 4217', wordsFor: engineWords('currency') }),
  'https://www.iana.org/time-zones': () => byRule(isTimeZone, true, { name: 'IANA time zones', wordsFor: timeZoneWords }),
  'http://unitsofmeasure.org': () => ({ ...byRule(isUnit, true, { name: 'UCUM', wordsFor: unitWords }), test: unitTest }),
};

/** Those of which every code is known to be one or none. */
export const systemsByRule: readonly string[] = Object.keys(rules);

/** Undefined for a system nothing is known of. */
export function externalSystem(system: string, listed: ListedCodes): CodeContent | undefined {
  if (system === iso3166) return countries(listed);
  return Object.hasOwn(rules, system) ? rules[system]?.() : undefined;
}

/** Units are told apart by what they measure. Source: R4 ucum.html ("Filter Properties": canonical) */
function unitTest({ property, op, value }: ValueSetComposeIncludeFilter): ((code: string) => boolean) | undefined {
  if (op !== '=' || (property !== 'canonical' && property !== 'Canonical') || !isUnit(value)) return undefined;
  return (code) => comparable(code, value);
}

const noLinks = { parents: new Map(), children: new Map() };

interface Naming {
  readonly name: string;
  readonly wordsFor: WordsFor;
}

function byRule(rule: (code: string) => boolean, caseSensitive: boolean, { name, wordsFor }: Naming): CodeContent {
  return {
    caseSensitive,
    language: 'en',
    about: { name },
    size: 0,
    concepts: () => [],
    find: () => undefined,
    wordsFor: (code) => (rule(code) ? wordsFor(code) : undefined),
    properties: new Set(),
    fold: caseSensitive ? (code) => code : (code) => code.toLowerCase(),
    contains: (code) => (rule(code) ? 'in' : 'out'),
    hierarchy: () => noLinks,
    byRule: true,
  };
}

/** The rule is that there are no others. */
function byList(codes: ReadonlySet<string>, naming: Naming): CodeContent {
  const { byRule: _, ...content } = byRule((code) => codes.has(code), true, naming);
  return { ...content, size: codes.size, concepts: () => [...codes].map(naming.wordsFor) };
}

/** `type/subtype` with parameters: the registry of types is open, its syntax is not. */
const name = '[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}';
const mediaType = new RegExp(`^${name}/${name}( ?; ?[A-Za-z0-9!#$&^_.+-]+=([A-Za-z0-9!#$&^_.+:/-]+|"[^"]*"))*$`);
/** What R4 allows beside media types. Source: R4 capabilitystatement.html, "xml | json | ttl | mime type" */
const shortFormats = new Set(['xml', 'json', 'ttl']);

/** The engine knows what money is paid in; ISO 4217 also has codes for metals, bond units, funds, testing and "no currency". */
const unpaidCurrencies = 'BOV CHE CHW CLF COU MXV USN UYI UYW XAD XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX VED SLE ZWG'.split(
  ' ',
);
let knownCurrencies: ReadonlySet<string> | undefined;
function currencies(): ReadonlySet<string> {
  knownCurrencies ??= new Set([...Intl.supportedValuesOf('currency'), ...unpaidCurrencies]);
  return knownCurrencies;
}

function isTimeZone(code: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(code)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: code });
    return true;
  } catch {
    return false;
  }
}

/** R4 lists the two-letter codes; three letters, three digits and subdivisions (ISO 3166-2), which share the system, are not here. */
function countries(listed: ListedCodes): CodeContent {
  const words = engineWords('region');
  const concepts = new Map(
    listed('http://hl7.org/fhir/ValueSet/iso3166-1-2', iso3166).map((one) => [one.code, { ...words(one.code), ...one }]),
  );
  const contains = (code: string): Membership => {
    if (concepts.has(code)) return 'in';
    return /^([A-Z]{3}|[0-9]{3}|[A-Z]{2}-[A-Z0-9]{1,3})$/.test(code) ? 'undecided' : 'out';
  };
  return {
    ...{ caseSensitive: true, language: 'en', about: { name: 'ISO 3166-1' }, properties: new Set<string>() },
    ...{ size: concepts.size, concepts: () => concepts.values(), find: (code) => concepts.get(code), contains },
    fold: (code) => code,
    hierarchy: () => noLinks,
  };
}
