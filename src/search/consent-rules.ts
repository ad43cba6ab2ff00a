/**
 * Entries of the rules of a Consent, by which access is judged: of nobody's asking. Derived from the whole resource; what a Consent
 * contains has none. Source: R4 consent.html
 */

import { consentDataParam, consentPeriodParam, consentRulesParam } from '../access/consent/rule-keys.js';
import { consentRules } from '../access/consent/rules.js';
import { isObject } from '../model/json.js';
import type { SearchContext } from './context.js';
import { addEntry, addRange, addToken } from './entry-list.js';
import { localize } from './local.js';
import { periodRange } from './types/date.js';
import type { Indexer } from './types/type.js';

export function consentRulesIndexer({ baseUrl, zone }: SearchContext): Indexer {
  const local = (reference: string) => localize(reference, baseUrl).replace(/\/_history\/[^/]+$/, '');
  const reading = { local, zone, timeRange: (period: Parameters<typeof periodRange>[0]) => periodRange(period, zone) };
  return (consent, list) => {
    if (!isObject(consent) || list.context.container !== undefined) return;
    const rules = consentRules(consent, reading);
    if (rules === undefined) return;
    for (const key of rules.keys) addToken(list, consentRulesParam, undefined, key);
    addRange(list, consentPeriodParam, undefined, rules.period.low, rules.period.high);
    for (const target of rules.withheld) addEntry(list, { kind: 'reference', param: consentDataParam, target });
  };
}
