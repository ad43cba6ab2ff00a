import { describe, expect, test } from '@jest/globals';
import { FhirError } from '../../src/model/outcome.js';
import { parseXml, parseXmlInSteps, readXml } from '../../src/xml/parse-xml.js';
import { definitions as types } from '../built-definitions.js';
import { object, refusal, refusals } from './at-hand.js';

const fhir = 'xmlns="http://hl7.org/fhir"';
const xhtml = 'xmlns="http://www.w3.org/1999/xhtml"';
const patient = (content: string) => `<Patient ${fhir}>${content}</Patient>`;
const read = (content: string) => parseXml(types, patient(content));

describe('A resource in XML becomes the resource in JSON', () => {
  test.each([
    ['a boolean', '<active value="true"/>', '{"active": true}'],
    ['a whole number', '<multipleBirthInteger value="2"/>', '{"multipleBirthInteger": 2}'],
    [
      'an element that repeats',
      '<name><given value="三"/><given value="小"/></name><name><text value="𠮷野"/></name>',
      '{"name": [{"given": ["三", "小"]}, {"text": "𠮷野"}]}',
    ],
    ['a choice', '<deceasedDateTime value="2020-01"/>', '{"deceasedDateTime": "2020-01"}'],
    ['the id of a resource', '<id value="a"/>', '{"id": "a"}'],
    ['the id of an element', '<name id="n1"><text value="x"/></name>', '{"name": [{"id": "n1", "text": "x"}]}'],
    [
      'id and extensions of a primitive',
      '<birthDate id="b" value="1980"><extension url="http://a.b/c"><valueInteger value="7"/></extension></birthDate>',
      '{"birthDate": "1980", "_birthDate": {"id": "b", "extension": [{"url": "http://a.b/c", "valueInteger": 7}]}}',
    ],
    [
      'a primitive without value',
      '<gender><extension url="http://a.b/c"><valueCode value="x"/></extension></gender>',
      '{"_gender": {"extension": [{"url": "http://a.b/c", "valueCode": "x"}]}}',
    ],
    [
      'ids and extensions among many primitives',
      '<name><given value="a"/><given id="g"/><given value="c"/><given id="d" value="d"/></name>',
      '{"name": [{"given": ["a", null, "c", "d"], "_given": [null, {"id": "g"}, null, {"id": "d"}]}]}',
    ],
    ['many primitives without any value', '<name><given id="g"/></name>', '{"name": [{"_given": [{"id": "g"}]}]}'],
    [
      'resources in it',
      '<contained><Organization><id value="o"/><name value="x"/></Organization></contained>',
      '{"contained": [{"resourceType": "Organization", "id": "o", "name": "x"}]}',
    ],
    [
      'comments and processing instructions between elements',
      '<!-- a --><?b c?><active value="true"><!-- d --></active>\n\t',
      '{"active": true}',
    ],
    ['line ends as spaces, unless they are written as references', '<language value="a\nb&#10;c&#x9;d"/>', '{"language": "a b\\nc\\td"}'],
    ["XML's own entities", '<language value="&lt;&amp;&gt;&quot;&apos;&#x4e2d;&#128512;"/>', '{"language": "<&>\\"\'中😀"}'],
    ['what is no boolean, for the validator to judge', '<active value="yes"/>', '{"active": "yes"}'],
  ])('%s', (_what, xml, json) => {
    expect(read(xml)).toEqual({ resourceType: 'Patient', ...object(json) });
  });

  test('decimals and big numbers keep their text', () => {
    const observation = (value: string) => `<Observation ${fhir}><valueQuantity><value value="${value}"/></valueQuantity></Observation>`;
    const texts = ['1.10', '0.00', '1e-7', '-1.50E+3', '1234567890123456789012345', '3.1415926535897932384626433', '5'];
    for (const text of texts) {
      expect(parseXml(types, observation(text))).toEqual(object(`{"resourceType": "Observation", "valueQuantity": {"value": ${text}}}`));
    }
    expect(parseXml(types, observation('01'))).toEqual({ resourceType: 'Observation', valueQuantity: { value: '01' } });
  });

  test('any prefix may stand for the namespace, and a schema location is passed over', () => {
    const xml = `<?xml version="1.0" encoding="utf-8"?><f:Patient xmlns:f="http://hl7.org/fhir" ${xhtml}
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://hl7.org/fhir patient.xsd">
      <f:text><f:status value="generated"/><div><p class="a">x</p></div></f:text></f:Patient>`;
    const div = `<div ${xhtml}><p class="a">x</p></div>`;
    expect(parseXml(types, xml)).toEqual({ resourceType: 'Patient', text: { status: 'generated', div } });
  });

  test('a byte order mark is passed over', () => {
    expect(parseXml(types, `\ufeff${patient('<active value="true"/>')}`)).toEqual({ resourceType: 'Patient', active: true });
  });

  test('Bundles and Parameters hold resources of every type', () => {
    const entry = `<entry><resource><Parameters><parameter><name value="x"/><resource><Basic/></resource></parameter></Parameters></resource></entry>`;
    expect(refusal(`<Bundle ${fhir}><type value="batch"/>${entry}</Bundle>`)).toEqual({
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ resource: { resourceType: 'Parameters', parameter: [{ name: 'x', resource: { resourceType: 'Basic' } }] } }],
    });
  });

  test('reading in steps gives the same, wherever a step ends', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `<name id="n${i}"><given value="𠮷${'三'.repeat(i % 50)}&amp;"/></name>`).join(
      '\r\n',
    );
    const text = patient(`<text><status value="generated"/><div ${xhtml}>${'<p>长</p>\r\n'.repeat(9000)}</div></text>${names}`);
    const steps = parseXmlInSteps(types, text);
    let count = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) count++;
    expect(count).toBeGreaterThan(3);
    expect(step.value).toEqual(parseXml(types, text));
    expect(step.value.name).toHaveLength(3000);
    expect(step.value.text).toEqual({ status: 'generated', div: `<div ${xhtml}>${'<p>长</p>\r\n'.repeat(9000)}</div>` });
  });
});

