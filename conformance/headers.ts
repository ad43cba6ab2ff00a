/** Headers as a command line has them: `Name: value`. Throws an Error with a sentence for what is none. */
export function headersOf(fields: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(fields.map(headerOf));
}

function headerOf(field: string): [string, string] {
  const colon = field.indexOf(':');
  if (colon < 1) throw new Error(`--header was "${field}"; "Name: value" was expected`);
  return [field.slice(0, colon).trim(), field.slice(colon + 1).trim()];
}
