/**
 * Whether a narrative's XHTML keeps to what FHIR allows: basic formatting, no script, no form, and something to read.
 * Source: R4 narrative.html#xhtml (txt-1, txt-2)
 */

const elements = new Set(
  (
    'a abbr acronym address b bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins ' +
    'kbd li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var'
  ).split(' '),
);
const attributes = new Set(
  (
    'abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff cite class color colspan cols ' +
    'compact coords datetime dir frame face headers height href hreflang hspace id idref lang longdesc name noshade nowrap rel rev rowspan ' +
    'rows rules scope shape size span src start style summary tabindex title type valign value vspace width xml:lang xml:space xmlns'
  ).split(' '),
);
const tag = /<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const attribute = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const unsafeLink = /^\s*(?:javascript|vbscript|data:text)/i;

export function isNarrative(text: string): boolean {
  const open: string[] = [];
  let readable = false;
  let at = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  while (at < end) {
    if (text.startsWith('<!--', at)) {
      const close = text.indexOf('-->', at);
      if (close < 0) return false;
      at = close + 3;
    } else if (text.charAt(at) === '<') {
      tag.lastIndex = at;
      const match = tag.exec(text);
      if (match === null || !isTag(match, open)) return false;
      readable ||= match[2] === 'img';
      at = tag.lastIndex;
      if (open.length === 0 && at < end) return false;
    } else {
      const next = text.indexOf('<', at);
      const stop = next < 0 ? end : next;
      if (open.length === 0) return false;
      readable ||= /\S/.test(text.slice(at, stop));
      at = stop;
    }
  }
  return open.length === 0 && readable;
}

/** Judges one tag and keeps the list of those that are open. */
function isTag([, closing, name = '', list = '', selfClosing]: RegExpExecArray, open: string[]): boolean {
  if (closing === '/') return open.pop() === name && list === '';
  if (!elements.has(name) || (open.length === 0 && name !== 'div')) return false;
  if (selfClosing !== '/') open.push(name);
  for (const [, attributeName = '', double, single] of list.matchAll(attribute)) {
    if (!attributes.has(attributeName)) return false;
    if ((attributeName === 'href' || attributeName === 'src') && unsafeLink.test(double ?? single ?? '')) return false;
  }
  return true;
}
