/**
 * What few concepts have beside code, display and parents, as one short JSON text for each: definition, designations, properties.
 * Source: R4 codesystem-definitions.html#CodeSystem.concept
 */
import type { CodeSystemConceptDesignation, CodeSystemConceptProperty } from 'fhir/r4.js';

export interface Extras {
  readonly definition?: string;
  readonly designation?: readonly CodeSystemConceptDesignation[];
  readonly property?: readonly CodeSystemConceptProperty[];
}

type ShortDesignation = readonly [language: string, value: string] | CodeSystemConceptDesignation;
type ShortProperty = readonly [code: string, type: string, value: unknown];

interface Written {
  readonly d?: string;
  readonly g?: readonly ShortDesignation[];
  readonly p?: readonly ShortProperty[];
}

/** '' where there is nothing to say. */
export function writeExtras({ definition, designation = [], property = [] }: Extras): string {
  if (definition === undefined && designation.length === 0 && property.length === 0) return '';
  const written: Written = {
    ...(definition === undefined ? {} : { d: definition }),
    ...(designation.length === 0 ? {} : { g: designation.map(shortDesignation) }),
    ...(property.length === 0 ? {} : { p: property.map(shortProperty) }),
  };
  return JSON.stringify(written);
}

export function readExtras(text: string): Extras {
  const { d, g, p } = JSON.parse(text) as Written;
  return {
    ...(d === undefined ? {} : { definition: d }),
    ...(g === undefined ? {} : { designation: g.map(longDesignation) }),
    ...(p === undefined ? {} : { property: p.map(longProperty) }),
  };
}

/** Those alone. */
export function readProperties(text: string): readonly CodeSystemConceptProperty[] {
  return (JSON.parse(text) as Written).p?.map(longProperty) ?? [];
}

function shortDesignation(one: CodeSystemConceptDesignation): ShortDesignation {
  const { language, value, ...rest } = one;
  return language === undefined || Object.keys(rest).length > 0 ? one : [language, value];
}

function longDesignation(one: ShortDesignation): CodeSystemConceptDesignation {
  if (!isPair(one)) return one;
  const [language, value] = one;
  return { language, value };
}

function isPair(one: ShortDesignation): one is readonly [string, string] {
  return Array.isArray(one);
}

const prefix = 'value';

function shortProperty({ code, ...rest }: CodeSystemConceptProperty): ShortProperty {
  const [name = '', value] = Object.entries(rest).find(([field]) => field.startsWith(prefix)) ?? [];
  return [code, name.slice(prefix.length), value];
}

function longProperty([code, type, value]: ShortProperty): CodeSystemConceptProperty {
  return { code, ...(type === '' ? {} : { [prefix + type]: value }) };
}
