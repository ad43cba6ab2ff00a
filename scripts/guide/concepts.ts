/** Codes as tables show them: with both names, how deep they stand, and what the maps make of them. Source: R4 codesystem.html */
import type { CodeSystem, CodeSystemConcept, ConceptMap } from 'fhir/r4.js';
import type { Language } from '../../src/model/message.js';
import type { Guide } from './guide.js';

export interface Concept {
  readonly code: string;
  readonly display: string;
  readonly english: string | undefined;
  /** Other names. */
  readonly synonyms: readonly string[];
  readonly depth: number;
}

export function conceptsOf({ concept = [] }: Pick<CodeSystem, 'concept'>, depth = 0): readonly Concept[] {
  return concept.flatMap((one) => [conceptOf(one, depth), ...conceptsOf(one, depth + 1)]);
}

function conceptOf({ code, display, designation = [] }: CodeSystemConcept, depth: number): Concept {
  const isEnglish = (language: string | undefined) => language?.startsWith('en') === true;
  return {
    code,
    display: display ?? code,
    english: designation.find(({ language }) => isEnglish(language))?.value,
    synonyms: designation.filter(({ language }) => !isEnglish(language)).map(({ value }) => value),
    depth,
  };
}

export function nameIn({ display, english }: Pick<Concept, 'display' | 'english'>, language: Language): string {
  return language === 'en' ? (english ?? display) : display;
}

/** What the maps of all packages make of the codes of a system. */
export function mapsFrom({ packages }: Guide, system: string): readonly ConceptMap[] {
  return packages.flatMap(({ conceptMaps }) => conceptMaps).filter(({ group = [] }) => group.some(({ source }) => source === system));
}

/** `canonical`: with a version where several stand side by side. */
export function codeSystemOf({ packages }: Guide, canonical: string): CodeSystem | undefined {
  const all = packages.flatMap(({ codeSystems }) => codeSystems);
  return all.find(({ url, version }) => canonical === `${url}|${version}`) ?? all.find(({ url }) => url === canonical.split('|')[0]);
}

/** Titles of maps are Chinese; in English the id says between which tables. */
export function mapTitle({ title, id = '' }: Pick<ConceptMap, 'title' | 'id'>, language: Language): string {
  return language === 'zh' ? (title ?? id) : id.replace('-to-', ' → ');
}
