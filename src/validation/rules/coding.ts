/**
 * A code must exist in its code system, where that system is here in full. A warning: the sender may have a later version. Where a
 * binding judges the code already, it is not judged twice. Source: R4 datatypes.html#Coding
 */
import { isObject, type Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import type { Terminology } from '../../terminology/terminology.js';
import type { Rule } from '../compiler.js';
import { enclose, report, type Step, type Walk } from '../walk.js';
import { shorten } from './primitive.js';

const step: Step = { key: 'coding', text: 'coding', owner: 'CodeableConcept', element: 'coding', type: 'Coding' };

export const coding: Rule = ({ element, inherited, type, owner }, { terminology }) => {
  const strength = element.binding?.strength;
  if (inherited !== undefined || owner === '' || strength === 'required' || strength === 'extensible') return undefined;
  if (type === 'Coding' && owner !== 'CodeableConcept') return (value, _sibling, walk) => one(value, walk, terminology);
  if (type !== 'CodeableConcept') return undefined;
  return (value, _sibling, walk) => {
    if (!isObject(value) || !Array.isArray(value.coding)) return;
    for (let i = 0; i < value.coding.length; i++) {
      const from = walk.findings.length;
      one(value.coding[i], walk, terminology);
      if (walk.findings.length !== from) enclose(walk, from, step, i);
    }
  };
};

function one(value: Json | undefined, walk: Walk, terminology: Terminology): void {
  if (!isObject(value)) return;
  const { system, code } = value;
  if (typeof system !== 'string' || typeof code !== 'string' || terminology.known({ system, code }) !== 'out') return;
  const text = message(
    'code-unknown',
    `The code system ${shorten(system)} has no code ${shorten(code)}`,
    `代码系统 ${shorten(system)} 没有代码 ${shorten(code)}`,
  );
  report(walk, 'warning', 'code-invalid', text);
}
