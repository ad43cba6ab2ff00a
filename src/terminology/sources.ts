/**
 * Code systems and value sets as somebody wants them read: in which versions, with which supplements. Compiled when first asked for and
 * kept. Source: R4 terminologies.html, codesystem.html#supplements
 */
import type { CodeSystem, ValueSet } from 'fhir/r4.js';
import { canonicalOf } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';
import { ownText } from '../model/own-text.js';
import type { CodeContent } from './code-system.js';
import type { ValueSetContent } from './content.js';
import { externalSystem, type ListedCodes } from './external-systems.js';
import { implicitValueSet } from './implicit.js';
import type { SentAlong } from './sent-along.js';
import { type Supplements, supplemented, supplementsHere } from './supplements.js';
import { contentOf } from './table/table-content.js';
import { compileValueSet, type Sources } from './value-set.js';
import { type Versions, versionMeant } from './versions.js';

export interface Wishes {
  readonly versions?: Versions | undefined;
  /** Canonicals of supplements whose properties are to count. */
  readonly supplements?: readonly string[];
  /** Go before what is here, for this once. */
  readonly sent?: readonly SentAlong[];
}

export interface CompiledValueSet extends ValueSetContent {
  /** As it was written. */
  readonly published: ValueSet;
  /** Worked out once, for codes that come without a system. */
  allSystems(): ReadonlySet<string>;
}

export interface TerminologySources extends Sources {
  valueSet(canonical: string): CompiledValueSet | undefined;
  /** One that has no canonical, or not this one. */
  unnamed(valueSet: ValueSet): CompiledValueSet;
  /** As it was written. */
  published(canonical: string): ValueSet | undefined;
}

export type Known = Pick<Definitions, 'valueSet' | 'codeSystem' | 'codeSystems' | 'supplements' | 'generation'>;

/** Names by which R4's own definitions bind to a value set that has another. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['http://www.rfc-editor.org/bcp/bcp13.txt', 'http://hl7.org/fhir/ValueSet/mimetypes'],
]);

/** Code systems that were worked through. */
export interface Contents {
  /** What is uploaded stays the same object whatever else changes. */
  readonly byObject: WeakMap<CodeSystem, CodeContent>;
  /** What is read anew each time, by canonical. */
  readonly byVersion: Map<string, CodeContent>;
}

export function createSources(definitions: Known, contents: Contents, wishes: Wishes = {}): TerminologySources {
  const valueSets = new Map<string, CompiledValueSet | undefined>();
  const codeSystems = new Map<string, CodeContent | undefined>();
  const byVersion = new Map<string, CodeContent>();
  const unnamed = new WeakMap<ValueSet, CompiledValueSet>();
  let supplements: Supplements | undefined;
  const listed: ListedCodes = (valueSet, system) =>
    (definitions.valueSet(valueSet)?.compose?.include ?? [])
      .filter((include) => include.system === system)
      .flatMap(({ concept }) => concept ?? []);

  function contentFor(found: CodeSystem): CodeContent {
    const name = nameOf(found);
    const content = contents.byObject.get(found) ?? contents.byVersion.get(name) ?? contentOf(found);
    contents.byObject.set(found, content);
    contents.byVersion.set(name, content);
    return content;
  }

  function findCodeSystem(canonical: string): CodeContent | undefined {
    const found = definitions.codeSystem(canonical);
    if (found === undefined) return externalSystem(canonical, listed);
    const name = nameOf(found);
    const before = byVersion.get(name);
    if (before !== undefined) return before;
    supplements ??= supplementsHere(definitions, contentFor, wishes.supplements);
    const whole = supplemented(contentFor(found), supplements.get(found.url ?? '') ?? []);
    byVersion.set(name, whole);
    return whole;
  }

  const implicit = new Map<string, ValueSet | undefined>();
  const published = (canonical: string) =>
    definitions.valueSet(aliases.get(canonical) ?? canonical) ?? kept(implicit, canonical, (one) => implicitValueSet(one, definitions));

  function findValueSet(canonical: string): CompiledValueSet | undefined {
    const found = published(canonical);
    return found === undefined ? undefined : compiled(found);
  }

  function compiled(valueSet: ValueSet): CompiledValueSet {
    const content = compileValueSet(valueSet, sources);
    let systems: ReadonlySet<string> | undefined;
    return {
      ...content,
      published: valueSet,
      allSystems: () => {
        systems ??= content.systems();
        return systems;
      },
    };
  }

  const sources: TerminologySources = {
    codeSystem(system, named) {
      const version = versionMeant(wishes.versions, system, named);
      return kept(codeSystems, canonicalOf({ url: system, version }), findCodeSystem);
    },
    valueSet: (canonical) => kept(valueSets, canonical, findValueSet),
    unnamed(valueSet) {
      const content = unnamed.get(valueSet) ?? compiled(valueSet);
      unnamed.set(valueSet, content);
      return content;
    },
    published,
    walk: { depth: 0, steps: 0, circles: 0 },
  };
  return sources;
}

function nameOf({ url, version }: CodeSystem): string {
  return `${url}|${version}`;
}

/** There is no end of systems that are not known here. */
const MAX_KNOWN = 10_000;

export function kept<T>(known: Map<string, T | undefined>, key: string, find: (key: string) => T | undefined): T | undefined {
  const before = known.get(key);
  if (before !== undefined || known.has(key)) return before;
  const found = find(key);
  if (found !== undefined || known.size < MAX_KNOWN) known.set(ownText(key), found);
  return found;
}
