/**
 * $expand: the codes of a value set, as they are to be chosen from. Source: R4 valueset-operation-expand.html,
 * terminology-service.html#expand
 */
import { createHash } from 'node:crypto';
import type { ValueSet } from 'fhir/r4.js';
import { canonicalOf } from '../../definitions/canonicals.js';
import { instantText } from '../../model/dates.js';
import { inSteps } from '../../model/in-steps.js';
import type { JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { allValueSets } from '../../terminology/all-value-sets.js';
import { drawnOn } from '../../terminology/drawn-on.js';
import { type Expansion, expand as expandContent, isOfBranches } from '../../terminology/expand.js';
import { Endless, Obstructed, unreadable } from '../../terminology/obstructed.js';
import type { Obstacle } from '../../terminology/terminology.js';
import type { Operation } from '../operation.js';
import { resourceAnswer } from './answer.js';
import { refuseOtherDate } from './as-of-now.js';
import { askedValueSet } from './asked-value-set.js';
import { expandAsked, MOST_CODES } from './expand-asked.js';
import { usedParameters } from './expand-used.js';
import { designationsAsked, expansionJson } from './expansion-json.js';
import { parameterReader } from './parameters.js';
import { hintShapes, languagesAsked, supplementShape, wishesOf } from './reading.js';
import { sentAlongShape } from './sent-along.js';

const definition = 'http://hl7.org/fhir/OperationDefinition/ValueSet-expand';
/** `property` came with R5; many clients send it. */
const more = [{ name: 'property', type: 'string', max: '*' }, supplementShape, sentAlongShape] as const;
const read = parameterReader(definition, [...more, ...hintShapes]);

/** What `filter` finds. Source: R4 terminologycapabilities-definitions.html#TerminologyCapabilities.expansion.textFilter */
const aboutFilter =
  'Every word is found anywhere in displays and designations, in codes from the beginning, in Chinese also as pinyin and as initials';

export const expand: Operation = {
  name: 'expand',
  definition,
  more,
  capability: {
    codeSearch: 'explicit',
    expansion: { hierarchical: true, paging: true, incomplete: false, textFilter: aboutFilter },
  },
  async prepare(rooms, request, view) {
    const asked = read(rooms.definitions, request);
    refuseOtherDate(asked, rooms.now());
    const { valueSet, content, sources, wishes } = await askedValueSet(rooms, request, view, asked, await wishesOf(rooms, asked));
    if (valueSet.url === allValueSets) throw allOfThem();
    const drawn = await steps(valueSet, async () => drawnOn(valueSet, sources, wishes.versions));
    if (drawn.conflict !== undefined) throw cannotExpand(valueSet, drawn.conflict);
    const expanding = expandAsked(asked, isOfBranches(valueSet));
    const expansion = await steps(valueSet, () =>
      inSteps(expandContent(content, ({ system, version }) => sources.codeSystem(system, version), expanding)),
    );
    if ('tooMany' in expansion) throw tooMany(valueSet, expansion.tooMany);
    const languages = languagesAsked(asked, request);
    const { paging, parameter } = usedParameters(asked, drawn, languages);
    const written = {
      identifier: identifierOf(valueSet, expansion, parameter),
      timestamp: instantText(rooms.now()),
      offset: asked.has('offset') || asked.has('count') ? expanding.offset : undefined,
      parameter: [...paging, ...parameter],
    };
    const writing = {
      languages,
      designations: designationsAsked(asked.flag('includeDesignations'), asked.texts('designation')),
      properties: new Set(asked.texts('property')),
      withDefinition: asked.flag('includeDefinition') ?? false,
    };
    return resourceAnswer(expansionJson(valueSet, expansion, written, writing));
  },
};

/** Throws FhirError 422 for what cannot be told. */
async function steps<T>(valueSet: ValueSet, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Obstructed) throw cannotExpand(valueSet, error.obstacle, error instanceof Endless ? 'too-costly' : 'processing');
    // Not all that is in a store has passed the validator.
    if (error instanceof TypeError) throw cannotExpand(valueSet, unreadable);
    throw error;
  }
}

/** The same for the pages of one expansion, another when anything changes that its codes depend on. Source: R4 valueset-definitions.html#ValueSet.expansion.identifier */
function identifierOf({ url, version, compose }: ValueSet, { total }: Expansion, parameter: readonly JsonObject[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([url, version, compose, total, parameter]))
    .digest('hex');
  return `urn:uuid:${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

function nameOf({ url, version }: ValueSet): readonly [en: string, zh: string] {
  const canonical = canonicalOf({ url, version });
  if (canonical === undefined) return ['The value set', '该值集'];
  return [`The value set ${canonical}`, `值集 ${canonical} `];
}

/** `too-costly`: there is no end of its codes. Source: R4 terminology-service.html#expand */
function cannotExpand(valueSet: ValueSet, [en, zh]: Obstacle, code: 'processing' | 'too-costly' = 'processing') {
  const [name, chinese] = nameOf(valueSet);
  const text = message('cannot-expand', `${name} cannot be expanded: ${en}`, `${chinese}无法展开：${zh}`);
  return fault(code, text, { status: 422 });
}

function allOfThem() {
  const text = message(
    'expansion-of-all',
    `${allValueSets} has all codes that are here, and is not listed; one value set was expected, or the URI of one code system ($validate-code can be asked of all)`,
    `${allValueSets} 含此处全部代码，不予列出；应指定一个值集或一个代码系统的 URI（$validate-code 可对其使用）`,
  );
  return fault('too-costly', text, { status: 422, expression: 'url' });
}

function tooMany(valueSet: ValueSet, total: number) {
  const [name, chinese] = nameOf(valueSet);
  return fault(
    'too-costly',
    message(
      'expansion-too-large',
      `${name} has ${total} codes; at most ${MOST_CODES} are given at once: ask for pages by count and offset, or for some by filter`,
      `${chinese}含 ${total} 个代码，一次最多返回 ${MOST_CODES} 个：请用 count 和 offset 分页，或用 filter 筛选`,
    ),
  );
}
