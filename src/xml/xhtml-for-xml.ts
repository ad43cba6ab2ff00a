/**
 * The narrative's div, a text in JSON, as it stands in XML: the same text. One that is not well-formed would break all around it, so each
 * is read once before; what cannot be read is written as the text that it is.
 * Source: R4 narrative.html#xhtml, xml.html
 */
import { SaxesParser } from 'saxes';
import { escapeXml } from './escape.js';
import { xhtmlNamespace } from './shape.js';

const declaration = ` xmlns="${xhtmlNamespace}"`;

export function xhtmlForXml(text: string): string {
  const div = text.trim();
  const namespace = namespaceOf(div);
  if (namespace === undefined) return `<div${declaration}>${escapeXml(text)}</div>`;
  return namespace === xhtmlNamespace ? div : `<div${declaration}${div.slice('<div'.length)}`;
}

/** The namespace that all elements are in: XHTML, or none at all. undefined: no well-formed div. */
function namespaceOf(div: string): string | undefined {
  if (!div.startsWith('<div')) return undefined;
  let namespace: string | undefined;
  const parser = new SaxesParser({ xmlns: true, position: false });
  parser.on('opentag', ({ uri, local }) => {
    if (namespace === undefined && local === 'div' && (uri === xhtmlNamespace || uri === '')) namespace = uri;
    if (uri !== namespace) throw new NotXhtml();
  });
  parser.on('doctype', refuse);
  parser.on('xmldecl', refuse);
  parser.on('error', refuse);
  try {
    parser.write(div).close();
  } catch (error) {
    if (error instanceof NotXhtml) return undefined;
    throw error;
  }
  return namespace;
}

class NotXhtml extends Error {}

function refuse(): never {
  throw new NotXhtml();
}
