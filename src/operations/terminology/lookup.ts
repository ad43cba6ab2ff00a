/** $lookup: what a code system says of a code. Source: R4 codesystem-operation-lookup.html */
import type { JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { type NamedContent, nameOf } from '../../terminology/judge-code.js';
import { conceptOf, type LookedUpProperty, lookUp } from '../../terminology/look-up.js';
import type { Coding } from '../../terminology/terminology.js';
import type { Operation } from '../operation.js';
import { out, outParts, parametersAnswer } from './answer.js';
import { refuseOtherDate } from './as-of-now.js';
import { askedCodeSystem } from './asked-code-system.js';
import { codesAsked } from './codes-asked.js';
import { parameterReader } from './parameters.js';
import { languagesAsked, supplementShape, wishesOf } from './reading.js';
import { sentAlongShape } from './sent-along.js';

const definition = 'http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup';
const more = [sentAlongShape, supplementShape];
const read = parameterReader(definition, more);

export const lookup: Operation = {
  name: 'lookup',
  definition,
  more,
  async prepare(rooms, request, view) {
    const asked = read(rooms.definitions, request);
    refuseOtherDate(asked, rooms.now());
    const [first] = codesAsked(asked, { system: asked.text('system'), version: asked.text('version') });
    const { system: url, code, version = asked.text('version') }: Coding = first?.coding ?? {};
    const sources = rooms.uploads.terminology.at(await wishesOf(rooms, asked));
    const named = await askedCodeSystem({ rooms, request, view, asked, sources }, { url, version });
    if (named === undefined || code === undefined) throw codingWanted();
    const { content } = named;
    const concept = conceptOf(content, code);
    if (concept === undefined) throw unknownCode(code, named);
    const { display, designations, properties } = lookUp(content, concept, languagesAsked(asked, request), asked.texts('property'));
    return parametersAnswer([
      ...out('name', 'String', content.about?.name ?? content.about?.title ?? named.system),
      ...out('version', 'String', content.version),
      ...out('display', 'String', display),
      ...designations.flatMap(({ language, use, value }) =>
        outParts('designation', [
          ...out('language', 'Code', language),
          ...out('use', 'Coding', use as JsonObject | undefined),
          ...out('value', 'String', value),
        ]),
      ),
      ...properties.flatMap(propertyPart),
    ]);
  },
};

function propertyPart({ code, key, value, description }: LookedUpProperty): readonly JsonObject[] {
  return outParts('property', [
    ...out('code', 'Code', code),
    { name: 'value', [key]: value },
    ...out('description', 'String', description),
  ]);
}

function codingWanted() {
  return fault(
    'required',
    message(
      'coding-wanted',
      'A code and its system were expected: as "code" and "system", or as "coding"',
      '应给出代码及其系统：参数“code”和“system”，或参数“coding”',
    ),
  );
}

export function unknownCode(code: string, named: NamedContent) {
  const isWhole = named.content.contains(code) === 'out';
  const [en, zh] = isWhole ? ['', ''] : [', which is not here in full', '（该代码系统在此处不完整）'];
  return fault(
    'not-found',
    message(
      'code-unknown-in-system',
      `The code "${code}" is not in the code system ${nameOf(named)}${en}`,
      `代码系统 ${nameOf(named)} 中没有代码“${code}”${zh}`,
    ),
    { expression: 'code' },
  );
}
