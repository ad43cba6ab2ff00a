import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.js';
import { parseXml } from '../../src/xml/parse-xml.js';
import { writeXml, writeXmlInSteps } from '../../src/xml/write-xml.js';
import { definitions as types } from '../built-definitions.js';
import { object } from './at-hand.js';

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
const xhtml = 'xmlns="http://www.w3.org/1999/xhtml"';
const write = (json: string) => writeXml(types, object(`{"resourceType": "Patient", ${json}}`));
const patient = (content: string) => `${head}<Patient xmlns="http://hl7.org/fhir">${content}</Patient>`;
const divOf = (div: string) => ({ resourceType: 'Patient', text: { status: 'generated', div } });

test.each([
  ['names', { name: Array.from({ length: 5000 }, () => ({ text: 'x' })) }],
  ['given names of one name', { name: [{ given: Array.from({ length: 5000 }, () => 'x') }] }],
  [
    'extensions of one of many given names',
    { name: [{ given: ['x'], _given: [{ extension: Array.from({ length: 5000 }, () => ({ url: 'u', valueCode: 'x' })) }] }] },
  ],
  ['resources in a resource', { contained: [{ resourceType: 'Patient', name: [{ given: Array.from({ length: 5000 }, () => 'x') }] }] }],
])('Writing lets others have their turn, wherever the many are: %s', (_what, content) => {
  const patient: JsonObject = { resourceType: 'Patient', ...content };
  const steps = writeXmlInSteps(types, patient);
  let turns = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) turns++;
  expect(turns).toBeGreaterThanOrEqual(10);
  expect(step.value).toBe(writeXml(types, patient));
});

describe('A resource in JSON becomes the resource in XML', () => {
  test.each([
    [
      'elements in the order of the definition',
      '"gender": "male", "name": [{"given": ["三"], "family": "张"}], "id": "a"',
      '<id value="a"/><name><family value="张"/><given value="三"/></name><gender value="male"/>',
    ],
    [
      'id and url as attributes',
      '"extension": [{"valueString": "x", "url": "http://a.b/c?d=1&e=2", "id": "e"}]',
      '<extension id="e" url="http://a.b/c?d=1&amp;e=2"><valueString value="x"/></extension>',
    ],
    [
      'id and extensions of a primitive',
      '"birthDate": "1980", "_birthDate": {"extension": [{"url": "u", "valueInteger": 7}], "id": "b"}',
      '<birthDate id="b" value="1980"><extension url="u"><valueInteger value="7"/></extension></birthDate>',
    ],
    [
      'many primitives with nulls',
      '"name": [{"_given": [null, {"id": "g"}, null], "given": ["a", null, "c", "d"]}]',
      '<name><given value="a"/><given id="g"/><given value="c"/><given value="d"/></name>',
    ],
    ['a primitive without value', '"_gender": {"id": "g"}, "active": true', '<active value="true"/><gender id="g"/>'],
    [
      'resources in it',
      '"contained": [{"resourceType": "Organization", "name": "x"}, {"resourceType": "Basic"}]',
      '<contained><Organization><name value="x"/></Organization></contained><contained><Basic/></contained>',
    ],
    [
      'what XML must have as references',
      '"language": "<&>\\"\'\\t\\r\\n中𠮷"',
      `<language value="&lt;&amp;&gt;&quot;'&#x9;&#xD;&#xA;中𠮷"/>`,
    ],
    ['characters that XML has not', '"language": "a\\u0001b\\u001fc\\uffffd\\u007fe"', '<language value="a\ufffdb\ufffdc\ufffdd\u007fe"/>'],
    ['nothing of what no definition knows', '"fhir_comments": ["x"], "nmae": {}, "active": false, "_nmae": {}', '<active value="false"/>'],
    ['nothing of what is not of its shape', '"name": ["x"], "active": {}, "contact": {}, "link": [null], "photo": 3', ''],
  ])('%s', (_what, json, xml) => {
    expect(write(json)).toBe(patient(xml).replace('></Patient>', xml === '' ? '/>' : '></Patient>'));
  });

  test('numbers with the text they came with', () => {
    const texts = ['1.10', '1e-7', '1E+3', '1234567890123456789012345', '100'];
    const value = (text: string) => object(`{"resourceType": "Observation", "valueQuantity": {"value": ${text}}}`);
    expect(texts.map((text) => /value="(.*?)"/.exec(writeXml(types, value(text)))?.[1])).toEqual(texts);
  });

  test('set in where that is asked for, but not inside the narrative', () => {
    const resource = object(
      `{"resourceType": "Patient", "text": {"status": "empty", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">\\n<p> a</p></div>"},
        "contained": [{"resourceType": "Basic", "id": "b"}]}`,
    );
    expect(writeXml(types, resource, 2)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<Patient xmlns="http://hl7.org/fhir">
  <text>
    <status value="empty"/>
    <div ${xhtml}>
<p> a</p></div>
  </text>
  <contained>
    <Basic>
      <id value="b"/>
    </Basic>
  </contained>
</Patient>
`);
    expect(parseXml(types, writeXml(types, resource, 2))).toEqual(resource);
  });

  test('a type that R4 has not is no resource', () => {
    expect(() => writeXml(types, { resourceType: 'Pateint' })).toThrow('"Pateint"');
    expect(() => writeXml(types, {})).toThrow('none');
    const bundle: JsonObject = { resourceType: 'Bundle', type: 'batch', entry: [{ resource: { resourceType: 'Pateint' }, fullUrl: 'u' }] };
    expect(writeXml(types, bundle)).toContain('<entry><fullUrl value="u"/></entry>');
  });
});

describe('A narrative', () => {
  test.each([
    [
      'goes in as it is',
      `<div ${xhtml}>\r\n<p class='a'>1 &lt; 2<!-- c --></p>&#160;</div>`,
      `<div ${xhtml}>\r\n<p class='a'>1 &lt; 2<!-- c --></p>&#160;</div>`,
    ],
    ['gets its namespace where it has none', '<div><p>x</p></div>', `<div ${xhtml}><p>x</p></div>`],
    ['that is no XML is written as text', '<div>a&nbsp;<br>b</div>', `<div ${xhtml}>&lt;div&gt;a&amp;nbsp;&lt;br&gt;b&lt;/div&gt;</div>`],
    [
      'cannot end before its end',
      `<div ${xhtml}/></text><active value="true"/>`,
      `<div ${xhtml}>&lt;div xmlns=&quot;http://www.w3.org/1999/xhtml&quot;/&gt;&lt;/text&gt;&lt;active value=&quot;true&quot;/&gt;</div>`,
    ],
    ['cannot bring a DOCTYPE', '<!DOCTYPE a><div/>', `<div ${xhtml}>&lt;!DOCTYPE a&gt;&lt;div/&gt;</div>`],
    [
      'cannot bring elements of FHIR',
      '<div><a xmlns="http://hl7.org/fhir"/></div>',
      `<div ${xhtml}>&lt;div&gt;&lt;a xmlns=&quot;http://hl7.org/fhir&quot;/&gt;&lt;/div&gt;</div>`,
    ],
  ])('%s', (_what, div, expected) => {
    expect(writeXml(types, divOf(div))).toBe(patient(`<text><status value="generated"/>${expected}</text>`));
    expect(parseXml(types, writeXml(types, divOf(div)))).toEqual(divOf(expected));
  });
});
