import { describe, expect, test } from '@jest/globals';
import { evaluate, resource, values } from './evaluate.js';

const patient = resource(`{
  "resourceType": "Patient", "id": "p",
  "extension": [{ "url": "http://example.org/a", "valueString": "x" }, { "url": "http://example.org/b", "_valueString": { "id": "only-id" } }],
  "birthDate": "1950-10-01", "_birthDate": { "extension": [{ "url": "http://example.org/time", "valueTime": "14:30:00" }] },
  "name": [{ "given": ["张", null, "三"], "_given": [null, { "extension": [{ "url": "http://example.org/c", "valueBoolean": true }] }, null] }],
  "deceasedBoolean": false,
  "contact": [{ "name": { "text": "李四" } }],
  "contained": [{ "resourceType": "Organization", "id": "o", "name": "医院" }]
}`);

describe('paths', () => {
  const cases: readonly (readonly [string, string, readonly unknown[]])[] = [
    ['an item has the type of its element', 'birthDate', ['date']],
    ['a choice has the type it was sent with', 'deceased', ['boolean']],
    ['a backbone element is named by its path', 'contact', ['Patient.contact']],
    ['a contained resource has its own type', 'contained', ['Organization']],
    ['the id of a resource is an id', 'id', ['id']],
    [
      'computed values have System types',
      "1.5 | 'a' | @2020 | 3 'mg'",
      ['System.Decimal', 'System.String', 'System.Date', 'System.Quantity'],
    ],
  ];
  test.each(cases)('%s', (_, expression, types) => {
    expect(evaluate(expression, patient).map(({ type }) => type)).toEqual(types);
  });

  test('null in a list of primitives stands for one that only has extensions', () => {
    expect(values('name.given', patient)).toEqual(['张', undefined, '三']);
    expect(values('name.given.select(hasValue())', patient)).toEqual([true, false, true]);
    expect(values("name.given.extension('http://example.org/c').value", patient)).toEqual([true]);
  });

  test('extensions of a primitive stand beside it', () => {
    expect(values("birthDate.extension('http://example.org/time').value", patient)).toEqual(['14:30:00']);
    expect(values('extension.value.id', patient)).toEqual(['only-id']);
  });

  test('a type at the head of a path must be that of the context', () => {
    expect(values('Patient.contact.name.text', patient)).toEqual(['李四']);
    expect(values('DomainResource.contained.name', patient)).toEqual(['医院']);
    expect(values('Observation.subject', patient)).toEqual([]);
    expect(() => values('Observation.subject', patient, {}, { strict: true })).toThrow('not a Observation');
  });

  test('parts of a union for other types may be left out when the type is known', () => {
    const expression = 'Observation.code | Patient.contact.name.text | Organization.name';
    expect(values(expression, patient, {}, { type: 'Patient' })).toEqual(values(expression, patient));
  });

  test('an element that is not there is empty, and an error in strict evaluation', () => {
    expect(values('name.nothing', patient)).toEqual([]);
    expect(() => values('name.nothing', patient, {}, { strict: true })).toThrow('HumanName has no element "nothing"');
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '`__proto__`.constructor'])('%s is no element', (name) => {
    expect(values(name, patient)).toEqual([]);
    expect(values(`contained.${name}`, patient)).toEqual([]);
  });

  test('values in the wrong place do not break evaluation', () => {
    const broken = resource(
      '{"resourceType":"Patient","name":"x","contact":[null,5,[]],"birthDate":{"a":1},"deceasedBoolean":"yes","contained":[7]}',
    );
    expect(values('name.family | contact.name | birthDate.extension | contained.id', broken)).toEqual([]);
    expect(values('birthDate < today() or deceased', broken)).toEqual([]);
    expect(values('descendants().count()', broken)).toEqual([6]);
  });
});

describe('as, ofType and is', () => {
  const observation = resource(`{ "resourceType": "Observation",
    "component": [{ "valueQuantity": { "value": 1 } }, { "valueString": "a" }, { "valueQuantity": { "value": 2 } }] }`);

  test('`as` on several items keeps those of the type, as search parameters want it', () => {
    expect(values('(Observation.component.value as Quantity).value', observation)).toEqual([1, 2]);
    expect(values('Observation.component.value.as(string)', observation)).toEqual(['a']);
    expect(() => values('(component.value as Quantity)', observation, {}, { strict: true })).toThrow('single item');
  });

  test('a System type finds the primitive it stands for in `as`, but `is` tells them apart', () => {
    expect(values('(birthDate as Date)', patient)).toEqual(['1950-10-01']);
    expect(values('birthDate is Date', patient)).toEqual([false]);
    expect(values('birthDate is date', patient)).toEqual([true]);
  });

  test('contained resources and entries are of the type they say', () => {
    expect(values('contained.ofType(Organization).name', patient)).toEqual(['医院']);
    expect(values('contained.ofType(Practitioner)', patient)).toEqual([]);
  });
});

describe('environment', () => {
  test('%resource and %rootResource are what the caller says, the context otherwise', () => {
    expect(values('%resource.id', patient)).toEqual(['p']);
    const [inner] = evaluate('contained', patient);
    expect(values('%resource.id | %rootResource.id', patient, { resource: inner })).toEqual(['o']);
  });

  test('further variables come from the caller; unknown ones are an error', () => {
    expect(values('%x', patient, { variables: { x: evaluate('1 | 2') } })).toEqual([1, 2]);
    expect(() => values('%unknown', patient)).toThrow('%unknown');
    expect(() => values('%constructor', patient, { variables: {} })).toThrow('%constructor');
  });

  test('now() is one moment, and a caller may set it', () => {
    const now = Date.UTC(2026, 10, 26, 7, 0, 0);
    expect(values('now() | today()', undefined, { now })).toEqual(['2026-11-26T07:00:00.000Z', '2026-11-26']);
    expect(values('now() = now()')).toEqual([true]);
  });

  test('a defined variable ends with its scope', () => {
    expect(values("defineVariable('n', contact.name).select(%n.text)", patient)).toEqual(['李四']);
    expect(() => values("contact.select(defineVariable('n', name).name) | %n", patient)).toThrow('%n');
  });

  test('trace() prints nothing', () => {
    const written: unknown[] = [];
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (text: unknown) => written.push(text) > 0;
    try {
      expect(values("contact.name.text.trace('x', $this)", patient)).toEqual(['李四']);
    } finally {
      process.stdout.write = write;
    }
    expect(written).toEqual([]);
  });
});
