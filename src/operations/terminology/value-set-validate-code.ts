/** $validate-code of a value set: whether a code is one of it, and where not, why. Source: R4 valueset-operation-validate-code.html */
import type { ValueSet } from 'fhir/r4.js';
import { canonicalOf } from '../../definitions/canonicals.js';
import { message } from '../../model/message.js';
import { allOf, allValueSets } from '../../terminology/all-value-sets.js';
import { drawnOn } from '../../terminology/drawn-on.js';
import { type Finding, type Reading, refusal, type Verdict } from '../../terminology/judge-code.js';
import { judgeInValueSet, valueSetName } from '../../terminology/judge-in-value-set.js';
import type { CompiledValueSet, TerminologySources, Wishes } from '../../terminology/sources.js';
import type { Coding, Obstacle } from '../../terminology/terminology.js';
import type { WholeTerminology } from '../../terminology/whole.js';
import type { Operation } from '../operation.js';
import { refuseOtherDate } from './as-of-now.js';
import { askedValueSet } from './asked-value-set.js';
import { codesAsked } from './codes-asked.js';
import { withKnownSystem } from './known-as.js';
import { parameterReader } from './parameters.js';
import { inferShape, judgingShapes, readingAsked, supplementShape, versionShapes, wishesOf } from './reading.js';
import { sentAlongShape } from './sent-along.js';
import { verdictAnswer } from './verdict.js';

const definition = 'http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code';
const more = [sentAlongShape, supplementShape, ...versionShapes, inferShape, ...judgingShapes];
const read = parameterReader(definition, more);

export const valueSetValidateCode: Operation = {
  name: 'validate-code',
  definition,
  more,
  capability: { validateCode: { translations: true } },
  async prepare(rooms, request, view) {
    const asked = read(rooms.definitions, request);
    refuseOtherDate(asked, rooms.now());
    const codes = codesAsked(asked, { system: asked.text('system'), version: asked.text('systemVersion'), display: asked.text('display') });
    const { terminology } = rooms.uploads;
    const { content, sources, wishes } = await askedValueSet(rooms, request, view, asked, await wishesOf(rooms, asked));
    const isOfAll = content.published.url === allValueSets;
    const ground = { terminology, wishes, sources };
    const reading = readingAsked(asked, request);
    const conflict = wishes.versions && drawnOn(content.published, sources, wishes.versions).conflict;
    const judged = codes.map((one) => {
      const { coding, path } = one;
      if (conflict !== undefined) return { ...one, verdict: refusal(coding, wrongVersion(content.published, conflict)) };
      // A Coding is complete or means nothing; by itself a code is what an element of that type holds.
      const infersSystem = path === '' && asked.flag('inferSystem') !== false && !isOfAll;
      const known = withKnownSystem(rooms, coding);
      const valueSet = isOfAll ? sources.unnamed(allOf(known.system)) : content;
      return { ...one, verdict: judge(known, { ...ground, valueSet }, { ...reading, infersSystem }) };
    });
    return verdictAnswer(judged, request.language);
  },
};

function wrongVersion(valueSet: ValueSet, [en, zh]: Obstacle): Finding {
  const name = valueSetName(valueSet);
  const text = message('version-conflict', `The value set ${name} was not used: ${en}`, `未使用值集 ${name}：${zh}`);
  return { severity: 'error', code: 'processing', message: text };
}

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
  const canonical = canonicalOf(valueSet.published);
  const same = canonical === undefined || sources.valueSet(canonical) !== valueSet ? undefined : others.valueSet(canonical);
  return { sources: others, valueSet: same ?? others.unnamed(valueSet.published) };
}