describe('A narrative is kept as it is written', () => {
  const text = (div: string) => read(`<text><status value="generated"/>${div}</text>`).text;

  test.each([
    ['spaces, line ends, comments and references', `<div ${xhtml}>\n  <p  id = 'x'>a &#160;&amp; b</p ><!-- c --> \t<br/></div>`],
    ['an empty div', `<div ${xhtml}/>`],
    ['divs in the div', `<div ${xhtml}><div><div>x</div></div><div/></div>`],
    ['4-byte characters', `<div ${xhtml} title="𠮷">😀</div>`],
  ])('%s', (_what, div) => {
    expect(text(div)).toEqual({ status: 'generated', div });
  });

  test('prefixes are taken off, and the namespace is declared', () => {
    const prefixed = '<h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>a<h:br/>b</h:p ></h:div>';
    const div = `<div ${xhtml} xmlns:h="http://www.w3.org/1999/xhtml"><p>a<br/>b</p ></div>`;
    expect(text(prefixed)).toEqual({ status: 'generated', div });
  });
});

describe('XML that is not FHIR is refused, with its place', () => {
  test.each([
    ['an unknown element', patient('\n  <nmae/>'), 'unknown-element 2:3 Patient'],
    ['an unknown element deep inside', patient('<name><text value="x"/></name><name><x/></name>'), 'unknown-element 1:74 Patient.name[1]'],
    ['an unknown attribute', patient('<name use="official"/>'), 'xml-unknown-attribute 1:38 Patient.name[0]'],
    ['an attribute of another namespace', patient('<name xml:lang="zh"/>'), 'xml-unknown-attribute 1:38 Patient.name[0]'],
    ['a value of what is no primitive', patient('<name value="x"/>'), 'xml-unknown-attribute 1:38 Patient.name[0]'],
    [
      'an attribute written as element',
      patient('<extension><url value="x"/></extension>'),
      'xml-attribute-expected 1:49 Patient.extension[0].url',
    ],
    ['text', patient('<active>true</active>'), 'xml-text 1:46 Patient.active'],
    ['text in a CDATA section', patient('<active><![CDATA[true]]></active>'), 'xml-text 1:46 Patient.active'],
    ['an empty value', patient('<active value=""/>'), 'xml-empty-attribute 1:38 Patient.active'],
    ['an empty id', patient('<name id=""><text value="x"/></name>'), 'xml-empty-attribute 1:38 Patient.name[0]'],
    ['an empty element', patient('<name/>'), 'xml-empty-element 1:38 Patient.name[0]'],
    ['an element that holds no resource', patient('<contained></contained>'), 'xml-empty-element 1:49 Patient.contained[0]'],
    ['two resources in one place', patient('<contained><Basic/><Basic/></contained>'), 'xml-second-resource 1:57 Patient.contained[0]'],
    ['wrong order', patient('<gender value="male"/><active value="true"/>'), 'xml-order 1:60 Patient.active'],
    [
      'other elements among those that repeat',
      patient('<name id="a"/><gender value="male"/><name id="b"/>'),
      'xml-order 1:74 Patient.name[1]',
    ],
    ['one that may stand once, twice', patient('<gender value="male"/><gender value="male"/>'), 'xml-twice 1:60 Patient.gender'],
    ['no namespace', '<Patient><active value="true"/></Patient>', 'xml-namespace 1:1 -'],
    ['another namespace', '<Patient xmlns="urn:hl7-org:v3"/>', 'xml-namespace 1:1 -'],
    ['another namespace inside', patient('<active xmlns="urn:x" value="true"/>'), 'xml-namespace 1:38 Patient'],
    ['no resource', `<HumanName ${fhir}/>`, 'xml-unknown-type 1:1 -'],
    ['an abstract resource', `<DomainResource ${fhir}/>`, 'xml-unknown-type 1:1 -'],
    ['no resource where one is held', patient('<contained><Foo/></contained>'), 'xml-unknown-type 1:49 Patient.contained[0]'],
    ['a narrative outside XHTML', patient('<text><div>x</div></text>'), 'xml-namespace 1:44 Patient.text'],
    [
      'elements of others in a narrative',
      patient(`<text><div ${xhtml}><svg xmlns="x"/></div></text>`),
      'xml-namespace 1:86 Patient.text.div',
    ],
    ['an HTML entity', patient(`<text><div ${xhtml}>a&nbsp;b</div></text>`), 'xml-entity 1:87 Patient.text.div'],
    ['an entity in a value', patient('<language value="&eacute;"/>'), 'xml-entity 1:55 Patient'],
    ['a DOCTYPE', `<!DOCTYPE Patient>${patient('')}`, 'xml-doctype 1:1 -'],
    [
      'an external entity',
      `\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${patient('<language value="&x;"/>')}`,
      'xml-doctype 2:1 -',
    ],
    ['another encoding', `<?xml version="1.0" encoding="GB18030"?>${patient('')}`, 'xml-encoding 1:1 -'],
    ['an end tag of another element', patient('<name></nome>'), 'xml-end-tag 1:44 Patient.name[0]'],
    ['an end tag too few', `<Patient ${fhir}><name id="a"/>`, 'xml-syntax 1:51 Patient'],
    ['a second root', `${patient('')}<Patient/>`, 'xml-syntax 1:56 -'],
    ['text after the root', `${patient('')} x`, 'xml-syntax 1:50 -'],
    ['a control character', patient('<language value="a\u0001"/>'), 'xml-syntax 1:56 Patient'],
    ['a control character by its number', patient('<language value="&#1;"/>'), 'xml-syntax 1:58 Patient'],
    ['an unclosed tag', patient('<active value="true"'), 'xml-syntax 1:58 Patient'],
    ['an attribute twice', patient('<name id="a" id="b"/>'), 'xml-syntax 1:58 Patient'],
    ['JSON', '{"resourceType": "Patient"}', 'xml-syntax 1:28 -'],
    ['nothing', ' \n', 'xml-empty 1:1 -'],
    ['names from the prototype of objects', patient('<__proto__/><constructor/>'), 'unknown-element 1:38 Patient'],
  ])('%s', (_what, xml, expected) => {
    expect(refusal(xml)).toBe(expected);
  });

  test('deeper nesting than JSON may have', () => {
    const nested = (levels: number) => patient('<extension url="u">'.repeat(levels) + '</extension>'.repeat(levels));
    expect(refusal(nested(49))).toMatchObject({ resourceType: 'Patient' });
    expect(refusal(nested(50))).toMatch(/^xml-too-deep 1:\d+ Patient(\.extension\[0\]){50}$/);
    const spans = (levels: number) => `<text><div ${xhtml}>${'<b>'.repeat(levels)}x${'</b>'.repeat(levels)}</div></text>`;
    expect(refusal(patient(spans(99)))).toMatchObject({ resourceType: 'Patient' });
    expect(refusal(patient(spans(100)))).toMatch(/^xml-too-deep/);
  });

  test('more attributes in one tag than anybody needs, before the tag ends', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `xmlns:n${i}="urn:n"`).join(' ');
    expect(refusal(patient(`<active ${names(500)} value="true"/>`))).toMatch(/^xml-attributes/);
    expect(refusal(patient(`<active ${names(499)} value="true"/><gender ${names(499)} value="male"/>`))).toMatchObject({ active: true });
    expect(refusal(patient(`<text><div ${xhtml}><p ${names(501)} `))).toMatch(/^xml-attributes 1:\d+ Patient.text.div$/);
  });

  test('in English and in Chinese', () => {
    const issues = [patient('<nmae/>'), patient('<active value="true"'), patient('<a></b>'), '<Patient>'].map((xml) => {
      try {
        return parseXml(types, xml);
      } catch (error) {
        return error instanceof FhirError ? error.issues[0]?.message : error;
      }
    });
    expect(issues).toEqual([
      { id: 'unknown-element', en: 'Patient has no element "nmae"', zh: 'Patient 没有元素“nmae”' },
      { id: 'xml-syntax', en: 'The XML is broken: disallowed character in attribute name', zh: 'XML 有误：属性名中有不允许的字符' },
      { id: 'unknown-element', en: 'Patient has no element "a"', zh: 'Patient 没有元素“a”' },
      {
        id: 'xml-namespace',
        en: '<Patient> is in no namespace; xmlns="http://hl7.org/fhir" was expected',
        zh: '<Patient> 不属于任何命名空间；应为 xmlns="http://hl7.org/fhir"',
      },
    ]);
  });
});

