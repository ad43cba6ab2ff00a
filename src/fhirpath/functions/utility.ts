/** trace, the clock, variables, types, sorting. Source: FHIRPath N1 #utility-functions, #reflection */
import { message } from '../../model/message.js';
import { argument, type Call, type Evaluate, enter, type FunctionTable, innerScope, ofItems, spend } from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { single, temporalItem } from '../items.js';
import { compareItems } from '../operators/comparison.js';
import { textOf } from '../system-types.js';

export const utility: FunctionTable = {
  /** Passes its input on; nothing is printed: what data says is not for the server's log. */
  trace: { arity: [1, 2], compile: ({ input }) => input },
  now: clock((now) => temporalItem('System.DateTime', new Date(now).toISOString())),
  today: clock((now) => temporalItem('System.Date', dayOf(now))),
  timeOfDay: clock((now) => temporalItem('System.Time', new Date(now).toISOString().slice(11, -1))),
  defineVariable: { arity: [1, 2], compile: defineVariable },
  type: ofItems((items) => items.map(typeInfo)),
  sort: { arity: [0, 10], compile: sort },
};

const DAY = 86_400_000;
let lastDay = Number.NaN;
let lastText = '';

/** The date, worked out once a day. */
function dayOf(now: number): string {
  const day = Math.floor(now / DAY);
  if (day !== lastDay) {
    lastText = new Date(now).toISOString().slice(0, 10);
    lastDay = day;
  }
  return lastText;
}

function clock(make: (now: number) => Item) {
  const compile = (): Evaluate => {
    return ({ run }) => {
      run.now ??= Date.now();
      return [make(run.now)];
    };
  };
  return { arity: [0, 0] as const, compile };
}

/** The name is known to what follows in the same scope. */
function defineVariable(call: Call): Evaluate {
  const [name, value] = [argument(call, 0), call.args[1]];
  return (scope) => {
    const items = call.input(scope);
    const item = single(name(scope), 'defineVariable()');
    const text = item && textOf(item);
    if (text === undefined)
      throw new FhirPathError(
        message('fhirpath-arguments', 'defineVariable() takes the name as a string', 'defineVariable() 的名称必须是字符串'),
      );
    if (scope.variables?.has(text))
      throw new FhirPathError(message('fhirpath-variable', `The variable "${text}" is defined already`, `变量“${text}”已经定义`));
    const inner = innerScope(scope);
    inner.focus = items;
    scope.variables = new Map([...(scope.variables ?? []), [text, value === undefined ? items : value(inner)]]);
    return items;
  };
}

/** Source: FHIRPath N1 #reflection. An anonymous element of a resource is named by its path. */
function typeInfo({ type }: Item): Item {
  const [namespace, name] = type.startsWith('System.') ? ['System', type.slice(7)] : ['FHIR', type];
  return { type: 'System.TypeInfo', value: { namespace, name }, sibling: undefined };
}

type Keys = readonly (Item | undefined)[];

/** By the keys in turn; `-` before a key turns its order round; what has no key comes first either way. */
function sort(call: Call): Evaluate {
  const keys = call.syntax.map((syntax, i) => {
    if (syntax.kind === 'polarity' && syntax.negative) return { sign: -1, evaluate: call.compile(syntax.operand) };
    return { sign: 1, evaluate: argument(call, i) };
  });
  return (scope) => {
    const items = call.input(scope);
    const inner = innerScope(scope);
    const rows = items.map((item, i) => ({
      item,
      keys: keys.map(({ evaluate }) => {
        enter(inner, scope, items, item, i);
        return single(evaluate(inner), 'sort()');
      }),
    }));
    spend(scope.run, rows.length * 20);
    if (keys.length === 0) return items.toSorted((a, b) => compareItems(a, b) ?? 0);
    return rows.toSorted((a, b) => compareKeys(a.keys, b.keys, (i) => keys[i]?.sign ?? 1)).map(({ item }) => item);
  };
}

function compareKeys(a: Keys, b: Keys, sign: (i: number) => number): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (left === undefined || right === undefined) {
      if (left !== right) return left === undefined ? -1 : 1;
      continue;
    }
    const order = compareItems(left, right) ?? 0;
    if (order !== 0) return order * sign(i);
  }
  return 0;
}
