/**
 * Whether a resource came back as it was sent: every value, every digit of a number, the order of keys; but for what a server says
 * itself, the id, meta.versionId and meta.lastUpdated. Source: R4 http.html#create, json.html#primitive, datatypes.html#decimal
 */
import { Decimal, isObject, type Json, type JsonObject } from '../../src/model/json.js';

type Value = Json | undefined;

/** Path and words of the first difference; undefined where there is none. `inOrder`: the order of keys counts. */
export function difference(sent: JsonObject, back: JsonObject, inOrder: boolean): string | undefined {
  if (sent.resourceType !== back.resourceType) return `${sent.resourceType} became ${back.resourceType}`;
  return differ(bare(sent), bare(back), String(sent.resourceType), inOrder);
}

/** Without what the server says; what it may move to the front to say it stands in the front on both sides. */
function bare({ resourceType: _type, id: _id, meta, ...rest }: JsonObject): JsonObject {
  if (!isObject(meta)) return meta === undefined ? rest : { meta, ...rest };
  const { versionId: _version, lastUpdated: _updated, ...own } = meta;
  return Object.keys(own).length === 0 ? rest : { meta: own, ...rest };
}

function differ(sent: Value, back: Value, path: string, inOrder: boolean): string | undefined {
  if (isObject(sent) && isObject(back)) return differInside(sent, back, path, inOrder);
  if (Array.isArray(sent) && Array.isArray(back)) {
    const items: readonly Json[] = sent;
    const others: readonly Json[] = back;
    if (items.length !== others.length) return `${path}: ${items.length} items became ${others.length}`;
    for (const [index, item] of items.entries()) {
      const found = differ(item, others[index], `${path}[${index}]`, inOrder);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return same(sent, back) ? undefined : `${path}: ${shown(sent)} became ${shown(back)}`;
}

function differInside(sent: JsonObject, back: JsonObject, path: string, inOrder: boolean): string | undefined {
  for (const key of new Set([...Object.keys(sent), ...Object.keys(back)])) {
    const found = differ(sent[key], back[key], `${path}.${key}`, inOrder);
    if (found !== undefined) return found;
  }
  const [before, after] = [Object.keys(sent).join(' '), Object.keys(back).join(' ')];
  return inOrder && before !== after ? `${path}: the keys ${before} came back as ${after}` : undefined;
}

function same(sent: Value, back: Value): boolean {
  if (sent instanceof Decimal || back instanceof Decimal) return String(sent) === String(back) && typeof sent === typeof back;
  return sent === back;
}

function shown(value: Value): string {
  const text = value instanceof Decimal ? value.text : JSON.stringify(value);
  return text === undefined ? 'nothing' : text.slice(0, 80);
}
