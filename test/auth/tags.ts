/** The tags of a page, read strictly: each closed in its turn, each attribute in double quotes, every < and & as it should be. */
export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** All that stands in it, with aria-label. */
  text: string;
}

const empty = new Set(['meta', 'input', 'br', 'hr']);
const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/y;
const attribute = /([\w:-]+)(?:="([^"<]*)")?/g;

export function parseSyntax(html: string): { readonly tags: readonly Tag[]; readonly faults: readonly string[] } {
  const [tags, faults, open]: [Tag[], string[], Tag[]] = [[], [], []];
  if (!html.startsWith('<!doctype html>\n')) faults.push('no doctype');
  let at = '<!doctype html>'.length;
  while (at < html.length) {
    if (html[at] !== '<') {
      const next = html.indexOf('<', at);
      const text = html.slice(at, next === -1 ? undefined : next);
      if (/&(?!#\d+;)/.test(text) && open.at(-1)?.name !== 'style') faults.push(`a bare & in ${text.slice(0, 40)}`);
      for (const one of open) one.text += text;
      at += text.length;
      continue;
    }
    tag.lastIndex = at;
    const found = tag.exec(html);
    if (found === null) return { tags, faults: [...faults, `no tag: ${html.slice(at, at + 60)}`] };
    const [whole, slash, name = '', inner = '', selfClosed] = found;
    at += whole.length;
    if (slash === '/') {
      const last = open.pop();
      if (last?.name !== name) faults.push(`</${name}> closes ${last?.name}`);
      continue;
    }
    const attributes = new Map([...inner.matchAll(attribute)].map(([, key = '', value = '']) => [key, value]));
    const names = [...inner.matchAll(attribute)].map(([, key]) => key);
    if (new Set(names).size < names.length) faults.push(`an attribute of ${name} stands twice`);
    const one: Tag = { name, attributes, text: attributes.get('aria-label') ?? '' };
    tags.push(one);
    if (!empty.has(name) && selfClosed !== '/') open.push(one);
  }
  return { tags, faults: [...faults, ...open.map(({ name }) => `${name} is not closed`)] };
}
