/** Search type uri: compared character by character; `:below` and `:above` by path. Source: R4 search.html#uri, #versions */
import type { Predicate } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import { addEntry } from '../entry-list.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { unescapeValue } from '../values.js';
import type { Asked, SearchType } from './type.js';

export const uriType: SearchType = {
  entry: 'uri',
  modifiers: ['below', 'above'],
  indexer(type, { code: param }) {
    return (value, list) => {
      if (typeof value !== 'string') return;
      addEntry(list, { kind: 'uri', param, value });
      // A canonical is found with its version and without.
      const bar = type === 'canonical' ? value.indexOf('|') : -1;
      if (bar > 0) addEntry(list, { kind: 'uri', param, value: value.slice(0, bar) });
    };
  },
  sortKey: (_type, value) => (typeof value === 'string' ? value : undefined),
  match(asked, context) {
    const values = asked.values.map((value) => unescapeValue(asked.name, value));
    if (asked.modifier === 'below') return below(asked, values);
    if (asked.modifier === 'above')
      return uris(
        asked,
        'equal',
        values.flatMap((value) => pathsAbove(asked, value)),
      );
    return isOwnUrl(asked.parameter, context) ? ownUrls(asked, values) : uris(asked, 'equal', values);
  },
};

function uris({ parameter }: Pick<Asked, 'parameter'>, how: 'equal' | 'below', values: readonly string[]): Predicate {
  return { kind: 'match', param: parameter.code, match: { kind: 'uri', how, values } };
}

/** Whether it is the canonical URL of a resource that also has a version. */
function isOwnUrl({ base, code, elements = [] }: Parameter, { definitions }: SearchContext): boolean {
  const isUrl =
    elements.length === 1 && elements.every(({ element, owner, type }) => type === 'uri' && element === 'url' && owner === base);
  return isUrl && code === 'url' && definitions.searchParameters(base).some((one) => one.code === 'version' && one.type === 'token');
}

/** `url|version` asks for that version of the resource; the version is a token on a string, which is kept in lower case. */
function ownUrls(asked: Asked, values: readonly string[]): Predicate {
  const plain = values.filter((value) => !value.includes('|'));
  if (plain.length === values.length) return uris(asked, 'equal', values);
  const withVersion = values.flatMap((value): readonly Predicate[] => {
    const bar = value.lastIndexOf('|');
    if (bar < 0) return [];
    const code = value.slice(bar + 1).toLowerCase();
    const version: Predicate = { kind: 'match', param: 'version', match: { kind: 'token', values: [{ code }] } };
    return [{ kind: 'all', of: [uris(asked, 'equal', [value.slice(0, bar)]), version] }];
  });
  return { kind: 'any', of: [...(plain.length === 0 ? [] : [uris(asked, 'equal', plain)]), ...withVersion] };
}

/** What is under a path, never what only begins alike; under `url|1` stands `url|1.2`. */
function below(asked: Asked, values: readonly string[]): Predicate {
  const trees = values.map((value) => {
    if (isCanonical(asked.parameter) && value.includes('|')) return `${value}.`;
    return url(asked, value).endsWith('/') ? value : `${value}/`;
  });
  return { kind: 'any', of: [uris(asked, 'equal', values), uris(asked, 'below', trees)] };
}

function isCanonical({ elements = [] }: Parameter): boolean {
  return elements.some(({ type }) => type === 'canonical');
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
