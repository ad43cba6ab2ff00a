/** What contained resources may not do: nest, stand unreferenced, share an id, carry versions or security labels. Source: R4 domainresource.html#invs (dom-2 … dom-5) */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { enclose, report, type Step, type Walk } from '../walk.js';
import { inChinese, quoted, shorten } from './primitive.js';

const step: Step = { key: 'contained', text: 'contained', owner: 'DomainResource', element: 'contained', type: 'Resource' };

export function checkContained(holder: JsonObject, walk: Walk): void {
  if (!Array.isArray(holder.contained)) return;
  if (holder !== walk.container) return;
  if (holder.contained.some((one: Json) => isObject(one) && one.contained !== undefined)) {
    report(
      walk,
      'error',
      'invariant',
      message('dom-2', 'dom-2: A contained resource must not contain resources', '不满足约束 dom-2：被包含的资源不得再包含资源'),
    );
  }
  withoutVersionOrLabel(holder.contained, walk);
  const local = localReferences(holder);
  const ids = new Set<unknown>();
  holder.contained.forEach((one: Json, index: number) => {
    if (!isObject(one)) return;
    const from = walk.findings.length;
    const { id } = one;
    if (id !== undefined && ids.has(id)) repeated(id, walk);
    ids.add(id);
    if (id === undefined || (typeof id === 'string' && !local.has(`#${id}`) && !localReferences(one).has('#'))) unreferenced(id, walk);
    enclose(walk, from, step, index);
  });
}

/** Rules of the containing resource, so its place is named. */
function withoutVersionOrLabel(contained: readonly Json[], walk: Walk): void {
  const metas = contained.map((one) => (isObject(one) && isObject(one.meta) ? one.meta : {}));
  if (metas.some((meta) => meta.versionId !== undefined || meta.lastUpdated !== undefined)) {
    const text = message(
      'dom-4',
      'dom-4: A contained resource must not have meta.versionId or meta.lastUpdated',
      '不满足约束 dom-4：被包含的资源不得有 meta.versionId 或 meta.lastUpdated',
    );
    report(walk, 'error', 'invariant', text);
  }
  if (metas.some((meta) => meta.security !== undefined)) {
    const text = message(
      'dom-5',
      'dom-5: A contained resource must not have a security label',
      '不满足约束 dom-5：被包含的资源不得有安全标签',
    );
    report(walk, 'error', 'invariant', text);
  }
}

function unreferenced(id: string | undefined, walk: Walk): void {
  const text =
    id === undefined
      ? message(
          'dom-3',
          'dom-3: The contained resource has no id, so nothing can refer to it',
          '不满足约束 dom-3：被包含的资源没有 id，无法被引用',
        )
      : message(
          'dom-3',
          `dom-3: Nothing in the resource refers to the contained resource ${shorten(id)} (#id)`,
          `不满足约束 dom-3：资源中没有任何引用指向被包含的资源 ${quoted(id)}（#id）`,
        );
  report(walk, 'error', 'invariant', text);
}

/** Source: R4 references.html#contained, resource-definitions.html#Resource.id */
function repeated(id: Json, walk: Walk): void {
  const shown = shorten(String(id));
  const text = message(
    'contained-id-repeated',
    `Two contained resources have the id ${shown}, so a reference to it could mean either`,
    `两个被包含的资源具有相同的 id ${inChinese(shown)}，对它的引用含义不明`,
  );
  report(walk, 'error', 'invalid', text);
}

/** In narrative: `src="#image"`. */
const linkInNarrative = /=\s*["'](#[^"']*)["']/g;

/** Every text that starts with `#` (references, and the uri, url and canonical elements that may lead to a contained resource), and links in narrative. */
function localReferences(value: Json): ReadonlySet<string> {
  const found = new Set<string>();
  const open: Json[] = [value];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (typeof one === 'string') {
      const first = one.charCodeAt(0);
      if (first === 0x23) found.add(one);
      else if (first === 0x3c && one.startsWith('<div')) for (const [, link = ''] of one.matchAll(linkInNarrative)) found.add(link);
    } else if (Array.isArray(one)) {
      for (const part of one) open.push(part);
    } else if (isObject(one)) {
      for (const key in one) open.push(one[key] ?? null);
    }
  }
  return found;
}
