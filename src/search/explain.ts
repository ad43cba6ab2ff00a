/** How a search is understood and carried out, for those who look after the server: nothing of it is for clients. */
import type { Language } from '../model/message.js';
import type { ResourceStore } from '../store/port.js';
import { typesOf } from './contained.js';
import { type CriterionScope, criterion } from './criterion.js';
import { startOf } from './links.js';
import { isResultParameter, parseName } from './parse.js';
import { predicateText, type Reading } from './predicate-text.js';
import type { ExplainedParameter, Parameters, SearchExplanation, SearchPlan, SearchResult } from './search.js';

export interface Explaining {
  readonly scope: CriterionScope;
  readonly store: ResourceStore;
  readonly plan: SearchPlan;
  readonly run: () => Promise<SearchResult>;
  readonly language: Language;
}

/** Throws what `run` throws. */
export async function explainSearch({ scope, store, plan, run, language }: Explaining): Promise<SearchExplanation> {
  const { where, sort, count, turn } = plan;
  const reading: Reading = { language, isTime: (type, param) => scope.registry.parameter(type, param)?.kind === 'date' };
  const { steps } = count === 0 ? { steps: [] } : await store.explain({ where, sort, count, ...startOf(turn) });
  const began = performance.now();
  const result = await run();
  return {
    parameters: explainedParameters(scope, typesOf(plan.where), plan.self, reading),
    where: where.map(({ type, predicate }) => ({ type, predicate: predicateText(type, predicate, reading) })),
    plan,
    steps,
    answer: { result, milliseconds: performance.now() - began },
  };
}

function explainedParameters(
  scope: CriterionScope,
  types: readonly string[],
  parameters: Parameters,
  reading: Reading,
): readonly ExplainedParameter[] {
  return parameters
    .filter(([name]) => !isResultParameter(name))
    .map(([name, value]) => {
      const { code, modifier } = parseName(name);
      const of = types.flatMap((type) => {
        const predicate = criterion(scope, type, name, value);
        if (predicate === undefined) return [];
        const kind = scope.registry.parameter(type, code)?.kind;
        return {
          type,
          ...(kind === undefined ? {} : { kind }),
          ...(kind === undefined || modifier === undefined ? {} : { modifier }),
          predicate: predicateText(type, predicate, reading),
        };
      });
      return { name, value, of };
    });
}
