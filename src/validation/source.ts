/**
 * Source text of a generated function. What a definition says reaches it in two ways only: as a string literal (`literal`), or as a
 * constant that is handed over and goes by a number. So no name, url or code of a profile is ever read as code.
 */

export interface Source {
  /** The name under which the source may use a value; the label is for people. */
  constant(value: unknown, label: string): string;
  readonly constants: readonly Constant[];
}

export interface Generated {
  readonly source: Source;
  /** An expression that gives the function. */
  readonly body: string;
}

export interface Constant {
  readonly value: unknown;
  readonly label: string;
}

export function newSource(): Source {
  const constants: Constant[] = [];
  const names = new Map<unknown, string>();
  return {
    constants,
    constant(value, label) {
      const known = names.get(value);
      if (known !== undefined) return known;
      const name = `c${constants.length}`;
      names.set(value, name);
      constants.push({ value, label });
      return name;
    },
  };
}

/** JavaScript's literal of a text. */
export function literal(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

export function build({ source, body }: Generated): unknown {
  const names = source.constants.map((_constant, at) => `c${at} = constants[${at}]`);
  const declared = names.length === 0 ? '' : `const ${names.join(', ')};\n`;
  const make = new Function('constants', `'use strict';\n${declared}return ${body};`);
  return make(source.constants.map(({ value }) => value));
}

/** Where Node was told to make no code from texts, nothing could be validated; better to say so at the start than at the first write. */
export function demandCodeGeneration(): void {
  try {
    new Function('');
  } catch {
    throw new Error('Definitions are compiled to code: start Node without --disallow-code-generation-from-strings');
  }
}
