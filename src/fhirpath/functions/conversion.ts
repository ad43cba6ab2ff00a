/** iif and what turns one System type into another. Source: FHIRPath N1 #conversion */
import { message } from '../../model/message.js';
import { type Convert, conversions } from '../conversions.js';
import { argument, type Call, type Evaluate, type FunctionTable, innerScope, passOver } from '../evaluation.js';
import { FhirPathError } from '../expression.js';
import { booleanItems, nothing, single, toBoolean } from '../items.js';
import { quantityOf, systemKind, textOf } from '../system-types.js';

export const conversion: FunctionTable = {
  iif: { arity: [2, 3], compile: iif },
  ...Object.fromEntries(
    Object.entries(conversions).flatMap(([kind, convert]) => [
      [`to${kind}`, { arity: [0, kind === 'Quantity' ? 1 : 0] as const, compile: (call: Call) => converted(call, convert) }],
      [`convertsTo${kind}`, { arity: [0, kind === 'Quantity' ? 1 : 0] as const, compile: (call: Call) => convertible(call, convert) }],
    ]),
  ),
};

/** Only the branch that is chosen is evaluated. */
function iif(call: Call): Evaluate {
  const [criterion, then, otherwise] = [argument(call, 0), argument(call, 1), call.args[2]];
  return (scope) => {
    const inner = innerScope(scope);
    if (call.explicit) {
      inner.focus = call.input(scope);
      single(inner.focus, 'iif()');
    }
    const condition = criterion(inner);
    if (call.strict && condition.length === 1 && systemKind(condition[0]?.type ?? '') !== 'Boolean') {
      throw new FhirPathError(message('fhirpath-input', 'The criterion of iif() must be a Boolean', 'iif() 的条件必须是布尔值'));
    }
    if (toBoolean(condition) === true) return then(inner);
    return otherwise === undefined ? nothing : otherwise(inner);
  };
}

function converted(call: Call, convert: Convert): Evaluate {
  const unit = call.args[0];
  return (scope) => {
    const item = single(call.input(scope), `${call.name}()`);
    if (typeof item?.value === 'string') passOver(scope.run, item.value.length);
    const result = item && convert(item);
    if (result === undefined) return nothing;
    return unit === undefined || quantityOf(result)?.unit === textOf(unit(scope)[0] ?? result) ? [result] : nothing;
  };
}

function convertible(call: Call, convert: Convert): Evaluate {
  const result = converted(call, convert);
  return (scope) => (call.input(scope).length === 0 ? nothing : booleanItems(result(scope).length > 0));
}
