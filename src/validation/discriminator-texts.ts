/**
 * Slices told apart by texts at the ends of paths that are nothing but elements, like `coding.code` and `coding.system` of the vital
 * signs: looked for in the JSON itself, without a list of what stands there. Source: R4 profiling.html#discriminator
 */
import type { TypeModel } from '../definitions/definitions.js';
import { isObject, type Json } from '../model/json.js';
import type { PathStep } from './discriminator-path.js';
import type { Occurrence } from './places.js';
import type { Walk } from './walk.js';

/** Which of the slices a value belongs to, by their numbers. */
export type Matcher = (value: Occurrence, walk: Walk) => readonly number[];

const none: readonly number[] = [];

/** `texts`: for each slice the text at the end of each path. `otherwise` serves where a path leads through a choice. */
export function byTexts(
  texts: readonly (readonly string[])[],
  paths: readonly (readonly PathStep[])[],
  otherwise: Matcher,
  model: TypeModel,
): Matcher {
  const known = new Map<string, readonly (readonly string[])[] | undefined>();
  const alone = texts.map((_texts, at): readonly number[] => [at]);
  return (value, walk) => {
    const { type } = value;
    if (!known.has(type)) known.set(type, namesOf(paths, type, model));
    const names = known.get(type);
    if (names === undefined) return otherwise(value, walk);
    let matching = none;
    for (let at = 0; at < texts.length; at++) {
      if (!hasAll(value.value, names, texts[at] ?? [])) continue;
      matching = matching.length === 0 ? (alone[at] ?? none) : [...matching, at];
    }
    return matching;
  };
}

/** The properties on each path; undefined where some element has not one property of its own name. */
function namesOf(paths: readonly (readonly PathStep[])[], type: string, model: TypeModel): readonly (readonly string[])[] | undefined {
  const names: (readonly string[])[] = [];
  for (const path of paths) {
    const found = namesOn(path, type, model);
    if (found === undefined) return undefined;
    names.push(found);
  }
  return names;
}

function namesOn(path: readonly PathStep[], type: string, model: TypeModel): readonly string[] | undefined {
  const names: string[] = [];
  let owner = type;
  for (const step of path) {
    if (step.kind !== 'element' || model.kind(owner) === 'primitive') return undefined;
    const [property, ...others] = model.element(owner, step.name);
    if (property === undefined || others.length > 0 || property.name !== step.name) return undefined;
    names.push(property.name);
    owner = property.type;
  }
  return names;
}

function hasAll(value: Json | undefined, paths: readonly (readonly string[])[], texts: readonly string[]): boolean {
  for (let i = 0; i < paths.length; i++) if (!has(value, paths[i] ?? [], 0, texts[i])) return false;
  return true;
}

function has(value: Json | undefined, path: readonly string[], at: number, text: string | undefined): boolean {
  const name = path[at];
  if (name === undefined) return value === text;
  if (!isObject(value)) return false;
  const part = value[name];
  if (!Array.isArray(part)) return has(part, path, at + 1, text);
  for (const item of part) if (has(item, path, at + 1, text)) return true;
  return false;
}
