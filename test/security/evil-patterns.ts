/** Patterns on which a program that searches by going back does not come to an end, and where a search or a path might take them. */

export interface EvilPattern {
  readonly pattern: string;
  /** What it is evil with, and what makes it longer. */
  readonly fill: string;
}

export const patterns: readonly EvilPattern[] = [
  { pattern: '^(a+)+$', fill: 'a' },
  { pattern: '^(a|aa)+$', fill: 'a' },
  { pattern: '^([a-zA-Z]+)*$', fill: 'z' },
  { pattern: '(.*a){20}', fill: 'a' },
  { pattern: '^(\\s*)*x$', fill: ' ' },
  { pattern: '^(\\d+)*\\.$', fill: '0' },
  { pattern: '^(([a-z])+.)+[A-Z]([a-z])+$', fill: 'a.' },
  { pattern: '.*.*.*.*.*=.*', fill: '=/' },
];

/** By what is compared: the query around a value, and an ordinary value that is answered with 200. */
export const places: readonly (readonly [what: string, path: string, around: (value: string) => string, ordinary: string])[] = [
  ['a string', '/Patient', (value) => `name:contains=${value}`, 'x'],
  ['a token', '/Patient', (value) => `identifier=urn:evil|${value}`, 'x'],
  ['a reference', '/Observation', (value) => `subject=Patient/${value}`, 'x'],
  ['a URI', '/ValueSet', (value) => `url:below=http://example.org/${value}`, 'x'],
  ['a date', '/Patient', (value) => `birthdate=ge2020${value}`, '-01-01'],
  ['a quantity', '/Observation', (value) => `value-quantity=5.4|http://unitsofmeasure.org|${value}`, 'mg'],
  ['a composite', '/Observation', (value) => `code-value-quantity=urn:evil|${value}$5`, 'x'],
  ['_filter', '/Patient', (value) => `_filter=name co ${JSON.stringify(value)}`, 'x'],
  ['_content', '/Patient', (value) => `_content=${value}`, 'x'],
  ['_has', '/Patient', (value) => `_has:Observation:subject:code:text=${value}`, 'x'],
  ['a chain', '/Observation', (value) => `subject:Patient.name:exact=${value}`, 'x'],
];
