/** What a translation must have answered, as FHIRPath asks it. Source: R4 conceptmap-operation-translate.html */

/** One translation that must be among the answered. */
export interface MatchWish {
  readonly equivalence?: string;
  readonly system?: string;
  readonly code?: string;
  /** Canonical of the concept map, without its version. */
  readonly source?: string;
}

/** All of them and no others, of the Parameters at a place of the answer. */
export function matchWishes(at: string, match: readonly MatchWish[]): readonly string[] {
  const all = `${at}.parameter.where(name = 'match')`;
  return [
    `${all}.count() = ${match.length}`,
    ...match.map(({ equivalence, system, code, source }) => {
      const concept = [
        ...(system === undefined ? [] : [`system = ${text(system)}`]),
        ...(code === undefined ? [] : [`code = ${text(code)}`]),
      ].join(' and ');
      const parts = [
        ...(equivalence === undefined ? [] : [`part.where(name = 'equivalence' and value = ${text(equivalence)}).exists()`]),
        concept === '' ? "part.where(name = 'concept').empty()" : `part.where(name = 'concept').value.where(${concept}).exists()`,
        ...(source === undefined ? [] : [`part.where(name = 'source').value.where($this.toString().startsWith(${text(source)})).exists()`]),
      ];
      return `${all}.where(${parts.join(' and ')}).exists()`;
    }),
  ];
}

/** As FHIRPath writes it. */
export function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
