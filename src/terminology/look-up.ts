/**
 * What a code system says of a code: words, properties, what stands above and below it.
 * Source: R4 codesystem-operation-lookup.html, codesystem.html#defined-props
 */
import type { CodeSystemConceptProperty } from 'fhir/r4.js';
import type { Json } from '../model/json.js';
import { type CodeContent, type Concept, isInactive } from './code-system.js';
import { type Designation, isInLanguage, type Languages, wordsIn } from './displays.js';

export interface LookedUpProperty {
  readonly code: string;
  /** `valueCode` … */
  readonly key: string;
  readonly value: Json;
  readonly description?: string;
}

export interface LookedUp {
  readonly display: string;
  readonly designations: readonly Designation[];
  readonly properties: readonly LookedUpProperty[];
}

/** Undefined: there is no such code, or none that is known. */
export function conceptOf(content: CodeContent, code: string): Concept | undefined {
  return content.find(code) ?? content.wordsFor?.(code);
}

/** `wanted`: names of properties, `lang.X` for designations; empty: all there is. */
export function lookUp(content: CodeContent, concept: Concept, languages: Languages, wanted: readonly string[]): LookedUp {
  const all = wanted.length === 0 || wanted.includes('*');
  const isWanted = (name: string) => all || wanted.includes(name);
  const tags = wanted.filter((name) => name.startsWith('lang.')).map((name) => name.slice('lang.'.length));
  return {
    display: wordsIn(concept, languages, content.language)?.text ?? concept.code,
    designations: (concept.designation ?? []).filter(
      ({ language }) => isWanted('designation') || (language !== undefined && tags.some((tag) => isInLanguage(language, tag))),
    ),
    properties: propertiesOf(content, concept, languages).filter(({ code }) => isWanted(code)),
  };
}

/** Where nesting says what stands above and below, and properties too, it is told once. */
function propertiesOf(content: CodeContent, concept: Concept, languages: Languages): readonly LookedUpProperty[] {
  const { property = [], definition } = concept;
  const { parents, children } = content.hierarchy();
  const code = content.fold(concept.code);
  const linked = (name: string, codes: readonly string[] = []) =>
    codes.map((one): LookedUpProperty => {
      const other = content.find(one);
      const words = other && wordsIn(other, languages, content.language);
      return { code: name, key: 'valueCode', value: other?.code ?? one, ...(words === undefined ? {} : { description: words.text }) };
    });
  const own = property.filter((one) => one.code !== 'parent' && one.code !== 'child').flatMap(asFound);
  const isTold = own.some((one) => one.code === 'inactive');
  return [
    ...(definition === undefined ? [] : [{ code: 'definition', key: 'valueString', value: definition }]),
    ...(isTold || content.wordsFor !== undefined ? [] : [{ code: 'inactive', key: 'valueBoolean', value: isInactive(concept) }]),
    ...own,
    ...linked('parent', parents.get(code)),
    ...linked('child', children.get(code)),
  ];
}

function asFound(property: CodeSystemConceptProperty): readonly LookedUpProperty[] {
  const key = Object.keys(property).find((one) => one.startsWith('value'));
  const value = key === undefined ? undefined : (property as unknown as Readonly<Record<string, Json>>)[key];
  return key === undefined || value === undefined ? [] : [{ code: property.code, key, value }];
}
