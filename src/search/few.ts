/** What of the extraction of a type concerns a few parameters: those that a predicate asks, or that were added since. */
import type { Expression } from '../fhirpath/expression.js';
import { type TextFinder, textFinder } from '../model/text-finder.js';
import { type Concerned, concernedBy } from './concerned.js';
import type { Indexed } from './indexed.js';
import type { PathFinder } from './paths.js';

/** Parameters that share an expression share its evaluation. */
export interface Extraction {
  readonly path: PathFinder | undefined;
  /** Asked where the path is not enough. */
  readonly expression: Expression;
  /** Properties of the resource without all of which nothing can be found; undefined: unknown. */
  readonly needs: readonly string[] | undefined;
  readonly indexed: readonly Indexed[];
}

/** The part of a plan that makes the entries of some parameters. */
export interface Few {
  readonly extractions: readonly Extraction[];
  readonly concerned: Concerned;
  /** Each of the parameters is among them. */
  readonly complete: boolean;
  /** Finds what stands in the text of a resource that has any of their entries, for each of them; undefined: not known of all. */
  readonly words: readonly TextFinder[] | undefined;
}

export function fewOf({ extractions: all }: Pick<Few, 'extractions'>, codes: ReadonlySet<string>): Few {
  const extractions = all.flatMap((extraction) => {
    const some = extraction.indexed.filter(({ parameter }) => codes.has(parameter.code));
    return some.length === 0 ? [] : [{ ...extraction, indexed: some }];
  });
  const found = new Set(extractions.flatMap(({ indexed }) => indexed.map(({ parameter }) => parameter.code)));
  const complete = [...codes].every((code) => found.has(code));
  return { extractions, concerned: concernedBy(extractions), complete, words: wordsOf(extractions) };
}

const plainPath = /^[A-Z]\w*(?:\.\w+)*\.(\w+)$/;

/** The last element of a path, as its name begins in JSON: whatever type it is of. Labels and tags, which few resources have. */
function wordsOf(extractions: readonly Extraction[]): readonly TextFinder[] | undefined {
  const words: TextFinder[] = [];
  for (const { indexed } of extractions) {
    const last = plainPath.exec(indexed[0]?.parameter.expression ?? '')?.[1];
    if (last === undefined) return undefined;
    words.push(textFinder(`"${last}`));
  }
  return words;
}
