/** Values of search parameters: commas, pipes and their escapes. Source: R4 search.html#escaping, #combining */
import { malformed } from './refusals.js';

/** Parts between unescaped separators, still escaped. */
export function splitEscaped(text: string, separator: string): readonly string[] {
  if (!text.includes('\\')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === separator) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Alternatives of a parameter; empty ones are ignored. */
export function alternatives(text: string): readonly string[] {
  return splitEscaped(text, ',').filter((value) => value !== '');
}

/** Takes the escapes off. Throws FhirError 400 where a backslash escapes nothing. */
export function unescapeValue(name: string, text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.?)/gsu, (_, escaped: string) => {
    if (escaped !== '' && ',|$\\'.includes(escaped)) return escaped;
    throw malformed(name, text, 'a backslash only before , | $ or \\', '反斜杠只能用在 , | $ 或 \\ 之前');
  });
}
