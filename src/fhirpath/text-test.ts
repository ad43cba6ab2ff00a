/**
 * The commonest criterion, `element = 'text'`, without making items: what search parameters and invariants ask most.
 */
import { isObject } from '../model/json.js';
import type { Evaluate, Setting } from './evaluation.js';
import { booleanItems, nothing } from './items.js';
import { compileEquality } from './operators/comparison.js';
import { compileStep } from './step.js';
import type { Syntax } from './syntax.js';
import { systemKind } from './system-types.js';

/** undefined: another kind of criterion. */
export function textTest(syntax: Syntax, setting: Setting): Evaluate | undefined {
  if (syntax.kind !== 'binary' || syntax.operator !== '=' || syntax.left.kind !== 'member' || syntax.left.input !== undefined)
    return undefined;
  const { name } = syntax.left;
  const items = syntax.right.kind === 'literal' ? syntax.right.items : [];
  const text = items[0]?.type === 'System.String' ? items[0].value : undefined;
  if (text === undefined || /^[A-Z]/.test(name)) return undefined;
  const general = compileEquality(
    '=',
    compileStep((scope) => scope.focus, name, setting),
    () => items,
  );
  const known = new Map<string, boolean>();
  return (scope) => {
    const [item] = scope.focus;
    if (item === undefined || scope.focus.length !== 1) return general(scope);
    let simple = known.get(item.type);
    if (simple === undefined) {
      simple = isSimpleText(item.type, name, setting);
      known.set(item.type, simple);
    }
    if (!simple || !isObject(item.value)) return general(scope);
    const value = item.value[name];
    if (typeof value === 'string') return booleanItems(value === text);
    return value === undefined && item.value[`_${name}`] === undefined ? nothing : general(scope);
  };
}

/** Whether the element is one string, always under the same name. */
function isSimpleText(type: string, name: string, { model }: Setting): boolean {
  const properties = model.element(type, name);
  const [property] = properties;
  return (
    properties.length === 1 &&
    property !== undefined &&
    !property.many &&
    systemKind(property.type) === 'String' &&
    model.kind(type) !== 'primitive'
  );
}
