/**
 * Text as an attribute's value or as content. Tabs and line ends are written as references, or a reader would take them for spaces.
 * Source: XML 1.0 §2.2, §2.11, §3.3.3
 *
 * 2026-11-26: characters that XML 1.0 cannot have (most below U+0020, U+FFFE and U+FFFF) become U+FFFD. The validator refuses them on
 * the way in; one that a store or a package has nevertheless must not make a whole Bundle unreadable.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const special = /[&<>"\u0000-\u001f\ufffe\uffff]/g;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

export function escapeXml(text: string): string {
  // Most texts have nothing to escape, and a search costs less than a replacement.
  return text.search(special) < 0 ? text : text.replace(special, (character) => escapes[character] ?? '\ufffd');
}
