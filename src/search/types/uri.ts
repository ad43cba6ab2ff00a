/** Search type uri: compared character by character; `:below` and `:above` by path. Source: R4 search.html#uri */
import type { Predicate } from '../../store/port.js';
import { malformed } from '../refusals.js';
import { unescapeValue } from '../values.js';
import type { Asked, SearchType } from './type.js';

export const uriType: SearchType = {
  entry: 'uri',
  modifiers: ['below', 'above'],
  index(item, parameter, _context, add) {
    const { value } = item;
    if (typeof value !== 'string') return;
    add({ kind: 'uri', param: parameter.code, value });
    // A canonical is found with its version and without.
    const bar = item.type === 'canonical' ? value.indexOf('|') : -1;
    if (bar > 0) add({ kind: 'uri', param: parameter.code, value: value.slice(0, bar) });
  },
  sortKey: (item) => (typeof item.value === 'string' ? item.value : undefined),
  match(asked) {
    const values = asked.values.map((value) => unescapeValue(asked.name, value));
    if (asked.modifier === 'below') return below(asked, values);
    return uris(asked, 'equal', asked.modifier === 'above' ? values.flatMap((value) => pathsAbove(asked, value)) : values);
  },
};

function uris({ parameter }: Asked, how: 'equal' | 'below', values: readonly string[]): Predicate {
  return { kind: 'match', param: parameter.code, match: { kind: 'uri', how, values } };
}

function below(asked: Asked, values: readonly string[]): Predicate {
  const trees = values.map((value) => (url(asked, value).endsWith('/') ? value : `${value}/`));
  return { kind: 'any', of: [uris(asked, 'equal', values), uris(asked, 'below', trees)] };
}

/** Each of its paths is a value of its own. */
const MAX_LENGTH = 2000;

function pathsAbove(asked: Asked, value: string): readonly string[] {
  if (value.length > MAX_LENGTH) throw malformed(asked.name, value, `at most ${MAX_LENGTH} characters`, `至多 ${MAX_LENGTH} 个字符`);
  const paths: string[] = [];
  const start = url(asked, value).indexOf('//') + 2;
  for (let end = value.length; end > start; end = value.lastIndexOf('/', end - 1))
    paths.push(value.slice(0, end), `${value.slice(0, end)}/`);
  return paths;
}

/** R4: these modifiers only apply to URLs, not to URNs. */
function url(asked: Asked, value: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return value;
  throw malformed(asked.name, value, `a URL (:${asked.modifier} does not apply to URNs)`, `URL（:${asked.modifier} 不适用于 URN）`);
}