describe('What does not fit the types is told of together, and the rest is read', () => {
  const told = (content: string) => {
    const { resource, faults } = readXml(types, patient(content));
    return [resource, ...faults.map((one) => `${one.message.id} ${one.line}:${one.column} ${one.expression}`)];
  };
  const read = (json: string) => ({ resourceType: 'Patient', ...object(json) });

  test.each([
    [
      'unknown elements, with all that is in them',
      '<name><nick value="x"><text/>y</nick><text value="n"/></name>\n<foo/><gender value="male"/>',
      [read('{"name":[{"text":"n"}],"gender":"male"}'), 'unknown-element 1:44 Patient.name[0]', 'unknown-element 2:1 Patient'],
    ],
    [
      'unknown attributes, and values that are empty',
      '<name use="usual"/>\n<gender value=""/>\n<birthDate valeu="2020"/>',
      [
        read('{"name":[{}],"gender":""}'),
        'xml-unknown-attribute 1:38 Patient.name[0]',
        'xml-empty-attribute 2:1 Patient.gender',
        'xml-unknown-attribute 3:1 Patient.birthDate',
      ],
    ],
    [
      'the one that is out of order, not those behind it',
      '<birthDate value="2020"/>\n<active value="true"/><name id="a"/><gender value="male"/>',
      [read('{"birthDate":"2020","active":true,"name":[{"id":"a"}],"gender":"male"}'), 'xml-order 2:1 Patient.active'],
    ],
    [
      'those of one name apart from each other, by their index',
      '<name id="a"/><gender value="male"/>\n<name id="b"/>\n<active value="true"/>\n<name id="c"/>',
      [
        read('{"name":[{"id":"a"},{"id":"b"},{"id":"c"}],"gender":"male","active":true}'),
        'xml-order 2:1 Patient.name[1]',
        'xml-order 3:1 Patient.active',
        'xml-order 4:1 Patient.name[2]',
      ],
    ],
    [
      'primitives apart, with what JSON keeps beside them',
      '<name><given value="a"/><prefix value="p"/><given id="g"/></name>',
      [read('{"name":[{"given":["a",null],"_given":[null,{"id":"g"}],"prefix":["p"]}]}'), 'xml-order 1:81 Patient.name[0].given[1]'],
    ],
    [
      'what may stand once: the first is kept',
      '<gender value="male"/><gender value="female"/><birthDate value="2020"/>\n<gender value="other"/>',
      [read('{"gender":"male","birthDate":"2020"}'), 'xml-twice 1:60 Patient.gender', 'xml-twice 2:1 Patient.gender'],
    ],
    [
      'text, other namespaces and resources that are none',
      '<contained><Foo><x/></Foo></contained>x<active>true</active><gender xmlns="urn:x" value="male"/>',
      [
        read('{}'),
        'xml-unknown-type 1:49 Patient.contained[0]',
        'xml-text 1:76 Patient',
        'xml-text 1:85 Patient.active',
        'xml-namespace 1:98 Patient',
      ],
    ],
    [
      'another namespace in a narrative, once',
      `<text><status value="empty"/><div ${xhtml}><svg xmlns="x"><g/></svg></div></text>`,
      [
        read(`{"text":{"status":"empty","div":${JSON.stringify(`<div ${xhtml}><svg xmlns="x"><g/></svg></div>`)}}}`),
        'xml-namespace 1:109 Patient.text.div',
      ],
    ],
  ])('%s', (_what, content, expected) => {
    expect(told(content)).toEqual(expected);
  });

  test('what ends the reading comes behind what was found before it', () => {
    expect(() => readXml(types, patient('<nmae/>\n<x'))).toThrow(
      expect.objectContaining({
        issues: [
          expect.objectContaining({ line: 1, message: expect.objectContaining({ id: 'unknown-element' }) }),
          expect.objectContaining({ line: 2, message: expect.objectContaining({ id: 'xml-syntax' }) }),
        ],
      }),
    );
  });

  test('the limits hold in what is passed over, and faults end where nobody reads them', () => {
    expect(refusals(patient('<x>'.repeat(98) + '</x>'.repeat(98)))).toEqual(['unknown-element']);
    expect(refusals(patient('<x>'.repeat(200_000)))).toEqual(['unknown-element', 'xml-too-deep']);
    expect(refusals(patient('<x/>'.repeat(500)))).toHaveLength(500);
    expect(refusals(patient('<x/>'.repeat(200_000))).slice(499)).toEqual(['unknown-element', 'xml-too-many-faults']);
  });
});
