/**
 * $translate: a code, by concept maps, as it is in another code system, or back. Source: R4 conceptmap-operation-translate.html,
 * terminology-service.html#translate
 */
import type { CodeableConcept, Coding } from 'fhir/r4.js';
import { isUnrestricted } from '../../access/access.js';
import { canonicalOf, partsOf, withoutVersion } from '../../definitions/canonicals.js';
import type { MapDefinition } from '../../definitions/concept-map.js';
import { mapDefinition } from '../../definitions/map-definition.js';
import type { Rooms, View } from '../../interactions/intent.js';
import { deleted, visibleVersion } from '../../interactions/read.js';
import type { RequestFor } from '../../interactions/request.js';
import { isVisible, restrictionOf } from '../../interactions/visibility.js';
import { inSteps } from '../../model/in-steps.js';
import type { JsonObject } from '../../model/json.js';
import { type Language, message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { parseStored } from '../../model/parse-stored.js';
import { type Languages, languagesOf, wordsIn } from '../../terminology/displays.js';
import { type Dependency, isTranslated, type Match, type Translation } from '../../terminology/translation.js';
import type { Operation } from '../operation.js';
import { validAsSent } from '../valid-as-sent.js';
import { out, outParts, parametersAnswer } from './answer.js';
import { knownSystem } from './known-as.js';
import { type OperationParameters, parameterReader } from './parameters.js';

const definition = 'http://hl7.org/fhir/OperationDefinition/ConceptMap-translate';
const read = parameterReader(definition);

export const translate: Operation = {
  name: 'translate',
  definition,
  // Without a map it looks through all there are.
  capability: { translation: { needsMap: false } },
  async prepare(rooms, request, view) {
    const asked = read(rooms.definitions, request);
    restrictionOf(request.access, 'read', 'ConceptMap');
    const codings = codingsAsked(asked);
    const map = await mapAsked(rooms, request, view, asked);
    const translation = rooms.uploads.translator.translate({
      codings,
      map,
      source: await valueSetNamed(rooms, request, view, asked.text('source')),
      target: await valueSetNamed(rooms, request, view, asked.text('target')),
      targetSystem: asked.text('targetsystem'),
      dependencies: asked.parts('dependency').map(dependencyOf),
      reverse: asked.flag('reverse') ?? false,
    });
    return parametersAnswer(answerOf(translation, { rooms, languages: languagesOf(request.acceptLanguage), language: request.language }));
  },
};

type Asked = RequestFor<'operation'>;

/** Throws FhirError 400 where not one code in one form is given, with its system. */
function codingsAsked(asked: OperationParameters): readonly Coding[] {
  const forms = ['code', 'coding', 'codeableConcept'].filter((name) => asked.has(name));
  if (forms.length !== 1) throw oneFormWanted(forms);
  const single = asked.has('code')
    ? { system: asked.text('system'), version: asked.text('version'), code: asked.text('code') }
    : asked.coding('coding');
  if (single !== undefined) {
    if (single.code === undefined) throw wanted('coding-code', `${asked.at('coding')}`, ['code', '代码']);
    if (single.system === undefined)
      throw wanted('translate-system', asked.has('code') ? 'system' : asked.at('coding'), ['system', '代码系统（system）']);
    return [single];
  }
  const { coding = [] } = asked.codeableConcept('codeableConcept') ?? ({} as CodeableConcept);
  const whole = coding.filter(({ system, code }) => system !== undefined && code !== undefined);
  if (whole.length === 0)
    throw wanted('translate-coding', asked.at('codeableConcept'), ['coding with a system and a code', '含 system 与 code 的 coding']);
  return whole;
}

function oneFormWanted(forms: readonly string[]) {
  const given = forms.length === 0 ? ['none was given', '均未给出'] : [`given were ${forms.join(' and ')}`, `给出了 ${forms.join('、')}`];
  const text = message(
    'one-code-wanted',
    `One of the parameters code (with system), coding and codeableConcept was expected; ${given[0]}`,
    `应给出 code（及 system）、coding、codeableConcept 三个参数之一；${given[1]}`,
  );
  return fault(forms.length === 0 ? 'required' : 'invalid', text, { status: 400, ...(forms[0] && { expression: forms[0] }) });
}

function wanted(id: string, expression: string, [en, zh]: readonly [string, string]) {
  return fault('required', message(id, `To translate a code its ${en} is needed`, `转换代码需要其${zh}`), { expression, status: 400 });
}

async function mapAsked(rooms: Rooms, request: Asked, view: View, asked: OperationParameters): Promise<MapDefinition | undefined> {
  const { id } = request;
  const [url, sent, version] = [asked.text('url'), asked.resource('conceptMap'), asked.text('conceptMapVersion')];
  const named = [
    id === undefined ? undefined : 'the URL',
    url === undefined ? undefined : 'url',
    sent === undefined ? undefined : 'conceptMap',
  ];
  const ways = named.filter((one) => one !== undefined);
  if (ways.length > 1) throw oneMapWanted(ways);
  if (id !== undefined) return mapAt(rooms, request, view, id);
  if (sent !== undefined) return inSteps(mapDefinition((await validAsSent(rooms, sent)) as JsonObject));
  if (url !== undefined) return mapKnown(rooms, url, version, asked);
  if (version !== undefined) throw wanted('translate-version', 'conceptMapVersion', ['concept map (url)', '概念映射（url）']);
  return undefined;
}

async function mapAt(rooms: Rooms, request: Asked, view: View, id: string): Promise<MapDefinition> {
  const found = await visibleVersion(rooms, request, view, { type: 'ConceptMap', id });
  if (found.json === null) throw deleted(found);
  const known = rooms.definitions.conceptMapAt(id);
  return known ?? inSteps(mapDefinition((await inSteps(parseStored(found.json))) as JsonObject));
}

function mapKnown({ definitions }: Rooms, url: string, version: string | undefined, asked: OperationParameters): MapDefinition {
  const canonical = canonicalOf({ version, ...partsOf(url) });
  const found = definitions.conceptMap(canonical);
  if (found !== undefined) return found;
  const other = canonicalOf(definitions.conceptMap(withoutVersion(url)) ?? {});
  const here = other === undefined ? ['', ''] : [`; ${other} is here`, `；此处有 ${other}`];
  const text = message(
    'concept-map-unknown',
    `There is no concept map ${canonical} here${here[0]}`,
    `此处没有概念映射 ${canonical}${here[1]}`,
  );
  throw fault('not-found', text, { expression: asked.at('url') });
}

function oneMapWanted(ways: readonly string[]) {
  return fault(
    'invalid',
    message(
      'one-map-wanted',
      `The concept map is named by ${ways.join(' and by ')}; one of them was expected`,
      `概念映射由 ${ways.join('、')} 同时指定；应只用其一`,
    ),
    { expression: ways.includes('url') ? 'url' : 'conceptMap' },
  );
}

/** A logical id, a relative or absolute location, or a canonical. An id is known to whoever may read what has it. */
async function valueSetNamed(rooms: Rooms, request: Asked, view: View, named: string | undefined): Promise<string | undefined> {
  const { definitions, baseUrl } = rooms;
  const relative = named?.startsWith(`${baseUrl}/`) ? named.slice(baseUrl.length + 1) : named;
  const id = relative === undefined ? undefined : /^(?:ValueSet\/)?([A-Za-z0-9.-]{1,64})$/.exec(relative)?.[1];
  const canonical = id === undefined ? undefined : definitions.valueSetAt(id);
  if (id === undefined || canonical === undefined) return named;
  const restriction = request.access.restriction('read', 'ValueSet');
  if (restriction === undefined) return named;
  if (isUnrestricted(restriction)) return canonical;
  const [version] = await view.read([{ type: 'ValueSet', id }]);
  return version === undefined || (await isVisible(rooms, view, version, restriction)) ? canonical : named;
}

function dependencyOf(parts: OperationParameters): Dependency {
  const { coding = [], text } = parts.codeableConcept('concept') ?? ({} as CodeableConcept);
  return { element: parts.text('element'), codings: coding, text };
}

interface Reader {
  readonly rooms: Rooms;
  /** Of the displays. */
  readonly languages: Languages;
  /** Of the message. */
  readonly language: Language;
}

function answerOf({ matches, hints }: Translation, reader: Reader): readonly JsonObject[] {
  const { language } = reader;
  const remarks = matches
    .filter(isTranslated)
    .flatMap(({ concept, comment }) => (comment === undefined ? [] : [`${concept?.code}: ${comment}`]));
  const said = [...new Set([...hints.map(([en, zh]) => (language === 'zh' ? zh : en)), ...remarks])];
  return [
    ...out('result', 'Boolean', matches.some(isTranslated)),
    ...out('message', 'String', said.length === 0 ? undefined : said.join(language === 'zh' ? '；' : '; ')),
    ...matches.flatMap((match) => outParts('match', matchParts(reader, match))),
  ];
}

function matchParts(reader: Reader, { equivalence, concept, products, map }: Match): readonly JsonObject[] {
  const display = concept && displayOf(concept, reader);
  return [
    ...out('equivalence', 'Code', equivalence),
    ...out('concept', 'Coding', concept && ({ ...concept, ...(display && { display }) } as JsonObject)),
    ...products.flatMap(({ element, concept: value }) =>
      outParts('product', [...out('element', 'Uri', element), ...out('concept', 'Coding', value as JsonObject)]),
    ),
    ...out('source', 'Uri', canonicalOf(map)),
  ];
}

/** The code system's own words go before those of the map, which are for its editors. Source: R4 conceptmap-definitions.html#ConceptMap.group.element.target.display */
function displayOf({ system, code = '', display }: Coding, { rooms, languages }: Reader): string | undefined {
  const content = system === undefined ? undefined : rooms.uploads.terminology.at({}).codeSystem(knownSystem(rooms, system));
  const concept = content?.find(code);
  return (concept && wordsIn(concept, languages, content?.language)?.text) ?? display;
}
