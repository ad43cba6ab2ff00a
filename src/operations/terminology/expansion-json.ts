/** A ValueSet with its expansion, as it is answered. Source: R4 valueset.html#expansion, valueset-definitions.html#ValueSet.expansion */
import type { CodeSystemConceptProperty, ValueSet } from 'fhir/r4.js';
import type { JsonObject } from '../../model/json.js';
import type { Resource } from '../../model/resource.js';
import { type Designation, isInLanguage, type Languages, wordsIn } from '../../terminology/displays.js';
import type { ExpandedCode, Expansion } from '../../terminology/expand.js';

export interface Writing {
  readonly languages: Languages;
  /** undefined: none are asked for. */
  readonly designations: ((designation: Designation) => boolean) | undefined;
  readonly properties: ReadonlySet<string>;
  readonly withDefinition: boolean;
}

export interface Written {
  readonly identifier: string;
  readonly timestamp: string;
  readonly offset: number | undefined;
  readonly parameter: readonly JsonObject[];
}

const openExtension = { url: 'http://hl7.org/fhir/StructureDefinition/valueset-unclosed', valueBoolean: true };

export function expansionJson(valueSet: ValueSet, expansion: Expansion, written: Written, writing: Writing): Resource {
  const { url, version, language, name, title, status, experimental, immutable, compose } = valueSet;
  const { identifier, timestamp, offset, parameter } = written;
  const contains = expansion.codes.map(codeWriter(expansion, writing));
  return withoutAbsent({
    resourceType: 'ValueSet',
    language,
    url,
    version,
    name,
    title,
    // It is required, and not everyone who sends one to be expanded has it.
    status: status ?? 'draft',
    experimental,
    immutable,
    compose: writing.withDefinition ? (compose as unknown as JsonObject | undefined) : undefined,
    expansion: withoutAbsent({
      extension: expansion.isOpen ? [openExtension] : undefined,
      identifier,
      timestamp,
      total: expansion.total,
      offset,
      parameter: parameter.length === 0 ? undefined : parameter,
      contains: contains.length === 0 ? undefined : contains,
    }),
  }) as Resource;
}

function withoutAbsent(fields: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
}

function codeWriter(expansion: Expansion, writing: Writing): (code: ExpandedCode) => JsonObject {
  const unclear = systemsInVersions(expansion.codes);
  const write = (code: ExpandedCode): JsonObject => {
    const { system, version, language, concept, below } = code;
    const words = wordsIn(concept, writing.languages, language);
    const properties = propertiesOf(code, writing.properties);
    const designation = writing.designations === undefined ? [] : designationsOf(code, words?.text).filter(writing.designations);
    return withoutAbsent({
      extension: properties.length === 0 ? undefined : properties,
      system: system === '' ? undefined : system,
      abstract: code.isAbstract ? true : undefined,
      inactive: code.isInactive ? true : undefined,
      version: unclear.has(system) ? version : undefined,
      code: concept.code,
      display: words?.text,
      designation: designation.length === 0 ? undefined : designation,
      contains: below.length === 0 ? undefined : below.map(write),
    });
  };
  return write;
}

/** Where codes of two versions stand beside each other each says of which it is. */
function systemsInVersions(codes: readonly ExpandedCode[]): ReadonlySet<string> {
  const versions = new Map<string, string | undefined>();
  const found = new Set<string>();
  for (const { system, version } of codes) {
    if (versions.has(system) && versions.get(system) !== version) found.add(system);
    versions.set(system, version);
  }
  return found;
}

/** Where another display is shown, its own is one of them. */
function designationsOf(
  { concept: { display, designation = [] }, language }: ExpandedCode,
  shown: string | undefined,
): readonly Designation[] {
  if (display === undefined || display === shown) return designation;
  return [{ ...(language === undefined ? {} : { language }), value: display }, ...designation];
}

const languageTags = 'urn:ietf:bcp:47';

/** `asked`: tokens that are a use, `system|code`, or a language. */
export function designationsAsked(includes: boolean | undefined, asked: readonly string[]): Writing['designations'] {
  if (asked.length === 0) return includes === true ? () => true : undefined;
  if (includes === false) return undefined;
  const tokens = asked.map((token) => {
    const cut = token.lastIndexOf('|');
    return { system: cut < 0 ? undefined : token.slice(0, cut), code: token.slice(cut + 1) };
  });
  return ({ language, use }) =>
    tokens.some(({ system, code }) => {
      if (system === undefined || system === languageTags) {
        if (language !== undefined && isInLanguage(language, code)) return true;
      }
      return system !== languageTags && use?.code === code && (system === undefined || use.system === system);
    });
}

const propertyExtension = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property';

/** R5 has an element for them; in R4 it is an extension. */
function propertiesOf({ concept, isAbstract, isInactive }: ExpandedCode, wanted: ReadonlySet<string>): readonly JsonObject[] {
  if (wanted.size === 0) return [];
  const { definition, property = [] } = concept;
  const own = property.filter(({ code }) => wanted.has(code));
  const has = (name: string) => own.some(({ code }) => code === name);
  const more: CodeSystemConceptProperty[] = [
    ...(wanted.has('definition') && definition !== undefined ? [{ code: 'definition', valueString: definition }] : []),
    ...(wanted.has('inactive') && !has('inactive') ? [{ code: 'inactive', valueBoolean: isInactive }] : []),
    ...(wanted.has('notSelectable') && !has('notSelectable') ? [{ code: 'notSelectable', valueBoolean: isAbstract }] : []),
  ];
  return [...own, ...more].map(({ code, ...value }) => {
    const typed = Object.fromEntries(Object.entries(value).filter(([name]) => name.startsWith('value'))) as JsonObject;
    return {
      url: propertyExtension,
      extension: [
        { url: 'code', valueCode: code },
        { ...typed, url: 'value' },
      ],
    };
  });
}
