/**
 * Finer scopes that a person may give in place of a coarse one: reading without changing, and some categories of a type instead of all.
 * Source: SMART App Launch 2.2 scopes-and-launch-context.html#finer-grained-resource-constraints-using-search-parameters
 */
import type { ResourceScope } from '../../access/scopes.js';
import { type Message, message } from '../../model/message.js';

export interface FinerScope {
  readonly text: string;
  readonly words: Message;
}

interface Category {
  readonly system: string;
  readonly codes: readonly (readonly [string, string, string])[];
}

/** The categories that R4 and US Core name; every server that keeps `category` can tell them apart. */
const categories: Readonly<Record<string, readonly Category[]>> = {
  Condition: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/condition-category',
      codes: [
        ['encounter-diagnosis', 'diagnoses of visits', '就诊诊断'],
        ['problem-list-item', 'the list of problems', '健康问题清单'],
      ],
    },
    { system: 'http://hl7.org/fhir/us/core/CodeSystem/condition-category', codes: [['health-concern', 'health concerns', '健康关注']] },
  ],
  Observation: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/observation-category',
      codes: [
        ['laboratory', 'laboratory results', '检验结果'],
        ['vital-signs', 'vital signs', '生命体征'],
        ['social-history', 'social history', '社会史'],
        ['survey', 'questionnaires and scores', '量表与问卷'],
      ],
    },
  ],
};

/** What the category of a scope is called, for a page that would otherwise show its code alone. */
export function categoryWords({ type, criteria }: ResourceScope): readonly Message[] {
  return criteria.flatMap(([name, value]) => {
    if (name !== 'category') return [];
    const known = (categories[type] ?? []).flatMap(({ system, codes }) => codes.map(([code, en, zh]) => ({ system, code, en, zh })));
    const found = known.find(({ system, code }) => value === `${system}|${code}` || value === code);
    return found === undefined ? [] : [message('category', found.en, found.zh)];
  });
}

/** None for a scope that is fine already. */
export function finerScopes(scope: ResourceScope): readonly FinerScope[] {
  const { context, type, acts, criteria } = scope;
  if (criteria.length > 0) return [];
  const letters = acts.map((act) => act.charAt(0)).join('');
  const byCategory = (categories[type] ?? []).flatMap(({ system, codes }) =>
    codes.map(([code, en, zh]) => ({ text: `${context}/${type}.${letters}?category=${system}|${code}`, words: message('finer', en, zh) })),
  );
  const reading = acts.filter((act) => act === 'read' || act === 'search');
  if (reading.length === 0 || reading.length === acts.length) return byCategory;
  const readOnly = `${context}/${type}.${reading.map((act) => act.charAt(0)).join('')}`;
  return [{ text: readOnly, words: message('finer', 'reading, without changing anything', '仅限读取，不作任何更改') }, ...byCategory];
}
