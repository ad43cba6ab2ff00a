/**
 * Labels stay on what is written anew, also after it was deleted: whoever may not lower them may only add, or tell of a higher confidentiality.
 * Source: R4 security-labels.html, resource.html#Meta
 */
import { isObject, type Json } from '../model/json.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Resource } from '../model/resource.js';
import { type Confidentiality, confidentialities, confidentialitySystem } from './labels.js';

interface Label {
  readonly system: string;
  readonly code: string;
}

/** Throws FhirError 403 where a label of `before`, what was there last, is gone or lower. */
export function refuseLowered(resource: Resource, before: Resource | undefined): void {
  if (before === undefined) return;
  const after = labelsOf(resource);
  const [had, has] = [highest(labelsOf(before)), highest(after)];
  if (has < had) throw lowered(resource.resourceType, `${confidentialitySystem}|${confidentialities[had]}`);
  const lost = labelsOf(before).find(
    (label) => levelOf(label) < 0 && !after.some(({ system, code }) => system === label.system && code === label.code),
  );
  if (lost !== undefined) throw lowered(resource.resourceType, `${lost.system}|${lost.code}`);
}

/** What has none is N: to call it less is to lower it. */
function highest(labels: readonly Label[]): number {
  const levels = labels.map(levelOf).filter((level) => level >= 0);
  return levels.length === 0 ? confidentialities.indexOf('N') : Math.max(...levels);
}

function levelOf({ system, code }: Label): number {
  return system === confidentialitySystem ? confidentialities.indexOf(code as Confidentiality) : -1;
}

export function labelsOf({ meta }: Resource): readonly Label[] {
  const security = isObject(meta) && Array.isArray(meta.security) ? (meta.security as readonly Json[]) : [];
  return security.filter(isObject).map(({ system, code }) => ({ system: String(system ?? ''), code: String(code ?? '') }));
}

function lowered(type: string, label: string) {
  return fault(
    'forbidden',
    message(
      'label-lowered',
      `The ${type} bears the security label "${label}"; access does not allow to lower it or to take it away, so it was expected in meta.security`,
      `该 ${type} 带有安全标签“${label}”；访问权限不允许降低或移除，meta.security 中应保留该标签`,
    ),
    { expression: `${type}.meta.security` },
  );
}
