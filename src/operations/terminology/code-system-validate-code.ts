/** $validate-code of a code system: whether a code is one of its own and is named as it should be. Source: R4 codesystem-operation-validate-code.html */
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { judgeInCodeSystem, type NamedContent, type Reading, refusal, type Verdict } from '../../terminology/judge-code.js';
import type { Coding } from '../../terminology/terminology.js';
import type { Operation } from '../operation.js';
import { refuseOtherDate } from './as-of-now.js';
import { type Asking, askedCodeSystem, bare, contentNamed } from './asked-code-system.js';
import { type CodeAsked, codesAsked } from './codes-asked.js';
import { withKnownSystem } from './known-as.js';
import { parameterReader } from './parameters.js';
import { lenientShape, readingAsked, supplementShape, wishesOf } from './reading.js';
import { verdictAnswer } from './verdict.js';

const definition = 'http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code';
const more = [supplementShape, lenientShape];
const read = parameterReader(definition, more);

export const codeSystemValidateCode: Operation = {
  name: 'validate-code',
  definition,
  more,
  async prepare(rooms, request, view) {
    const asked = read(rooms.definitions, request);
    refuseOtherDate(asked, rooms.now());
    const codes = codesAsked(asked, { version: asked.text('version'), display: asked.text('display') });
    const asking = { rooms, request, view, asked, sources: rooms.uploads.terminology.at(wishesOf(rooms, asked)) };
    const named = await askedCodeSystem(asking, { url: asked.text('url') ?? systemIn(codes), version: asked.text('version') });
    if (named === undefined) throw systemWanted();
    const reading = readingAsked(asked, request);
    const judged = codes.map((one) => ({ ...one, verdict: judge(withKnownSystem(rooms, one.coding), named, asking, reading) }));
    return verdictAnswer(judged, request.language);
  },
};

/** A coding says itself where it is from. */
function systemIn(codes: readonly CodeAsked[]): string | undefined {
  return codes.find(({ coding }) => coding.system !== undefined)?.coding.system;
}

function judge(coding: Coding, named: NamedContent, { rooms, request, sources }: Asking, reading: Reading): Verdict {
  const { system, version } = coding;
  if (system !== undefined && bare(system) !== named.system) return refusal(coding, otherSystem(system, named.system));
  const isNamed = version === undefined || version === named.content.version || request.id !== undefined;
  const content = isNamed ? named.content : contentNamed(rooms, sources, named.system, version);
  return judgeInCodeSystem(coding, { ...named, content }, reading);
}

function otherSystem(found: string, wanted: string) {
  const text = message(
    'code-of-other-system',
    `The code is from ${found}; the code system that was asked is ${wanted}`,
    `该代码来自 ${found}；所询问的代码系统为 ${wanted}`,
  );
  return { severity: 'error', code: 'invalid', message: text, part: 'system' } as const;
}

function systemWanted() {
  return fault(
    'required',
    message(
      'code-system-wanted',
      'A code system was expected: by its id in the URL, as "url", as "codeSystem", or by the system of the coding',
      '应给出代码系统：URL 中的 id、参数“url”、参数“codeSystem”，或 coding 的 system',
    ),
    { expression: 'url' },
  );
}
