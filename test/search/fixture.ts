/** One search over the real definitions, for all tests of the room. */
import { unrestricted } from '../../src/access/access.js';
import { FhirError } from '../../src/model/outcome.js';
import { createSearch } from '../../src/search/create-search.js';
import type { Parameters, PlanOptions, SearchPlan } from '../../src/search/search.js';
import type { Predicate } from '../../src/store/port.js';
import { definitions } from '../built-definitions.js';

export const search = createSearch({
  definitions,
  baseUrl: 'http://127.0.0.1:8080/fhir/',
  timezone: 'Asia/Shanghai',
  now: () => Date.parse('2024-01-01T00:00:00Z'),
});

/** `a=1&b=2` as parameters; values are taken as they stand. */
export function parametersOf(query: string): Parameters {
  return query
    .split('&')
    .filter((one) => one !== '')
    .map((one) => {
      const equals = one.indexOf('=');
      return [one.slice(0, equals), one.slice(equals + 1)] as const;
    });
}

/** `Patient?name=x` planned without restriction. */
export function planOf(text: string, options: PlanOptions = {}): SearchPlan {
  const mark = text.indexOf('?');
  return search.plan([text.slice(0, mark)], parametersOf(text.slice(mark + 1)), unrestricted, options);
}

export function predicateOf(text: string): Predicate | undefined {
  return planOf(text).where[0]?.predicate;
}

/** Status, code, expression and sentence of what is thrown. */
export function faultOf(act: () => unknown): { status: number; code?: string; expression?: string; text?: string } | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    const [issue] = error.issues;
    return { status: error.status, code: issue?.code, expression: issue?.expression, text: issue?.message.en };
  }
}
