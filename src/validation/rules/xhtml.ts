/** The narrative: well-formed, safe, not empty, its local links leading somewhere. Source: R4 narrative.html#xhtml (txt-1, txt-2), narrative.html#id */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { idsIn, scanXhtml } from '../../model/scan-xhtml.js';
import type { Rule } from '../compiler.js';
import { report, type Walk } from '../walk.js';
import { inChinese, shorten } from './primitive.js';

export const xhtml: Rule = ({ type, inherited }) => {
  if (type !== 'xhtml' || inherited !== undefined) return undefined;
  return (value, _sibling, walk) => {
    if (typeof value !== 'string') return;
    const { fault, hasContent, leadingOut } = scanXhtml(value);
    if (fault !== undefined) {
      report(walk, 'error', 'invariant', message('txt-1', `txt-1: ${fault.en}`, `不满足约束 txt-1：${fault.zh}`));
    } else if (!hasContent) {
      const text = message('txt-2', 'txt-2: The narrative has neither text nor an image', '不满足约束 txt-2：叙述既无文字也无图像');
      report(walk, 'error', 'invariant', text);
    } else if (leadingOut.length > 0) checkLinks(leadingOut, walk);
  };
};

/** A warning: R4's own examples have hundreds. A link may also lead to an element or a contained resource by its id, or into another narrative of the resource. */
function checkLinks(links: readonly string[], walk: Walk): void {
  const ids = idsOf(walk.root);
  const broken = new Set(links.filter((id) => !ids.has(id)));
  if (broken.size === 0) return;
  const shown = shorten([...broken].map((id) => `#${id}`).join(', '));
  const text = message(
    'narrative-link-broken',
    `The narrative links to ${shown}, but nothing in the resource has that id`,
    `叙述中的链接 ${inChinese(shown)} 无对应目标：资源中没有该 id`,
  );
  report(walk, 'warning', 'not-found', text);
}

const known = new WeakMap<JsonObject, ReadonlySet<string>>();

/** Looked for once for each resource that was handed in, and only where a link asks. */
function idsOf(root: JsonObject): ReadonlySet<string> {
  const before = known.get(root);
  if (before !== undefined) return before;
  const ids = new Set<string>();
  const open: Json[] = [root];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (Array.isArray(one)) {
      for (const part of one) open.push(part);
    } else if (isObject(one)) addIds(one, ids, open);
  }
  known.set(root, ids);
  return ids;
}

function addIds(holder: JsonObject, ids: Set<string>, open: Json[]): void {
  for (const key in holder) {
    const part = holder[key];
    if (key === 'id' && typeof part === 'string') ids.add(part);
    else if (key === 'div' && typeof part === 'string') for (const id of idsIn(part)) ids.add(id);
    else if (typeof part === 'object' && part !== null) open.push(part);
  }
}
