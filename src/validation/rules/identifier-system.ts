/**
 * The system of an identifier is an absolute URI, and is written as those are that definitions name: a number under a system that is
 * nearly one of them would be checked by no rule, and found by nobody. Any other system may be somebody's own.
 * Source: R4 datatypes.html#Identifier, namingsystem.html
 */
import type { Json } from '../../model/json.js';
import type { Message } from '../../model/message.js';
import type { Rule, RuleCheck } from '../compiler.js';
import { report } from '../walk.js';
import { nearSystem, ofIdentifier, relativeSystem } from './system-meant.js';

export const identifierSystem: Rule = ({ inherited, owner, element }, { nearSystem: find }) => {
  if (inherited !== undefined || owner !== 'Identifier' || element.path !== 'Identifier.system') return undefined;
  const wordsOf = (system: string): Message | undefined => {
    const near = find(system);
    if (!system.includes(':')) return relativeSystem(system, near, ofIdentifier);
    return near && nearSystem(system, near, ofIdentifier);
  };
  const check: RuleCheck = (value, _sibling, walk) => {
    const words = typeof value === 'string' ? wordsOf(value) : undefined;
    if (words !== undefined) report(walk, 'warning', 'value', words);
  };
  const isFine = (value: Json) => typeof value === 'string' && value.includes(':') && find(value) === undefined;
  return Object.assign(check, { isFine });
};
