/**
 * $find-matches: which codes have the properties that are given. No codes are put together out of others here.
 * Source: R4 codesystem-operation-find-matches.html
 */
import { inSteps } from '../../model/in-steps.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { type Language, message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { type Languages, wordsIn } from '../../terminology/displays.js';
import { findMatches as findIn, type PropertyMatch } from '../../terminology/find-matches.js';
import type { NamedContent } from '../../terminology/judge-code.js';
import { incomplete, isObstacle, unlisted } from '../../terminology/obstructed.js';
import type { Obstacle } from '../../terminology/terminology.js';
import type { Operation } from '../operation.js';
import { out, outParts, parametersAnswer } from './answer.js';
import { askedCodeSystem } from './asked-code-system.js';
import { type OperationParameters, parameterReader } from './parameters.js';
import { languagesAsked } from './reading.js';

const definition = 'http://hl7.org/fhir/OperationDefinition/CodeSystem-find-matches';
const read = parameterReader(definition);

/** More says less. */
const MOST = 50;

export const findMatches: Operation = {
  name: 'find-matches',
  definition,
  async prepare(rooms, request, view) {
    const asked = read(rooms.definitions, request);
    const sources = rooms.uploads.terminology.at({});
    const url = asked.text('system');
    const named = await askedCodeSystem({ rooms, request, view, asked, sources }, { url, version: asked.text('version') });
    const said = asked.parts('property').map(saidOf);
    if (said.length === 0) throw wanted('property', ['at least one property with its value', '至少一个属性及其值']);
    const exact = asked.flag('exact');
    if (exact === undefined)
      throw wanted('exact', ['true (for a machine) or false (for people)', ' true（供程序使用）或 false（供人选择）']);
    if (named === undefined)
      throw wanted('system', ['the code system: "system", or its id in the URL', '代码系统：参数“system”或 URL 中的 id']);
    refuseUnlisted(named);
    const found = await inSteps(findIn(named.content, named.system, said, MOST));
    if (isObstacle(found)) throw cannotMatch(found);
    const whole = found.filter(({ unmatched }) => unmatched.length === 0);
    const shown = exact && whole.length > 0 ? whole : found;
    const languages = languagesAsked(asked, request);
    return parametersAnswer(
      shown.flatMap((match) =>
        outParts('match', matchParts(match, named, { said, languages, language: exact ? undefined : request.language })),
      ),
    );
  },
};

interface Said {
  readonly code: string;
  readonly value: string;
  /** As it is told in the answer. */
  readonly sent: JsonObject;
}

function saidOf(property: OperationParameters): Said {
  const [code, value] = [property.text('code'), property.value('value')];
  if (property.has('subproperty')) throw notNested(property);
  if (code === undefined) throw wanted(property.at('code'), ['the code of a property', '属性的代码（code）']);
  const text = isObject(value) ? value.code : value;
  if (text === undefined || text === null || isObject(text) || Array.isArray(text)) {
    throw wanted(property.at('value'), [`a value for the property "${code}"`, `属性“${code}”的值`]);
  }
  return { code, value: String(text), sent: sentAs(value) };
}

/** In the answer a value has a type again; what was asked for as text, a number or true is told so. */
function sentAs(value: Json | undefined): JsonObject {
  if (isObject(value)) return { valueCoding: value };
  if (typeof value === 'boolean') return { valueBoolean: value };
  return typeof value === 'string' ? { valueString: value } : { valueDecimal: value ?? null };
}

interface Showing {
  readonly said: readonly Said[];
  readonly languages: Languages;
  /** Of a comment for people; undefined: none is wanted. */
  readonly language: Language | undefined;
}

function matchParts({ concept, unmatched }: PropertyMatch, { system, content }: NamedContent, showing: Showing): readonly JsonObject[] {
  const { said, languages, language } = showing;
  const display = wordsIn(concept, languages, content.language)?.text;
  const { version } = content;
  const coding = {
    system,
    ...(version === undefined ? {} : { version }),
    code: concept.code,
    ...(display === undefined ? {} : { display }),
  };
  const missing = unmatched.flatMap((at) => said[at] ?? []);
  const matched = said.length - missing.length;
  const comment = message('matched-so-far', `${matched} of ${said.length} properties match`, `${said.length} 个属性中 ${matched} 个相符`);
  return [
    ...out('code', 'Coding', coding),
    ...missing.flatMap(({ code, sent }) => outParts('unmatched', [...out('code', 'Code', code), { name: 'value', ...sent }])),
    ...(language === undefined ? [] : out('comment', 'String', comment[language])),
  ];
}

function refuseUnlisted({ system, content }: NamedContent): void {
  if (content.byRule === true) throw cannotMatch(unlisted(system));
  if (content.size === 0 && content.contains('') === 'undecided') throw cannotMatch(incomplete(system));
}

function cannotMatch([en, zh]: Obstacle) {
  return fault('processing', message('cannot-match', `Codes cannot be found by their properties: ${en}`, `无法按属性查找代码：${zh}`), {
    status: 422,
  });
}

function wanted(expression: string, [en, zh]: readonly [en: string, zh: string]) {
  return fault(
    'required',
    message('match-by-what', `To find codes by their properties, ${en} was expected`, `按属性查找代码，应给出${zh}`),
    {
      expression,
    },
  );
}

function notNested(property: OperationParameters) {
  return fault(
    'not-supported',
    message(
      'subproperty-not-supported',
      'Properties within properties are not supported here: no code is put together out of others',
      '此处不支持嵌套的属性：不组合后组式代码',
    ),
    { expression: property.at('subproperty') },
  );
}
