/**
 * Search type reference: literal references and canonicals. What lives here is `Type/id`, everything else keeps its URL. A
 * reference to what is contained stays as it is (`#med1`), and one without a target (only display or identifier) leaves an empty one, so
 * that `:missing` sees it; its identifier is a token
 * (`subject:identifier`), the version of a canonical a URI (`definition:below`).
 * Source: R4 search.html#reference, #versions, #recursive, references.html#literal
 */
import { isObject, type Json } from '../../model/json.js';
import { isId, keyText } from '../../model/resource.js';
import type { Predicate } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import { addEntry, type EntryList } from '../entry-list.js';
import { localize } from '../local.js';
import { localReferencesIndexer } from '../local-references.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { unescapeValue } from '../values.js';
import { hierarchiesOf, matchHierarchy } from './hierarchy.js';
import { eachToken, tokenAdder } from './token-index.js';
import { tokenValues } from './token-values.js';
import type { Asked, SearchType } from './type.js';

/** A bare id stands for one of each type that the parameter may lead to. */
const MAX_TARGETS = 2000;

export const referenceType: SearchType = {
  entry: 'reference',
  modifiers: ['[type]', 'identifier', 'above', 'below'],
  modifiersFor(parameter, context) {
    const { elements } = parameter;
    const isHierarchical = hierarchiesOf(parameter, context.definitions).size > 0;
    return [
      '[type]',
      ...(elements === undefined || elements.some(({ type }) => type === 'Reference') ? ['identifier'] : []),
      ...(isHierarchical ? ['above'] : []),
      ...(isHierarchical || elements?.some(({ type }) => type === 'canonical') ? ['below'] : []),
    ];
  },
  indexer(_type, parameter, context) {
    if (parameter.everywhere) return localReferencesIndexer(context);
    const { code: param } = parameter;
    const token = tokenAdder(identifiedBy(param), context);
    return (value, list) => {
      const plain = isObject(value) && value.resourceType === undefined && value.identifier === undefined ? value.reference : undefined;
      if (typeof plain === 'string' && isPlain(plain)) return addEntry(list, { kind: 'reference', param, target: plain });
      for (const target of targetsOf(value, parameter, list.context)) addEntry(list, { kind: 'reference', param, target });
      if (typeof value === 'string') indexVersion(value, parameter, list);
      else if (isObject(value) && isObject(value.identifier)) eachToken('Identifier', value.identifier, token, list);
    };
  },
  match(asked, context) {
    if (asked.modifier === 'identifier') return matchIdentifier(asked, context);
    if (asked.modifier === 'above' || asked.modifier === 'below') return matchBelow(asked, asked.modifier, context);
    const targets = asked.values.flatMap((value) => searchTargets(asked, unescapeValue(asked.name, value), context));
    return { kind: 'match', param: asked.parameter.code, match: { kind: 'reference', targets } };
  },
};

const identifiedBy = (code: string) => `${code}:identifier`;
const versionsOf = (code: string) => `${code}:below`;

function matchIdentifier(asked: Asked, context: SearchContext): Predicate {
  const elements = [{ type: 'Identifier', owner: 'Reference', element: 'identifier', many: false }];
  const identifier: Asked = { ...asked, parameter: { ...asked.parameter, elements } };
  const values = asked.values.flatMap((value) => tokenValues(identifier, value, context));
  return { kind: 'match', param: identifiedBy(asked.parameter.code), match: { kind: 'token', values } };
}

/** A resource inside a resource: of Bundle.entry[0].resource a Composition is what `composition` means, a MessageHeader is not. */
function targetsOf(value: Json | undefined, { targets }: Parameter, context: SearchContext): readonly string[] {
  if (typeof value === 'string') return entryTargets(value, context);
  if (!isObject(value)) return [];
  if (typeof value.resourceType === 'string') {
    if (!targets.includes(value.resourceType)) return [];
    return [typeof value.id === 'string' ? `${value.resourceType}/${value.id}` : ''];
  }
  const { reference } = value;
  if (reference === '#') return [context.container === undefined ? '' : keyText(context.container)];
  if (typeof reference !== 'string') return [''];
  if (!reference.startsWith('#')) return entryTargets(reference, context);
  return [isId(reference.slice(1)) ? reference : ''];
}

