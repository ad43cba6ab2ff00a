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
  return contexts.some(({ type, expression }) => {
    if (type === 'extension') return isObject(holder) && holder.url === expression;
    return isNamed(expression.replaceAll('[x]', ''), place, model);
  });
}

/** Whether the holder goes by a name: its type or what that derives from, or its path from a type above it: `HumanName`, `Patient.name`. */
function isNamed(name: string, place: readonly Step[], model: TypeModel): boolean {
  const holder = place[place.length - 2]?.type;
  const owner = place[place.length - 1]?.owner;
  if (isOf(holder, name, model) || isOf(owner, name, model)) return true;
  let tail = '';
  for (let i = place.length - 2; i >= 0; i--) {
    const step = place[i];
    if (step === undefined) break;
    tail = `.${step.element}${tail}`;
    if (!name.endsWith(tail)) return false;
    if (isOf(step.owner, name.slice(0, -tail.length), model)) return true;
  }
  return false;
}

function isOf(type: string | undefined, ancestor: string, model: TypeModel): boolean {
  for (let one = type; one !== undefined; one = model.baseOf(one)) if (one === ancestor) return true;
  return false;
}
