/** The resource a write brings: the right type, and valid. Source: R4 http.html#create, http.html#update */
import { isObject, type Json } from '../model/json.js';
import { message } from '../model/message.js';
import { FhirError, fault, type Issue, isError } from '../model/outcome.js';
import type { Resource } from '../model/resource.js';
import { type Sent, withFaults } from '../model/sent.js';
import type { Judge } from '../uploads/uploads.js';
import type { ValidationOptions } from '../validation/validator.js';

/** Throws FhirError 400 when the body is no resource or not one of the type the URL names. */
export function resourceOf(body: Json | undefined, type: string): Resource {
  if (body === undefined) throw notResource('there is none', '没有正文', type);
  if (!isObject(body)) throw notResource('it is not an object', '正文不是对象', type);
  const found = body.resourceType;
  if (typeof found !== 'string') throw notResource('it has no resourceType', '正文没有 resourceType', type);
  if (found === type) return body as Resource;
  throw fault(
    'invalid',
    message('type-mismatch', `The body is a ${found}, but the URL is for ${type}`, `正文的资源类型是 ${found}，而 URL 针对 ${type}`),
    { expression: `${type}.resourceType` },
  );
}

function notResource(en: string, zh: string, type: string) {
  const [wantedEn, wantedZh] = type === 'Resource' ? ['resource', '资源'] : [type, ` ${type} 资源`];
  return fault('structure', message('not-a-resource', `A ${wantedEn} was expected as the body, but ${en}`, `正文应为${wantedZh}，但${zh}`));
}

/** What the validator has to say short of an error. Throws FhirError 422 with all its issues, and the faults of the text, when one is an error. */
export function* validated(
  judge: Judge,
  resource: Resource,
  options: ValidationOptions = {},
  sent?: Sent,
): Generator<undefined, readonly Issue[]> {
  const found = yield* judge.validator.validateInSteps(resource, options);
  const issues = sent === undefined ? found : withFaults(sent.faults(resource.resourceType), found);
  if (issues.some(isError)) throw new FhirError(issues, { status: 422 });
  return issues;
}
