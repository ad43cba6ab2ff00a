/** JSON of texts as JSON.stringify has it, sooner: nearly all that a record names needs no escape. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: what JSON escapes begins with them
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

/** `null` where there is none. */
export function jsonText(text: string | undefined): string {
  if (text === undefined) return 'null';
  return escaped.test(text) ? JSON.stringify(text) : `"${text}"`;
}

export function jsonTexts(texts: readonly string[]): string {
  const [first] = texts;
  if (first === undefined) return '[]';
  let all = jsonText(first);
  for (let at = 1; at < texts.length; at++) all += `,${jsonText(texts[at])}`;
  return `[${all}]`;
}
