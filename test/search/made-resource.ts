/** A resource in which a search parameter must find something: every element its expression names is there. */
import type { JsonObject } from '../../src/model/json.js';
import type { Resource } from '../../src/model/resource.js';
import type { Parameter } from '../../src/search/registry.js';
import { definitions } from '../built-definitions.js';

/** What the expression of a parameter asks of the values on its way. */
interface Asked {
  readonly words: ReadonlySet<string>;
  readonly target: string;
  readonly code: string;
  readonly urls: readonly string[];
}

export function madeFor({ base, expression = '', composite, targets }: Parameter): Resource {
  const text = [expression, ...(composite?.components ?? []).map((part) => part.expression)].join(' | ');
  const asked: Asked = {
    words: new Set(text.match(/\w+/g)),
    target: /resolve\(\) is (\w+)/.exec(text)?.[1] ?? (targets.length === 1 ? targets[0] : undefined) ?? 'Patient',
    code: /\w+ ?= ?'([^']+)'/.exec(text)?.[1] ?? 'code',
    urls: [...text.matchAll(/xtension\('([^']+)'\)/g)].map(([, url = '']) => url),
  };
  return { resourceType: base, id: 'made', ...objectOf(base, asked, 0), ...extended(asked.urls, asked) } as unknown as Resource;
}

const DEEPEST = 4;

function objectOf(type: string, asked: Asked, depth: number): JsonObject {
  const made: Record<string, JsonObject[string]> = {};
  for (const { name, element, type: of, many } of definitions.properties(type).values()) {
    if (depth > DEEPEST || !wanted(type, element, asked)) continue;
    const value = sampleOf(of, element, asked, depth);
    if (value !== undefined) made[name] = many ? [value] : value;
  }
  // `item.where(hasExtension('…'))`: it is asked for further down.
  return asked.words.has('hasExtension') && definitions.kind(type) === 'backbone' ? { ...made, ...extended(asked.urls, asked) } : made;
}

/** All of a data type, of a resource only what the expression names: they would be endless. */
function wanted(type: string, element: string, { words }: Asked): boolean {
  if (element === 'extension' || element === 'modifierExtension' || element === 'contained') return false;
  const isOwn = definitions.kind(type) === 'resource' || definitions.kind(type) === 'backbone';
  return !isOwn || words.has(element) || type === 'Location.position';
}

function extended([url, ...inner]: readonly string[], asked: Asked): JsonObject {
  if (url === undefined) return {};
  const value = { valueCodeableConcept: sampleOf('CodeableConcept', '', asked, 0), valueReference: { reference: 'Patient/1' } };
  const [only] = definitions.structure(url)?.snapshot?.element.find(({ id }) => id === 'Extension.value[x]')?.type ?? [];
  const name =
    only?.code === 'string' ? { valueString: 'text' } : only?.code === 'Reference' ? { valueReference: value.valueReference } : {};
  const own = Object.keys(name).length > 0 ? name : { valueCodeableConcept: value.valueCodeableConcept };
  return { extension: [{ url, ...(inner.length === 0 ? own : extended(inner, asked)) } as JsonObject] };
}

const samples: Readonly<Record<string, JsonObject[string]>> = {
  boolean: true,
  decimal: 1,
  integer: 1,
  positiveInt: 1,
  unsignedInt: 1,
  date: '2024-02-29',
  dateTime: '2024-02-29',
  instant: '2024-02-29T00:00:00Z',
  base64Binary: 'AAAA',
  xhtml: '<div xmlns="http://www.w3.org/1999/xhtml">text</div>',
};

function sampleOf(type: string, element: string, asked: Asked, depth: number): JsonObject[string] | undefined {
  if (type === 'Reference') return { reference: `${asked.target}/1` };
  if (type === 'Resource') return { resourceType: asked.target, id: '1' };
  if (type === 'Extension') return undefined;
  if (type in samples) return samples[type];
  if (definitions.kind(type) !== 'primitive') return objectOf(type, asked, depth + 1);
  if (type === 'code') return asked.code;
  return type === 'uri' || type === 'canonical' || type === 'url' ? `http://a.cn/${element}` : 'text';
}
