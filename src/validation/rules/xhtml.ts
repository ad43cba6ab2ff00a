/** The narrative: well-formed, safe, not empty. Source: R4 narrative.html#xhtml (txt-1, txt-2) */
import { message } from '../../model/message.js';
import type { Rule } from '../compiler.js';
import { scanXhtml } from '../scan-xhtml.js';
import { report } from '../walk.js';

export const xhtml: Rule = ({ type, inherited }) => {
  if (type !== 'xhtml' || inherited !== undefined) return undefined;
  return (value, _sibling, walk) => {
    if (typeof value !== 'string') return;
    const { fault, hasContent } = scanXhtml(value);
    if (fault !== undefined) {
      report(walk, 'error', 'invariant', message('txt-1', `txt-1: ${fault.en}`, `不满足约束 txt-1：${fault.zh}`));
    } else if (!hasContent) {
      const text = message('txt-2', 'txt-2: The narrative has neither text nor an image', '不满足约束 txt-2：叙述既无文字也无图像');
      report(walk, 'error', 'invariant', text);
    }
  };
};
