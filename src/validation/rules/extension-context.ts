/** Where an extension may stand. Source: R4 defining-extensions.html#context */
import type { StructureDefinitionContext } from 'fhir/r4.js';
import type { TypeModel } from '../../definitions/definitions.js';
import { isObject, type Json } from '../../model/json.js';
import type { Step } from '../walk.js';

/** `place`: the steps from the resource to the extension, the last being `extension` itself; `holder`: what holds it. */
export function isAllowedAt(
  contexts: readonly StructureDefinitionContext[],
  place: readonly Step[],
  holder: Json | undefined,
  model: TypeModel,
): boolean {
  let names: ReadonlySet<string> | undefined;
  return contexts.some(({ type, expression }) => {
    if (type === 'extension') return isObject(holder) && holder.url === expression;
    names ??= namesOf(place, model);
    return names.has(expression.replaceAll('[x]', ''));
  });
}

/** All names the holder goes by: its type and what that derives from, and its path from every type above it: `Patient.name`, `HumanName`. */
function namesOf(place: readonly Step[], model: TypeModel): ReadonlySet<string> {
  const names = new Set<string>();
  const holder = place[place.length - 2];
  const owner = place[place.length - 1]?.owner;
  for (const type of [holder?.type, owner]) if (type !== undefined) addAll(names, type, '', model);
  let tail = '';
  for (let i = place.length - 2; i >= 0; i--) {
    const step = place[i];
    if (step === undefined) break;
    tail = `.${step.element}${tail}`;
    addAll(names, step.owner, tail, model);
  }
  return names;
}

function addAll(names: Set<string>, type: string, tail: string, model: TypeModel): void {
  for (let one: string | undefined = type; one !== undefined; one = model.baseOf(one)) names.add(one + tail);
}
