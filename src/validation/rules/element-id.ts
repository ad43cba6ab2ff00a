/** The ids of elements are unique in their resource; contained resources have their own. Source: R4 element.html#id */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import type { Rule } from '../compiler.js';
import { report } from '../walk.js';
import { quoted, shorten } from './primitive.js';

/** A StructureDefinition holds its elements twice, in snapshot and differential, under the same ids. */
const named = 'ElementDefinition';

export const elementId: Rule = ({ element, inherited, type, owner }, { definitions }) => {
  if (
    type !== 'string' ||
    inherited !== undefined ||
    owner === named ||
    !element.path.endsWith('.id') ||
    definitions.kind(owner) === 'resource'
  ) {
    return undefined;
  }
  return (value, _sibling, walk) => {
    if (typeof value !== 'string' || !repeatedIn(walk.resource).has(value)) return;
    const text = message(
      'id-repeated',
      `The id ${shorten(value)} stands at more than one element of the resource`,
      `id ${quoted(value)} 出现在资源的多个元素上`,
    );
    report(walk, 'error', 'invalid', text);
  };
};

const known = new WeakMap<JsonObject, ReadonlySet<string>>();

/** Looked for once for each resource in which an element has an id. */
function repeatedIn(resource: JsonObject): ReadonlySet<string> {
  const before = known.get(resource);
  if (before !== undefined) return before;
  const seen = new Set<string>();
  const twice = new Set<string>();
  const open: Json[] = partsOf(resource);
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (Array.isArray(one)) {
      for (const part of one) open.push(part);
    } else if (isObject(one) && one.resourceType === undefined) {
      if (typeof one.id === 'string') (seen.has(one.id) ? twice : seen).add(one.id);
      open.push(...partsOf(one));
    }
  }
  known.set(resource, twice);
  return twice;
}

function partsOf(holder: JsonObject): Json[] {
  return Object.values(holder).filter((part) => typeof part === 'object' && part !== null);
}
