import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../../src/model/json.js';
import { Decimal } from '../../../src/model/json.js';
import type { Resource } from '../../../src/model/resource.js';
import { processorTime } from '../../processor-time.js';
import { asResource, told, validator } from '../at-hand.js';

const url = 'http://hospital.cn/Questionnaire/intake';
const extension = (name: string, value: JsonObject): JsonObject => ({
  url: `http://hl7.org/fhir/StructureDefinition/${name}`,
  ...value,
});

/** A Questionnaire of these items, and what is said of a response to it. */
function judged(items: readonly JsonObject[], answers: readonly Json[], more: JsonObject = {}, form: JsonObject = {}): readonly string[] {
  const questionnaire = asResource({ resourceType: 'Questionnaire', url, status: 'active', item: items, ...form });
  const response = asResource({ resourceType: 'QuestionnaireResponse', questionnaire: url, status: 'completed', item: answers, ...more });
  const resolveCanonical = (canonical: string): Resource | undefined => (canonical === url ? questionnaire : undefined);
  return told(validator.validate(response, { resolveCanonical }), 'error', 'warning').map((text) =>
    text.replaceAll('QuestionnaireResponse.', ''),
  );
}

const answer = (linkId: string, ...answers: readonly JsonObject[]): JsonObject => ({ linkId, answer: answers });
const group = (linkId: string, ...item: readonly JsonObject[]): JsonObject => ({ linkId, item });
const coding = (code: string, system = 'http://hospital.cn/yes-no'): JsonObject => ({ valueCoding: { system, code } });

const smoker: JsonObject = { linkId: 'smokes', type: 'boolean', required: true };
const often: JsonObject = {
  linkId: 'often',
  type: 'integer',
  required: true,
  enableWhen: [{ question: 'smokes', operator: '=', answerBoolean: true }],
};

