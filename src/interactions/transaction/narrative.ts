/**
 * The links of narrative: href of `<a>` and src of `<img>`, and nothing that only looks like them. Reads every character a fixed number
 * of times, whatever the text. Source: R4 http.html#trules, narrative.html
 */

const startTag = /<(a|img)(?=[\s/>])/g;
const attribute = /\s+([^\s=<>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/y;

/** `div` with its links replaced; where `replace` gives undefined they stay. */
export function replaceInNarrative(div: string, replace: (url: string) => string | undefined): string {
  let written = '';
  let copied = 0;
  startTag.lastIndex = 0;
  for (let tag = startTag.exec(div); tag !== null; tag = startTag.exec(div)) {
    const wanted = tag[1] === 'a' ? 'href' : 'src';
    attribute.lastIndex = startTag.lastIndex;
    for (let found = attribute.exec(div); found !== null; found = attribute.exec(div)) {
      startTag.lastIndex = attribute.lastIndex;
      const [, name, quoted, single] = found;
      const url = quoted ?? single;
      const next = name === wanted && url !== undefined ? replace(url) : undefined;
      if (next === undefined || url === undefined) continue;
      // The closing quote is the last character of what was found.
      const end = attribute.lastIndex - 1;
      written += div.slice(copied, end - url.length) + next;
      copied = end;
    }
  }
  return copied === 0 ? div : written + div.slice(copied);
}
