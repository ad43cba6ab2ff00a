/**
 * Search type reference: literal references and canonicals. What lives here is `Type/id`, everything else keeps its URL. A
 * reference without a target (only display or identifier) leaves an empty one, so that `:missing` sees it.
 * Source: R4 search.html#reference, references.html#literal
 */
import { isObject, type Json } from '../../model/json.js';
import { isId, keyText } from '../../model/resource.js';
import type { Predicate } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import { malformed } from '../refusals.js';
import { unescapeValue } from '../values.js';
import type { Asked, SearchType } from './type.js';

/** A bare id stands for one of each type that the parameter may lead to. */
const MAX_TARGETS = 2000;

export const referenceType: SearchType = {
  entry: 'reference',
  modifiers: ['[type]'],
  index(item, parameter, context, add) {
    for (const target of targetsOf(item.value, context)) add({ kind: 'reference', param: parameter.code, target });
  },
  match(asked, context) {
    const targets = asked.values.flatMap((value) => searchTargets(asked, unescapeValue(asked.name, value), context));
    return { kind: 'match', param: asked.parameter.code, match: { kind: 'reference', targets } } satisfies Predicate;
  },
};

function targetsOf(value: Json | undefined, context: SearchContext): readonly string[] {
  if (typeof value === 'string') return entryTargets(value, context);
  if (!isObject(value)) return [];
  // A resource inside a resource: Bundle.entry[0].resource.
  if (typeof value.resourceType === 'string') return typeof value.id === 'string' ? [`${value.resourceType}/${value.id}`] : [''];
  const { reference } = value;
  if (reference === '#') return [context.container === undefined ? '' : keyText(context.container)];
  return typeof reference === 'string' && !reference.startsWith('#') ? entryTargets(reference, context) : [''];
}

const versioned = /^(.+\/[^/]+)\/_history\/[^/]+$/;

/** A versioned reference is found by its version and without; a canonical by its version and without. */
function entryTargets(reference: string, context: SearchContext): readonly string[] {
  const target = localize(reference, context.baseUrl);
  const current = target.includes('/_history/') ? versioned.exec(target)?.[1] : undefined;
  const bar = current === undefined ? target.indexOf('|') : -1;
  if (bar >= 0) return [target, target.slice(0, bar)];
  return current === undefined ? [target] : [target, current];
}

/** Our own absolute URLs become relative ones. */
function localize(reference: string, baseUrl: string): string {
  return reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference;
}

function searchTargets(asked: Asked, value: string, context: SearchContext): readonly string[] {
  const { parameter, modifier } = asked;
  const target = localize(value, context.baseUrl);
  if (isId(target) && modifier === undefined) {
    if (asked.values.length > 1 && asked.values.length * parameter.targets.length > MAX_TARGETS) throw ambiguous(asked, value);
    return parameter.targets.map((type) => `${type}/${target}`);
  }
  if (isId(target)) return [`${modifier}/${target}`];
  const [type = '', id = '', history, version] = target.split('/', 4);
  const relative =
    context.definitions.isResourceType(type) && isId(id) && (history === undefined || (history === '_history' && version !== undefined));
  if (modifier !== undefined && !(relative && type === modifier)) {
    throw malformed(asked.name, value, `the id of a ${modifier} or ${modifier}/id`, `${modifier} 的 id 或 ${modifier}/id`);
  }
  if (!relative && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(target)) {
    throw malformed(asked.name, value, 'id, Type/id, an absolute URL or a canonical', 'id、类型/id、绝对 URL 或规范 URL');
  }
  return [target];
}

function ambiguous({ name, parameter }: Asked, value: string) {
  const [type = ''] = parameter.targets;
  return malformed(
    name,
    value,
    `Type/id (such as ${type}/${value}), so many bare ids are ambiguous`,
    `类型/id（例如 ${type}/${value}），如此多的无类型 id 有歧义`,
  );
}