describe('Items of a response are those of its Questionnaire', () => {
  test.each<readonly [string, readonly JsonObject[], readonly Json[], readonly string[]]>([
    ['a response that fits', [smoker, often], [answer('smokes', { valueBoolean: true }), answer('often', { valueInteger: 3 })], []],
    [
      'an item the Questionnaire does not have',
      [smoker],
      [answer('smokes', { valueBoolean: true }), answer('x', { valueBoolean: true })],
      ['structure questionnaire-item-unknown item[1].linkId'],
    ],
    [
      'an item at another place than in the Questionnaire',
      [{ linkId: 'g', type: 'group', item: [smoker] }],
      [answer('smokes', { valueBoolean: true })],
      ['structure questionnaire-item-misplaced item[0].linkId'],
    ],
    [
      'items in another order',
      [{ linkId: 'a', type: 'string' }, smoker],
      [answer('smokes', { valueBoolean: true }), answer('a', { valueString: 'x' })],
      ['structure questionnaire-item-order item[1]'],
    ],
    [
      'an item twice that does not repeat',
      [smoker],
      [answer('smokes', { valueBoolean: true }), answer('smokes', { valueBoolean: false })],
      ['structure questionnaire-item-repeated item[1]'],
    ],
    [
      'a group that repeats',
      [{ linkId: 'g', type: 'group', repeats: true, item: [smoker] }],
      [group('g', answer('smokes', { valueBoolean: true })), group('g', answer('smokes', { valueBoolean: false }))],
      [],
    ],
    [
      'a required question nested in a group',
      [{ linkId: 'g', type: 'group', item: [smoker, { linkId: 'a', type: 'string' }] }],
      [group('g', answer('a', { valueString: 'x' }))],
      ['required questionnaire-answer-required item[0]'],
    ],
    ['a required question without an answer', [smoker], [{ linkId: 'smokes' }], ['required questionnaire-answer-required item[0]']],
    [
      'a required group that is not there',
      [
        { linkId: 'a', type: 'string' },
        { linkId: 'g', type: 'group', required: true, item: [smoker] },
      ],
      [answer('a', { valueString: 'x' })],
      ['required questionnaire-item-required '],
    ],
    [
      'two answers where one is taken',
      [{ linkId: 'a', type: 'string' }],
      [answer('a', { valueString: 'x' }, { valueString: 'y' })],
      ['structure questionnaire-answers-repeated item[0].answer'],
    ],
    [
      'a group with an answer',
      [{ linkId: 'g', type: 'group', item: [{ linkId: 'a', type: 'string' }] }],
      [answer('g', { valueString: 'x' })],
      ['structure questionnaire-group-answered item[0].answer'],
    ],
    [
      'a display with an answer',
      [{ linkId: 'd', type: 'display', text: 'hello' }],
      [answer('d', { valueString: 'x' })],
      ['structure questionnaire-display-answered item[0].answer'],
    ],
    [
      'what is nested in a question beside its answer',
      [{ linkId: 'a', type: 'string', item: [{ linkId: 'b', type: 'string' }] }],
      [group('a', answer('b', { valueString: 'x' }))],
      ['structure questionnaire-item-beside-answer item[0].item'],
    ],
    [
      'what is nested in an answer',
      [{ linkId: 'a', type: 'string', item: [{ linkId: 'b', type: 'string', required: true }] }],
      [answer('a', { valueString: 'x', item: [answer('b', { valueBoolean: true })] })],
      ['value questionnaire-answer-type item[0].answer[0].item[0].answer[0].value.ofType(boolean)'],
    ],
  ])('%s', (_name, items, answers, expected) => {
    expect(judged(items, answers).map((text) => text.replace(/QuestionnaireResponse$/, ''))).toEqual(expected);
  });

  test('what is required may still be missing while the response is being filled in', () => {
    const item = [{ linkId: 'a', type: 'string' }, smoker];
    const given = [answer('a', { valueString: 'x' })];
    expect(judged(item, given, { status: 'in-progress' })).toEqual([]);
    expect(judged(item, given, { status: 'entered-in-error' })).toEqual([]);
    expect(judged(item, given, { status: 'stopped' })).toEqual([]);
    expect(judged(item, given, { status: 'amended' })).toHaveLength(1);
  });

  test('a text that differs is told as information', () => {
    const questionnaire = asResource({
      resourceType: 'Questionnaire',
      url,
      status: 'active',
      item: [{ linkId: 'a', type: 'string', text: '姓名' }],
    });
    const item = [{ linkId: 'a', text: 'Name', answer: [{ valueString: '王' }] }];
    const response = asResource({ resourceType: 'QuestionnaireResponse', questionnaire: url, status: 'completed', item });
    const issues = validator.validate(response, { resolveCanonical: () => questionnaire });
    expect(told(issues, 'information')).toEqual(['informational questionnaire-text-differs QuestionnaireResponse.item[0].text']);
  });
});

