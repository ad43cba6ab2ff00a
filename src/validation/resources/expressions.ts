/** Expressions that definitions bring. Source: R4 fhirpath.html */
import { checkExpression } from '../../fhirpath/check.js';
import { message } from '../../model/message.js';
import { inChinese, shorten } from '../rules/primitive.js';
import { report } from '../walk.js';
import type { Ground } from './ground.js';

/** What only says that nothing will be found; a later version of R4 or a profile may know more. */
const mild: ReadonlySet<string> = new Set(['fhirpath-element', 'fhirpath-context']);

interface Use {
  /** Of what it is evaluated on, where that is known. */
  readonly type?: string;
  /** A variable that is there only in this place: `%extension`. */
  readonly variable?: string;
}

/** Whether it can be evaluated; says why not. */
export function expressionHolds({ walk, compiler }: Ground, expression: string, { type, variable }: Use = {}): boolean {
  const text = variable === undefined ? expression : expression.replaceAll(variable, '%context');
  const faults = checkExpression(text, compiler.definitions, type);
  for (const { message: fault } of faults) {
    const shown = shorten(expression);
    const told = message(fault.id, `The expression ${shown}: ${fault.en}`, `表达式 ${inChinese(shown)}：${fault.zh}`);
    report(walk, mild.has(fault.id) ? 'warning' : 'error', 'invalid', told, { detail: fault.en });
  }
  return faults.length === 0;
}
