/** $validate-code of a value set: whether a code is one of it, and where not, why. Source: R4 valueset-operation-validate-code.html */
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { Reading, Verdict } from '../../terminology/judge-code.js';
import { judgeInValueSet } from '../../terminology/judge-in-value-set.js';
import type { CompiledValueSet, TerminologySources, Wishes } from '../../terminology/sources.js';
import type { Coding } from '../../terminology/terminology.js';
import type { WholeTerminology } from '../../terminology/whole.js';
import type { Operation } from '../operation.js';
import { codesAsked } from './codes-asked.js';
import { type OperationParameters, parameterReader } from './parameters.js';
import { languagesAsked, supplementShape, valueSetAsked, valueSetWanted, versionShapes, wishesOf } from './subject.js';
import { verdictAnswer } from './verdict.js';

const definition = 'http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code';
const read = parameterReader(definition, [supplementShape, ...versionShapes]);

export const valueSetValidateCode: Operation = {
  name: 'validate-code',
  definition,
  async prepare(rooms, request, view) {
    const asked = read(rooms.definitions, request);
    if (asked.has('context')) throw contextUnknown(asked);
    const asking = { rooms, request, view, asked };
    const codes = codesAsked(asked, { system: asked.text('system'), version: asked.text('systemVersion'), display: asked.text('display') });
    const { terminology } = rooms.uploads;
    const wishes = wishesOf(asking);
    const sources = terminology.at(wishes);
    const valueSet = await valueSetAsked(asking, sources, { url: asked.text('url'), version: asked.text('valueSetVersion') });
    if (valueSet === undefined) throw valueSetWanted();
    const reading = { languages: languagesAsked(asking), allowAbstract: asked.flag('abstract') !== false };
    const judged = codes.map((one) => ({ ...one, verdict: judge(one.coding, { terminology, wishes, sources, valueSet }, reading) }));
    return verdictAnswer(judged, request.language);
  },
};

interface Ground {
  readonly terminology: WholeTerminology;
  readonly wishes: Wishes;
  readonly sources: TerminologySources;
  readonly valueSet: CompiledValueSet;
}

function judge(coding: Coding, ground: Ground, reading: Reading): Verdict {
  const { terminology } = ground;
  const { sources, valueSet } = inVersionOf(coding, ground);
  return judgeInValueSet(
    coding,
    { sources, valueSet, versionsHere: terminology.versionsHere, obstacle: (system) => terminology.obstacleIn(valueSet.published, system) },
    reading,
  );
}

/** Where the value set names no version, the one that the coding names is meant. */
function inVersionOf({ system, version }: Coding, ground: Ground): Pick<Ground, 'sources' | 'valueSet'> {
  const { terminology, wishes, sources, valueSet } = ground;
  if (system === undefined || version === undefined || sources.codeSystem(system)?.version === version) return ground;
  if (!terminology.versionsHere(system).includes(version)) return ground;
  const { usual, checked, forced } = wishes.versions ?? { checked: new Map(), forced: new Map() };
  const versions = { usual: new Map([...(usual ?? []), [system, version]]), checked, forced };
  const others = terminology.at({ ...wishes, versions });
  const { url, version: ofValueSet } = valueSet.published;
  const canonical = ofValueSet === undefined ? url : `${url}|${ofValueSet}`;
  const same = canonical === undefined || sources.valueSet(canonical) !== valueSet ? undefined : others.valueSet(canonical);
  return { sources: others, valueSet: same ?? others.unnamed(valueSet.published) };
}

function contextUnknown(asked: OperationParameters) {
  return fault(
    'not-supported',
    message(
      'context-not-supported',
      `The context "${asked.text('context')}" cannot be resolved to a value set here; "url", "valueSet" or the id of a value set was expected`,
      `此处无法由 context“${asked.text('context')}”得出值集；应给出“url”、“valueSet”或值集的 id`,
    ),
    { expression: asked.at('context') },
  );
}