describe('A condition enables an item', () => {
  const on = (operator: string, wanted: JsonObject, asked = 'q'): JsonObject => ({ question: asked, operator, ...wanted });
  const asked = (type: string, ...enableWhen: readonly JsonObject[]): readonly JsonObject[] => [
    { linkId: 'q', type, repeats: true },
    { linkId: 'then', type: 'string', enableWhen, enableBehavior: 'any' },
  ];
  const then = answer('then', { valueString: 'x' });
  const refused = ['business-rule questionnaire-item-not-enabled item[1]'];

  test.each<readonly [string, readonly JsonObject[], JsonObject, boolean]>([
    ['exists', asked('string', on('exists', { answerBoolean: true })), answer('q', { valueString: 'x' }), true],
    ['exists, false', asked('string', on('exists', { answerBoolean: false })), answer('q', { valueString: 'x' }), false],
    ['= of a boolean', asked('boolean', on('=', { answerBoolean: true })), answer('q', { valueBoolean: false }), false],
    [
      '= of one of several codings',
      asked('choice', on('=', { answerCoding: { system: 'http://hospital.cn/yes-no', code: 'y' } })),
      answer('q', coding('n'), coding('y')),
      true,
    ],
    [
      '= of a coding of another system',
      asked('choice', on('=', { answerCoding: { system: 'http://other.cn', code: 'y' } })),
      answer('q', coding('y')),
      false,
    ],
    [
      '!= where one answer is the same',
      asked('integer', on('!=', { answerInteger: 1 })),
      answer('q', { valueInteger: 1 }, { valueInteger: 2 }),
      false,
    ],
    ['!= where none is', asked('integer', on('!=', { answerInteger: 1 })), answer('q', { valueInteger: 2 }), true],
    ['>', asked('integer', on('>', { answerInteger: 1 })), answer('q', { valueInteger: 1 }), false],
    ['>=', asked('integer', on('>=', { answerInteger: 1 })), answer('q', { valueInteger: 1 }), true],
    ['< of dates', asked('date', on('<', { answerDate: '2024-01-01' })), answer('q', { valueDate: '2023-12-31' }), true],
    ['<= of decimals', asked('decimal', on('<=', { answerDecimal: 1.5 })), answer('q', { valueDecimal: 1.6 }), false],
    [
      '> of quantities',
      asked('quantity', on('>', { answerQuantity: { value: 1, system: 'http://unitsofmeasure.org', code: 'kg' } })),
      answer('q', { valueQuantity: { value: 0.9, system: 'http://unitsofmeasure.org', code: 'kg' } }),
      false,
    ],
    ['any of two', asked('integer', on('=', { answerInteger: 1 }), on('=', { answerInteger: 2 })), answer('q', { valueInteger: 2 }), true],
  ])('%s', (_name, items, given, isEnabled) => {
    expect(judged(items, [given, then])).toEqual(isEnabled ? [] : refused);
  });

  test('all of two', () => {
    const conditions = [on('=', { answerBoolean: true }, 'a'), on('=', { answerBoolean: true }, 'b')];
    const items = [
      { linkId: 'a', type: 'boolean' },
      { linkId: 'b', type: 'boolean' },
      { linkId: 'then', type: 'string', enableWhen: conditions, enableBehavior: 'all' },
    ];
    const [yes, no] = [{ valueBoolean: true }, { valueBoolean: false }];
    expect(judged(items, [answer('a', yes), answer('b', yes), then])).toEqual([]);
    expect(judged(items, [answer('a', yes), answer('b', no), then])).toEqual(['business-rule questionnaire-item-not-enabled item[2]']);
  });

  test('what is not enabled need not be answered, and what is must be', () => {
    expect(judged([smoker, often], [answer('smokes', { valueBoolean: false })])).toEqual([]);
    expect(judged([smoker, often], [answer('smokes', { valueBoolean: true })])).toEqual([
      'required questionnaire-answer-required QuestionnaireResponse',
    ]);
  });

  test('the nearest question counts: in the own group before others', () => {
    const person = {
      linkId: 'person',
      type: 'group',
      repeats: true,
      item: [
        { ...smoker, required: false },
        { ...often, required: false },
      ],
    };
    const one = (smokes: boolean) => group('person', answer('smokes', { valueBoolean: smokes }), answer('often', { valueInteger: 1 }));
    expect(judged([person], [one(true), one(false), one(true)])).toEqual(['business-rule questionnaire-item-not-enabled item[1].item[1]']);
  });
});