/** `Patient/1`: neither a URL nor a version nor a fragment. */
function isPlain(reference: string): boolean {
  for (let at = 0; at < reference.length; at++) {
    const code = reference.charCodeAt(at);
    if (code === 0x3a || code === 0x5f || code === 0x7c || code === 0x23) return false;
  }
  return true;
}

const versioned = /^(.+\/[^/]+)\/_history\/[^/]+$/;

/** A versioned reference is found by its version and without; so is a canonical, and one with a fragment. */
function entryTargets(reference: string, context: SearchContext): readonly string[] {
  const target = localize(reference, context.baseUrl);
  const hash = target.indexOf('#');
  if (hash > 0) return [target, ...withoutVersion(target.slice(0, hash))];
  return withoutVersion(target);
}

function withoutVersion(target: string): readonly string[] {
  const current = target.includes('/_history/') ? versioned.exec(target)?.[1] : undefined;
  if (current !== undefined) return [target, current];
  const bar = target.indexOf('|');
  return bar < 0 ? [target] : [target, target.slice(0, bar)];
}

/** What a canonical with a version is found by below a part of that version. */
function indexVersion(canonical: string, { code }: Parameter, list: EntryList): void {
  if (canonical.includes('|')) addEntry(list, { kind: 'uri', param: versionsOf(code), value: canonical.replace(/#.*$/su, '') });
}

/** Canonicals by the beginning of their version (1 finds 1.1), references by the hierarchy of what they lead to. */
function matchBelow(asked: Asked, direction: 'above' | 'below', context: SearchContext): Predicate {
  const { parameter } = asked;
  if (hierarchiesOf(parameter, context.definitions).size > 0) {
    return matchHierarchy(asked, direction, (value) => searchTargets(asked, value, context), context.definitions);
  }
  const values = asked.values.map((value) => unescapeValue(asked.name, value));
  const plain = values.filter((value) => !value.includes('|'));
  const of: Predicate[] = [];
  if (plain.length > 0) {
    const targets = plain.flatMap((value) => searchTargets(asked, value, context));
    of.push({ kind: 'match', param: parameter.code, match: { kind: 'reference', targets } });
  }
  const withVersion = values.filter((value) => value.includes('|'));
  if (withVersion.length > 0) {
    const param = versionsOf(parameter.code);
    of.push({ kind: 'match', param, match: { kind: 'uri', how: 'equal', values: withVersion } });
    of.push({ kind: 'match', param, match: { kind: 'uri', how: 'below', values: withVersion.map((value) => `${value}.`) } });
  }
  return { kind: 'any', of };
}

function searchTargets(asked: Asked, value: string, context: SearchContext): readonly string[] {
  const { parameter } = asked;
  const type = asked.modifier !== undefined && context.definitions.isResourceType(asked.modifier) ? asked.modifier : undefined;
  const target = localize(value, context.baseUrl);
  if (isId(target)) {
    if (type !== undefined) return [`${type}/${target}`];
    if (asked.values.length > 1 && asked.values.length * parameter.targets.length > MAX_TARGETS) throw ambiguous(asked, value);
    return parameter.targets.map((one) => `${one}/${target}`);
  }
  const relative = relativeType(target, context);
  if (type !== undefined && relative !== type) {
    throw malformed(asked.name, value, `the id of a ${type} or ${type}/id`, `${type} 的 id 或 ${type}/id`);
  }
  if (relative === undefined && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(target)) {
    throw malformed(asked.name, value, 'id, Type/id, an absolute URL or a canonical', 'id、类型/id、绝对 URL 或规范 URL');
  }
  if (relative !== undefined && !parameter.targets.includes(relative)) throw wrongType(asked, value);
  return [target];
}

/** The type of `Type/id` and `Type/id/_history/version`. */
function relativeType(target: string, { definitions }: SearchContext): string | undefined {
  const [type = '', id = '', history, version, ...more] = target.split('/', 5);
  if (more.length > 0 || !definitions.isResourceType(type) || !isId(id)) return undefined;
  return history === undefined || (history === '_history' && version !== undefined) ? type : undefined;
}

function wrongType({ name, parameter }: Asked, value: string) {
  const { targets } = parameter;
  return malformed(name, value, `a reference to ${targets.join(' or ')}`, `对 ${targets.join('、')} 的引用`);
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
