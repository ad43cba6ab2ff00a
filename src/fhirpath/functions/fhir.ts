/** FHIR's own functions. Source: R4 fhirpath.html#functions */

import type { TypeModel } from '../../definitions/definitions.js';
import { isObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { isNarrative } from '../../model/scan-xhtml.js';
import { argument, type Call, type Evaluate, type FunctionTable, type Run } from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { booleanItems, type Items, nothing, single } from '../items.js';
import { resolveItem } from '../resolve.js';
import { compileStep } from '../step.js';
import { systemItem, textOf } from '../system-types.js';
import { isSubtype } from '../types.js';

export const fhir: FunctionTable = {
  extension: { arity: [1, 1], compile: extension },
  hasExtension: {
    arity: [1, 1],
    compile: (call) => {
      const found = extension(call);
      return (scope) => booleanItems(found(scope).length > 0);
    },
  },
  hasValue: { arity: [0, 0], compile: hasValue },
  getValue: { arity: [0, 0], compile: getValue },
  resolve: { arity: [0, 0], compile: resolve },
  memberOf: { arity: [1, 1], compile: memberOf },
  conformsTo: { arity: [1, 1], compile: conformsTo },
  subsumes: { arity: [1, 1], compile: (call) => subsumption(call, false) },
  subsumedBy: { arity: [1, 1], compile: (call) => subsumption(call, true) },
  checkModifiers: { arity: [1, 100], compile: checkModifiers },
  htmlChecks: { arity: [0, 0], compile: htmlChecks },
};

/** `extension.where(url = …)`, also of primitives. */
function extension(call: Call): Evaluate {
  const step = compileStep(call.input, 'extension', call);
  const url = argument(call, 0);
  return (scope) => {
    const found = step(scope);
    if (found.length === 0) return nothing;
    const item = single(url(scope), 'extension()');
    const wanted = item && textOf(item);
    return wanted === undefined ? nothing : found.filter(({ value }) => isObject(value) && value.url === wanted);
  };
}

/** Whether the input is one primitive that has a value, as against only extensions. */
function hasValue({ input, model }: Call): Evaluate {
  return (scope) => {
    const items = input(scope);
    const item = items.length === 1 ? items[0] : undefined;
    const primitive = item !== undefined && (item.type.startsWith('System.') || model.kind(item.type) === 'primitive');
    return booleanItems(primitive && item.value !== undefined);
  };
}

function getValue({ input, model }: Call): Evaluate {
  return (scope) => {
    const items = input(scope);
    const item = items.length === 1 ? items[0] : undefined;
    const value = item !== undefined && model.kind(item.type) === 'primitive' ? systemItem(item) : undefined;
    return value === undefined ? nothing : [value];
  };
}

/** What cannot be resolved is left out. */
function resolve({ input, model }: Call): Evaluate {
  return (scope) => {
    const items = input(scope);
    if (items.length === 0) return nothing;
    const out: Item[] = [];
    for (const item of items) {
      const found = resolveItem(model, item, scope.run);
      if (found !== undefined) out.push(found);
    }
    return out;
  };
}

function memberOf(call: Call): Evaluate {
  const valueSet = argument(call, 0);
  return (scope) => {
    const item = single(call.input(scope), 'memberOf()');
    const url = single(valueSet(scope), 'memberOf()');
    const canonical = url && textOf(url);
    return item === undefined || canonical === undefined
      ? nothing
      : booleanItems(scope.run.environment.services?.memberOf(item, canonical));
  };
}

function subsumption(call: Call, reversed: boolean): Evaluate {
  const other = argument(call, 0);
  return (scope) => {
    const a = single(call.input(scope), `${call.name}()`);
    const b = single(other(scope), `${call.name}()`);
    if (a === undefined || b === undefined) return nothing;
    return booleanItems(reversed ? scope.run.environment.services?.subsumes?.(b, a) : scope.run.environment.services?.subsumes?.(a, b));
  };
}

/** Passes its input on, but for modifier extensions that the caller does not name: they are an error. */
function checkModifiers(call: Call): Evaluate {
  const step = compileStep(call.input, 'modifierExtension', { ...call, strict: false });
  return (scope) => {
    const understood = call.args.flatMap((url) => url(scope).map(textOf));
    for (const { value } of step(scope)) {
      const url = isObject(value) && typeof value.url === 'string' ? value.url : undefined;
      if (!understood.includes(url))
        throw new FhirPathError(
          message('fhirpath-modifier', `The modifier extension "${url ?? ''}" is not understood`, `不能识别修饰扩展“${url ?? ''}”`),
        );
    }
    return call.input(scope);
  };
}

function conformsTo(call: Call): Evaluate {
  const profile = argument(call, 0);
  return (scope) => {
    const item = single(call.input(scope), 'conformsTo()');
    const url = single(profile(scope), 'conformsTo()');
    const canonical = url && textOf(url);
    return item === undefined || canonical === undefined ? nothing : conformance(call.model, item, canonical, scope.run);
  };
}

const base = 'http://hl7.org/fhir/StructureDefinition/';

/** Without someone who knows profiles, only R4's own types can be told by their names. */
function conformance(model: TypeModel, item: Item, profile: string, run: Run): Items {
  const decided = run.environment.services?.conformsTo(item, profile);
  if (decided !== undefined) return booleanItems(decided);
  const type = profile.startsWith(base) ? profile.slice(base.length) : '';
  if (model.kind(type) === undefined)
    throw new FhirPathError(message('fhirpath-profile', `The profile "${profile}" is not known here`, `此处没有规范“${profile}”`));
  return booleanItems(isSubtype(model, item.type, type));
}

/** Source: R4 narrative.html#rules (txt-1, txt-2) */
function htmlChecks({ input }: Call): Evaluate {
  return (scope) => {
    const item = single(input(scope), 'htmlChecks()');
    const text = item && textOf(item);
    return text === undefined ? nothing : booleanItems(isNarrative(text));
  };
}