describe('An answer is of the type, from the list and within the limits of its question', () => {
  const value = (type: string) => `item[0].answer[0].value.ofType(${type})`;
  test.each<readonly [string, JsonObject, JsonObject, readonly string[]]>([
    ['another type', { type: 'decimal' }, { valueString: '5' }, [`value questionnaire-answer-type ${value('string')}`]],
    ['a url', { type: 'url' }, { valueUri: 'http://a.cn' }, []],
    ['a text', { type: 'text' }, { valueString: 'x' }, []],
    ['free text of an open choice', { type: 'open-choice', answerOption: [coding('y')] }, { valueString: 'x' }, []],
    ['an option', { type: 'choice', answerOption: [coding('y'), coding('n')] }, coding('n'), []],
    [
      'none of the options',
      { type: 'choice', answerOption: [coding('y'), coding('n')] },
      coding('z'),
      [`code-invalid questionnaire-answer-option ${value('Coding')}`],
    ],
    ['an option that is an integer', { type: 'choice', answerOption: [{ valueInteger: 1 }] }, { valueInteger: 1 }, []],
    [
      'none of the times',
      { type: 'time', answerOption: [{ valueTime: '10:00:00' }] },
      { valueTime: '09:00:00' },
      [`code-invalid questionnaire-answer-option ${value('time')}`],
    ],
    [
      'a code of the value set',
      { type: 'choice', answerValueSet: 'http://hl7.org/fhir/ValueSet/administrative-gender' },
      coding('male', 'http://hl7.org/fhir/administrative-gender'),
      [],
    ],
    [
      'a code outside of the value set',
      { type: 'choice', answerValueSet: 'http://hl7.org/fhir/ValueSet/administrative-gender' },
      coding('m', 'http://hl7.org/fhir/administrative-gender'),
      [`code-invalid questionnaire-answer-value-set ${value('Coding')}`, `code-invalid code-unknown ${value('Coding')}.code`],
    ],
    [
      'a value set that is not known here',
      { type: 'choice', answerValueSet: 'http://other.cn/vs' },
      coding('m'),
      [`code-invalid questionnaire-answer-undecided ${value('Coding')}`],
    ],
    [
      'a code outside of the contained value set',
      { type: 'choice', answerValueSet: '#vs' },
      coding('z'),
      [`code-invalid questionnaire-answer-value-set ${value('Coding')}`],
    ],
    ['a text too long, in characters', { type: 'string', maxLength: 2 }, { valueString: '𠮷𠮷' }, []],
    ['a text too long', { type: 'string', maxLength: 2 }, { valueString: 'abc' }, [`value too-long ${value('string')}`]],
    [
      'a text too short',
      { type: 'string', extension: [extension('minLength', { valueInteger: 3 })] },
      { valueString: '𠮷𠮷' },
      [`value too-short ${value('string')}`],
    ],
    [
      'below the minimum',
      { type: 'decimal', extension: [extension('minValue', { valueDecimal: 20 })] },
      { valueDecimal: 5.6 },
      [`value below-minimum ${value('decimal')}`],
    ],
    [
      'above the maximum',
      { type: 'date', extension: [extension('maxValue', { valueDate: '2024-01-01' })] },
      { valueDate: '2024-01-02' },
      [`value above-maximum ${value('date')}`],
    ],
    [
      'too many decimal places',
      { type: 'decimal', extension: [extension('maxDecimalPlaces', { valueInteger: 1 })] },
      { valueDecimal: new Decimal('1.50') },
      [`value questionnaire-decimal-places ${value('decimal')}`],
    ],
    [
      'not of the form',
      { type: 'string', extension: [extension('regex', { valueString: '[0-9]{3}' })] },
      { valueString: '12a' },
      [`value questionnaire-answer-pattern ${value('string')}`],
    ],
    ['a form that is no pattern', { type: 'string', extension: [extension('regex', { valueString: '(' })] }, { valueString: '12a' }, []],
    [
      'an attachment too large',
      { type: 'attachment', extension: [extension('maxSize', { valueDecimal: 2 })] },
      { valueAttachment: { contentType: 'text/plain', data: 'YWJj' } },
      [`too-long questionnaire-max-size ${value('Attachment')}`],
    ],
    [
      'an attachment of another media type',
      { type: 'attachment', extension: [extension('mimeType', { valueCode: 'image/gif' })] },
      { valueAttachment: { contentType: 'text/plain', data: 'YWJj' } },
      [`value questionnaire-mime-type ${value('Attachment')}.contentType`],
    ],
    [
      'a reference to another type',
      { type: 'reference', extension: [extension('questionnaire-referenceResource', { valueCode: 'Patient' })] },
      { valueReference: { reference: 'Device/1' } },
      [`value questionnaire-reference-type ${value('Reference')}`],
    ],
  ])('%s', (_name, question, given, expected) => {
    const valueSet = {
      resourceType: 'ValueSet',
      id: 'vs',
      status: 'active',
      compose: { include: [{ system: 'http://hospital.cn/yes-no', concept: [{ code: 'y' }] }] },
    };
    expect(judged([{ linkId: 'q', ...question }], [answer('q', given)], {}, { contained: [valueSet] })).toEqual(expected);
  });

  test('an option that excludes all others', () => {
    const none = { ...coding('none'), extension: [extension('questionnaire-optionExclusive', { valueBoolean: true })] };
    const items = [{ linkId: 'q', type: 'choice', repeats: true, answerOption: [coding('a'), coding('b'), none] }];
    expect(judged(items, [answer('q', coding('a'), coding('b'))])).toEqual([]);
    expect(judged(items, [answer('q', coding('a'), coding('none'))])).toEqual([
      'business-rule questionnaire-option-exclusive item[0].answer',
    ]);
  });

  test('the subject is of a type the Questionnaire is about', () => {
    const items = [{ linkId: 'q', type: 'string' }];
    const given = [answer('q', { valueString: 'x' })];
    const about = { subjectType: ['Patient'] };
    expect(judged(items, given, { subject: { reference: 'Patient/1' } }, about)).toEqual([]);
    expect(judged(items, given, { subject: { reference: 'Group/1' } }, about)).toEqual([
      'business-rule questionnaire-subject-type subject',
    ]);
  });
});

