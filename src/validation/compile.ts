/** Keeps what was compiled: one check per type, one per profile, made when first asked for. */
import type { ElementDefinition } from 'fhir/r4.js';
import type { Definitions } from '../definitions/definitions.js';
import type { Severity } from '../model/outcome.js';
import { createNearSystems } from '../terminology/near-systems.js';
import type { Terminology } from '../terminology/terminology.js';
import { compileProfile } from './compile-profile.js';
import { compileType } from './compile-type.js';
import type { Compiler, Profile, TypeCheck, ValueCheck } from './compiler.js';
import { demandCodeGeneration } from './source.js';

/** How much is made of what is no clear fault; `ignore`: nothing. */
export interface Strictness {
  /** Rules marked as best practice. */
  readonly bestPractice: Severity | 'ignore';
  /** Profiles in `meta.profile` that are not known here. */
  readonly unknownProfiles: Severity | 'ignore';
  readonly unknownExtensions: Severity | 'ignore';
}

export interface CompilerSetting extends Partial<Strictness> {
  readonly definitions: Definitions;
  readonly terminology: Terminology;
  readonly onGenerated?: Compiler['onGenerated'];
}

export function createCompiler(setting: CompilerSetting): Compiler {
  demandCodeGeneration();
  const { definitions } = setting;
  const types = new Map<string, TypeCheck>();
  const profiles = new Map<string, Profile>();
  // Types rest on R4's own structures, which never change; profiles are compiled into one another.
  let generation = definitions.generation.structures;
  const tables = new Map<string, ReadonlyMap<string, ElementDefinition>>();
  const compiler: Compiler = {
    definitions,
    terminology: setting.terminology,
    nearSystem: createNearSystems(definitions),
    bestPractice: severityOf(setting.bestPractice),
    unknownProfiles: severityOf(setting.unknownProfiles),
    unknownExtensions: severityOf(setting.unknownExtensions),
    onGenerated: setting.onGenerated,
    type: (type) => keep(types, type, () => lazily(() => compileType(type, compiler))),
    profile(canonical) {
      if (definitions.generation.structures !== generation) {
        generation = definitions.generation.structures;
        profiles.clear();
      }
      const known = profiles.get(canonical);
      if (known !== undefined) return known;
      const structure = definitions.structure(canonical);
      if (structure?.snapshot === undefined) return undefined;
      return keep(profiles, canonical, () => compileProfile(structure, compiler));
    },
    elements: (type) => keep(tables, type, () => elementsOf(type, definitions)),
  };
  return compiler;
}

function severityOf(setting: Severity | 'ignore' = 'warning'): Severity | undefined {
  return setting === 'ignore' ? undefined : setting;
}

function keep<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

/** Types hold one another in circles (Extension, Identifier, Reference), so a type is compiled at its first value. */
function lazily(make: () => ValueCheck): TypeCheck {
  const lazy: TypeCheck = {
    check(value, sibling, walk) {
      lazy.check = make();
      return lazy.check(value, sibling, walk);
    },
  };
  return lazy;
}

/** A backbone type is named by its path, and its elements stand in the structure of the type the path starts with. */
function elementsOf(type: string, definitions: Definitions): ReadonlyMap<string, ElementDefinition> {
  const dot = type.indexOf('.');
  const structure = definitions.structureOf(dot < 0 ? type : type.slice(0, dot));
  const elements = new Map<string, ElementDefinition>();
  const start = `${type}.`;
  for (const element of structure?.snapshot?.element ?? []) {
    const { path } = element;
    if (!path.startsWith(start) || path.includes('.', start.length)) continue;
    const name = path.slice(start.length);
    elements.set(name.endsWith('[x]') ? name.slice(0, -3) : name, element);
  }
  return elements;
}
