/** $validate-code of a code system: whether a code is one of its own and is named as it should be. Source: R4 codesystem-operation-validate-code.html */
import { canonicalOf, withoutVersion } from '../../definitions/canonicals.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { type Finding, judgeInCodeSystem, type NamedContent, type Reading, refusal, type Verdict } from '../../terminology/judge-code.js';
import type { Coding } from '../../terminology/terminology.js';
import type { Operation } from '../operation.js';
import { refuseOtherDate } from './as-of-now.js';
import { type Asking, askedCodeSystem, contentHere, contentNamed, notHere } from './asked-code-system.js';
import { codesAsked } from './codes-asked.js';
import { withKnownSystem } from './known-as.js';
import { parameterReader } from './parameters.js';
import { judgingShapes, readingAsked, supplementShape, versionShapes, wishesOf } from './reading.js';
import { sentAlongShape } from './sent-along.js';
import { verdictAnswer } from './verdict.js';

const definition = 'http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code';
const more = [sentAlongShape, supplementShape, ...versionShapes, ...judgingShapes];
const read = parameterReader(definition, more);

export const codeSystemValidateCode: Operation = {
  name: 'validate-code',
  definition,
  more,
  async prepare(rooms, request, view) {
    const asked = read(rooms.definitions, request);
    refuseOtherDate(asked, rooms.now());
    const codes = codesAsked(asked, { version: asked.text('version'), display: asked.text('display') });
    const asking = { rooms, request, view, asked, sources: rooms.uploads.terminology.at(await wishesOf(rooms, asked)) };
    const named = await askedCodeSystem(asking, { url: asked.text('url'), version: asked.text('version') });
    if (named === undefined && codes.every(({ coding }) => coding.system === undefined)) throw systemWanted();
    const reading = readingAsked(asked, request);
    const judgeOne = (coding: Coding) =>
      named === undefined ? judgeInItsOwn(coding, asking, reading) : judge(coding, named, asking, reading);
    const judged = codes.map((one) => ({ ...one, verdict: judgeOne(withKnownSystem(rooms, one.coding)) }));
    return verdictAnswer(judged, request.language);
  },
};

/** A coding says itself where it is from; whether that is here is no fault of the question. */
function judgeInItsOwn(coding: Coding, { rooms, asked, sources }: Asking, reading: Reading): Verdict {
  const { system, code, version = asked.text('version') } = coding;
  if (system === undefined) return refusal({ ...(code === undefined ? {} : { code }) }, systemMissing());
  const content = contentHere(sources, system, version);
  if (content !== undefined) return judgeInCodeSystem(coding, { system, content }, reading);
  const unknownSystem = canonicalOf({ url: system, version });
  const text = notHere(rooms, system, version);
  const place = { system, ...(code === undefined ? {} : { code }), unknownSystem };
  return refusal(place, { severity: 'error', code: 'not-found', message: text, part: 'system' });
}

function systemMissing(): Finding {
  const text = message('code-system-missing', 'The coding has no system', 'coding 未给出 system');
  return { severity: 'error', code: 'invalid', message: text, part: 'system' };
}

function judge(coding: Coding, named: NamedContent, { rooms, request, sources }: Asking, reading: Reading): Verdict {
  const { system, version } = coding;
  if (system !== undefined && withoutVersion(system) !== named.system) return refusal(coding, otherSystem(system, named.system));
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
