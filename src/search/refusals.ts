/** The ways a search is refused, always naming the parameter. Source: R4 search.html#errors */
import type { Access } from '../access/access.js';
import { insufficientScope } from '../access/insufficient.js';
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';

/** A value that cannot be read. `expected` completes “expected …”. */
export function malformed(name: string, value: string, expected: string, expectedZh: string): FhirError {
  const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value;
  return fault(
    'invalid',
    message(
      'search-value-malformed',
      `The value "${shown}" of the search parameter "${name}" cannot be read; expected ${expected}`,
      `检索参数“${name}”的值“${shown}”无法识别；应为${expectedZh}`,
    ),
    { expression: name },
  );
}

/** Something the specification knows and this server does not do (yet). `supported` lists what it does. */
export function unsupported(name: string, what: string, whatZh: string, supported: readonly string[] = []): FhirError {
  return notSupported('search-not-supported', name, what, whatZh, supported);
}

/** A whole parameter: `Prefer: handling=lenient` ignores it. */
export function unsupportedParameter(name: string, what: string, whatZh: string): FhirError {
  return notSupported('search-parameter-not-supported', name, what, whatZh, []);
}

/** What is stored is not yet found by it, or not all of it: an answer would be short. */
export function beingIndexed(name: string, { base, code }: { readonly base: string; readonly code: string }, indexed: number): FhirError {
  const part = `${Math.floor(indexed * 100)} %`;
  return fault(
    'not-supported',
    message(
      'search-parameter-indexing',
      `The search parameter "${code}" of ${base} is being indexed (${part}); it can be searched by when all that is stored has been indexed`,
      `${base} 的检索参数“${code}”正在建立索引（${part}）；全部已存资源建立索引后方可按其检索`,
    ),
    { expression: name },
  );
}

/** Its entries would be too many, and answers without them short. */
export function notIndexed(name: string, { base, code }: { readonly base: string; readonly code: string }): FhirError {
  return fault(
    'not-supported',
    message(
      'search-parameter-too-many',
      `${base} cannot be searched by "${code}": for some of what is stored its expression gives more values than can be indexed; a SearchParameter with a narrower expression can`,
      `无法按“${code}”检索 ${base}：其表达式在某些已存资源中得到的值超过可索引的数量；请改用范围更窄的表达式`,
    ),
    { expression: name },
  );
}

function notSupported(id: string, name: string, what: string, whatZh: string, supported: readonly string[]): FhirError {
  const list = supported.length === 0 ? '' : `; supported: ${supported.join(', ')}`;
  const listZh = supported.length === 0 ? '' : `；支持：${supported.join('、')}`;
  const [first = '', ...rest] = what;
  const sentence = `${first.toUpperCase()}${rest.join('')} is not supported${list}`;
  return fault('not-supported', message(id, sentence, `不支持${whatZh}${listZh}`), { expression: name });
}

export function refusedType(access: Access, type: string): FhirError {
  return fault('forbidden', message('search-forbidden', `Searching ${type} is not allowed to you`, `您无权检索 ${type}`), {
    expression: type,
    headers: insufficientScope(access, 'search', type),
  });
}
