/**
 * Code systems that are here whole, of which any code can be said to be one of theirs or none; and what can be asked of each.
 * Source: R4 codesystem.html#status (content), terminologycapabilities-definitions.html#TerminologyCapabilities.codeSystem
 */
import { setImmediate } from 'node:timers/promises';
import type { CodeSystem, CodeSystemConcept } from 'fhir/r4.js';
import { canonicalOf, compareVersions } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';
import { systemsByRule } from './external-systems.js';
import { hierarchyOperators, propertyOperators } from './filters.js';

export interface HeldCodeSystem {
  readonly uri: string;
  /** Absent for what is known by a rule or a table of the engine's. */
  readonly version?: string;
  /** The version that is meant where none is named. */
  readonly isDefault?: boolean;
  readonly compositional?: boolean;
  /** In which there are displays. */
  readonly language: readonly string[];
  readonly property: readonly string[];
  readonly filter: readonly { readonly code: string; readonly op: readonly string[] }[];
  /** Whether it says of codes that they stand below others. */
  readonly subsumption: boolean;
  /** Known by a rule; no CodeSystem lists it. */
  readonly byRule?: true;
}

/** How long the event loop may be held, in milliseconds: there are more than a thousand to be read. */
const HELD = 8;

export async function heldCodeSystems(definitions: Pick<Definitions, 'codeSystem' | 'codeSystems'>): Promise<readonly HeldCodeSystem[]> {
  const newest = new Map<string, string>();
  for (const { url, version } of definitions.codeSystems) {
    const before = newest.get(url);
    if (before === undefined || compareVersions(version, before) > 0) newest.set(url, version);
  }
  const held: HeldCodeSystem[] = [];
  let since = performance.now();
  for (const { url, version } of definitions.codeSystems) {
    const found = definitions.codeSystem(canonicalOf({ url, version: version === '' ? undefined : version }));
    if (found?.content === 'complete') held.push({ ...ofVersion(url, version, newest), ...asked(found) });
    if (performance.now() - since < HELD) continue;
    await setImmediate();
    since = performance.now();
  }
  return [
    ...held,
    ...systemsByRule.map((uri) => ({
      uri,
      language: ['en', 'zh-CN'],
      property: [],
      filter: [],
      subsumption: false,
      byRule: true as const,
    })),
  ];
}

function ofVersion(uri: string, version: string, newest: ReadonlyMap<string, string>) {
  return version === '' ? { uri } : { uri, version, isDefault: newest.get(uri) === version };
}

function asked(codeSystem: CodeSystem): Omit<HeldCodeSystem, 'uri' | 'version' | 'isDefault'> {
  const { language, hierarchyMeaning, property = [], concept = [], compositional } = codeSystem;
  const languages = new Set(language === undefined ? [] : [language]);
  const properties = new Set(property.map(({ code }) => code));
  let isNested = hierarchyMeaning === 'is-a';
  visit(concept, (one) => {
    isNested ||= one.concept !== undefined && one.concept.length > 0;
    for (const { language: tag } of one.designation ?? []) if (tag !== undefined) languages.add(tag);
    for (const { code } of one.property ?? []) properties.add(code);
  });
  const subsumption = isNested || properties.has('parent') || properties.has('child');
  return {
    ...(compositional === undefined ? {} : { compositional }),
    language: [...languages].sort(),
    property: [...properties].sort(),
    filter: [
      ...(subsumption ? [{ code: 'concept', op: [...hierarchyOperators, ...propertyOperators] }] : []),
      ...['code', 'display', ...[...properties].sort()].map((code) => ({ code, op: propertyOperators })),
    ],
    subsumption,
  };
}

function visit(concepts: readonly CodeSystemConcept[], see: (concept: CodeSystemConcept) => void): void {
  for (const one of concepts) {
    see(one);
    visit(one.concept ?? [], see);
  }
}
