/** Pages are written as templates in which every value is escaped, but for what is HTML already. */
const made = Symbol('html');

export interface Html {
  readonly [made]: true;
  toString(): string;
}

type Part = Html | string | number | undefined | false | readonly Part[];

/** Nothing is written for undefined and false, one after the other for a list. Attributes stand in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return trusted(strings.map((text, at) => (at === 0 ? text : write(parts[at - 1]) + text)).join(''));
}

/** Of what is HTML by how it was made: a drawing, the stylesheet. Never of what somebody typed. */
export function trusted(text: string): Html {
  return { [made]: true, toString: () => text };
}

function write(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return made in part ? part.toString() : part.map(write).join('');
}

function escapeText(text: string): string {
  // What HTML cannot hold goes, and what would turn the writing around: a name could say something else than it is.
  return text
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, (one) => ('\t\n\r'.includes(one) ? one : '\ufffd'))
    .replace(/[&<>"'`]/g, (one) => `&#${one.charCodeAt(0)};`);
}
