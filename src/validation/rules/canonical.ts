/** A canonical that is a fragment alone names a contained resource. Source: R4 references.html#canonical-fragments */
import { message } from '../../model/message.js';
import type { Rule } from '../compiler.js';
import { containedResource } from '../resolve.js';
import { report } from '../walk.js';
import { shorten } from './primitive.js';

export const canonical: Rule = ({ type, inherited }) => {
  if (type !== 'canonical' || inherited !== undefined) return undefined;
  return (value, _sibling, walk) => {
    if (typeof value !== 'string' || value.charCodeAt(0) !== 0x23 || value === '#') return;
    if (containedResource(value.slice(1), walk) !== undefined) return;
    const text = message(
      'canonical-not-contained',
      `${shorten(value)} leads to no contained resource`,
      `${shorten(value)} 没有对应的被包含资源`,
    );
    report(walk, 'error', 'not-found', text);
  };
};
