/** The code that is asked about: by itself with its system, as a Coding, or as any of a CodeableConcept. Source: R4 terminology-service.html */
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { Coding } from '../../terminology/terminology.js';
import type { OperationParameters } from './parameters.js';

export interface CodeAsked {
  readonly coding: Coding;
  /** Where its parts stand: `Coding.`, `CodeableConcept.coding[1].`; empty for parameters of their own. */
  readonly path: string;
}

const ways = ['code', 'coding', 'codeableConcept'];

/** `own`: what stands beside a `code`. Throws FhirError 400 where the code is given in no way or in several. */
export function codesAsked(asked: OperationParameters, own: Omit<Coding, 'code'>): readonly CodeAsked[] {
  const given = ways.filter((name) => asked.has(name));
  if (given.length !== 1) throw oneWay(given);
  const code = asked.text('code');
  if (code !== undefined) return [{ coding: present({ ...own, code }), path: '' }];
  const coding = asked.coding('coding');
  if (coding !== undefined) return [{ coding, path: 'Coding.' }];
  const { coding: codings = [] } = asked.codeableConcept('codeableConcept') ?? {};
  // Of nothing it is judged that there is no code.
  if (codings.length === 0) return [{ coding: {}, path: 'CodeableConcept.coding.' }];
  return codings.map((one, index) => ({ coding: one, path: `CodeableConcept.coding[${index}].` }));
}

function present({ system, version, display, code }: Coding): Coding {
  return {
    ...(system === undefined ? {} : { system }),
    ...(version === undefined ? {} : { version }),
    ...(display === undefined ? {} : { display }),
    ...(code === undefined ? {} : { code }),
  };
}

function oneWay(given: readonly string[]) {
  const [en, zh] = given.length === 0 ? ['there is none', '但没有'] : [`there are ${given.join(', ')}`, `实际有 ${given.join('、')}`];
  return fault(
    'required',
    message(
      'one-code-wanted',
      `The code was expected as one of code, coding, codeableConcept; ${en}`,
      `代码应以 code、coding、codeableConcept 之一给出；${zh}`,
    ),
  );
}
