/** $subsumes: how two codes of a code system stand to each other. Source: R4 codesystem-operation-subsumes.html */
import { withoutVersion } from '../../definitions/canonicals.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { type NamedContent, nameOf } from '../../terminology/judge-code.js';
import { conceptOf } from '../../terminology/look-up.js';
import { subsumption } from '../../terminology/subsumes.js';
import type { Coding } from '../../terminology/terminology.js';
import type { Operation } from '../operation.js';
import { out, parametersAnswer } from './answer.js';
import { askedCodeSystem } from './asked-code-system.js';
import { withKnownSystem } from './known-as.js';
import { unknownCode } from './lookup.js';
import { type OperationParameters, parameterReader } from './parameters.js';

const definition = 'http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes';
const read = parameterReader(definition);

export const subsumes: Operation = {
  name: 'subsumes',
  definition,
  async prepare(rooms, request, view) {
    const asked = read(rooms.definitions, request);
    const [a, b] = [withKnownSystem(rooms, codeIn(asked, 'A')), withKnownSystem(rooms, codeIn(asked, 'B'))];
    const url = asked.text('system') ?? a.system ?? b.system;
    const version = asked.text('version') ?? a.version ?? b.version;
    const named = await askedCodeSystem({ rooms, request, view, asked, sources: rooms.uploads.terminology.at({}) }, { url, version });
    if (named === undefined) throw systemWanted();
    const outcome = subsumption(named.content, known(a, named), known(b, named));
    if (outcome === 'not-subsumed' && named.content.contains('') === 'undecided') throw notWhole(named);
    return parametersAnswer(out('outcome', 'Code', outcome));
  },
};

type Side = 'A' | 'B';

function codeIn(asked: OperationParameters, side: Side): Coding {
  const [code, coding] = [asked.text(`code${side}`), asked.coding(`coding${side}`)];
  if ((code === undefined) === (coding === undefined)) throw oneCodeWanted(side);
  return coding ?? (code === undefined ? {} : { code });
}

/** As the code system writes it. */
function known({ system, code }: Coding, named: NamedContent): string {
  if (system !== undefined && withoutVersion(system) !== named.system) throw otherSystem(system, named.system);
  const found = code === undefined ? undefined : conceptOf(named.content, code);
  if (found === undefined) throw unknownCode(code ?? '', named);
  return found.code;
}

function oneCodeWanted(side: Side) {
  return fault(
    'required',
    message('one-code-wanted', `One of code${side} and coding${side} was expected`, `应给出 code${side} 和 coding${side} 之一`),
    { expression: `code${side}` },
  );
}

function otherSystem(found: string, wanted: string) {
  return fault(
    'invalid',
    message(
      'code-of-other-system',
      `Both codes were expected to be of ${wanted}; one is of ${found}`,
      `两个代码都应属于 ${wanted}；其中一个属于 ${found}`,
    ),
    { expression: 'system' },
  );
}

function systemWanted() {
  return fault(
    'required',
    message(
      'code-system-wanted',
      'A code system was expected: by its id in the URL, as "system", or by the system of the codings',
      '应给出代码系统：URL 中的 id、参数“system”，或 coding 的 system',
    ),
    { expression: 'system' },
  );
}

function notWhole(named: NamedContent) {
  return fault(
    'not-supported',
    message(
      'subsumption-undecided',
      `It could not be decided: the code system ${nameOf(named)} is not here in full`,
      `无法判断：代码系统 ${nameOf(named)} 在此处不完整`,
    ),
    { status: 422 },
  );
}