describe('The Questionnaire', () => {
  test('may be contained', () => {
    const questionnaire = { resourceType: 'Questionnaire', id: 'q', status: 'active', item: [smoker] };
    const response = {
      resourceType: 'QuestionnaireResponse',
      contained: [questionnaire],
      questionnaire: '#q',
      status: 'completed',
      item: [answer('smokes', { valueString: 'yes' })],
    };
    expect(told(validator.validate(asResource(response)), 'error')).toEqual([
      'value questionnaire-answer-type QuestionnaireResponse.item[0].answer[0].value.ofType(string)',
    ]);
  });

  test('may stand in the same Bundle', () => {
    const questionnaire = { resourceType: 'Questionnaire', url, version: '1', status: 'active', item: [smoker] };
    const response = {
      resourceType: 'QuestionnaireResponse',
      questionnaire: `${url}|1`,
      status: 'completed',
      item: [{ linkId: 'x' }, answer('smokes', { valueBoolean: true })],
    };
    const entry = [questionnaire, response].map((resource, i) => ({
      fullUrl: `http://a.cn/${resource.resourceType}/${i}`,
      resource: { ...resource, id: `${i}` },
    }));
    expect(told(validator.validate(asResource({ resourceType: 'Bundle', type: 'collection', entry })), 'error')).toEqual([
      'structure questionnaire-item-unknown Bundle.entry[1].resource.item[0].linkId',
    ]);
  });

  test('that is not at hand is told as a warning', () => {
    expect(judged([], [answer('smokes', { valueString: 'yes' })], { questionnaire: 'http://other.cn/q' })).toEqual([
      'not-found questionnaire-not-found questionnaire',
    ]);
  });

  test('or a response of another shape than R4 gives it makes no trouble', () => {
    const odd: readonly Json[] = [
      null,
      1,
      'x',
      [],
      {},
      { linkId: 1 },
      { linkId: 'a', answer: 5, item: 'x' },
      { linkId: 'a', answer: [null, 3] },
    ];
    const items = [
      { linkId: 'a', type: 'choice', answerOption: 3, enableWhen: [{}, null, { question: 'a', operator: '>', answerBoolean: 'x' }] },
    ] as unknown as JsonObject[];
    expect(() => judged(items, odd)).not.toThrow();
  });

  test('of thousands of items is checked in a time that grows with them', () => {
    const made = (count: number) => {
      const items = Array.from({ length: count }, (_one, i) => ({
        linkId: `q${i}`,
        type: 'integer',
        enableWhen: [{ question: `q${Math.max(0, i - 1)}`, operator: 'exists', answerBoolean: true }],
      }));
      const answers = items.map(({ linkId }) => answer(linkId, { valueInteger: 1 }));
      return () => expect(judged(items, answers)).toEqual([]);
    };
    const cost = (times: number, judge: () => void) =>
      processorTime(3, () => {
        for (let time = 0; time < times; time++) judge();
      });
    const [few, many] = [made(1000), made(10_000)];
    cost(10, few);
    expect(cost(1, many)).toBeLessThan(5 * cost(10, few));
  });
});
