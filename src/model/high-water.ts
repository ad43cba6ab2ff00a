/**
 * Labels of a Bundle: it is as confidential as the most confidential resource in it, and asks to be handled as all of them do.
 * Source: R4 security-labels.html#core
 */
import { isObject, type Json, type JsonObject } from './json.js';
import { parseStored } from './parse-stored.js';

const system = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
/** From the least; what bears none is N. */
const levels = ['U', 'L', 'M', 'N', 'R', 'V'];
const NORMAL = 3;

/** `resources`: texts. undefined where none of them bears a label. */
export function* highWaterMark(resources: readonly Buffer[]): Generator<undefined, readonly JsonObject[] | undefined> {
  const others = new Map<string, JsonObject>();
  let highest = -1;
  let labelled = false;
  for (const resource of resources) {
    const labels = resource.includes('"security"') ? labelsOf(yield* parseStored(resource)) : [];
    labelled ||= labels.length > 0;
    let own = -1;
    for (const label of labels) {
      if (label.system === system) own = Math.max(own, levels.indexOf(String(label.code)));
      else others.set(JSON.stringify([label.system, label.code]), label);
    }
    highest = Math.max(highest, own < 0 ? NORMAL : own);
  }
  if (!labelled) return undefined;
  return [{ system, code: levels[highest] }, ...others.values()];
}

function labelsOf(resource: Json): readonly JsonObject[] {
  const meta = isObject(resource) ? resource.meta : undefined;
  return isObject(meta) && Array.isArray(meta.security) ? (meta.security as readonly Json[]).filter(isObject) : [];
}
