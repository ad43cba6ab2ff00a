/** Where a fault stands: the line and column of what was sent, and the FHIRPath from the resource. Source: R4 operationoutcome.html */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

const json = { 'content-type': 'application/fhir+json' };
const xml = { 'content-type': 'application/fhir+xml' };
const url = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-';

interface Shown {
  readonly severity: string;
  readonly extension?: readonly { readonly url: string; readonly valueInteger?: number; readonly valueUri?: string }[];
  readonly details: { readonly coding: readonly [{ readonly code: string }]; readonly text: string };
  readonly expression?: readonly string[];
}

/** `line:column expression` of each error. */
function placesIn(outcome: { readonly issue: readonly Shown[] }): string[] {
  const part = ({ extension = [] }: Shown, name: string) => extension.find((one) => one.url === url + name)?.valueInteger;
  return outcome.issue
    .filter(({ severity }) => severity === 'error')
    .map((issue) => `${part(issue, 'issue-line')}:${part(issue, 'issue-col')} ${issue.expression?.join()}`);
}

const errorsOf = ({ body }: Answered) => placesIn(body);

describe('an issue says where in the text it stands', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  test.each([
    ['en', /^line 2, column 3$/],
    ['zh-CN', /^第 2 行第 3 列$/],
  ])('and in words, in the language that is asked for: %s', async (language, words) => {
    const body = '{"resourceType":"Patient",\n  "gender": "x"}';
    const answer = await server.ask('POST', '/Patient/$validate', body, { ...json, 'accept-language': language });
    const issues: readonly { readonly severity: string; readonly diagnostics?: string }[] = answer.body.issue;
    expect(issues.find(({ severity }) => severity === 'error')?.diagnostics).toMatch(words);
  });

  test.each([
    ['a value', '{"resourceType":"Patient",\n  "gender": "x"}', ['2:3 Patient.gender']],
    ['an item of an array', '{"resourceType":"Patient",\n "name":[{"family":"a"},\n  {"use":"x"}]}', ['3:4 Patient.name[1].use']],
    ['an item that is a string', '{"resourceType":"Patient","name":[{"given":["a",\n""]}]}', ['2:1 Patient.name[0].given[1]']],
    [
      'a choice by its type',
      '{"resourceType":"Observation","status":"final","code":{"text":"x"},\n"valueQuantity":{\n"value":"x"}}',
      ['3:1 Observation.value.ofType(Quantity).value'],
    ],
    [
      'what is beside a primitive counts as the primitive',
      '{"resourceType":"Patient","birthDate":"2020-01-01",\n"_birthDate":{"extension":[{\n"valueString":"x"}]}}',
      ['2:28 Patient.birthDate.extension[0]'],
    ],
    [
      'what is beside an item of an array',
      '{"resourceType":"Patient","name":[{"given":["a","b"],"_given":[null,\n{"extension":[\n{"valueString":"x"}]}]}]}',
      ['3:1 Patient.name[0].given[1].extension[0]'],
    ],
    ['an object where an array should be: no index', '{"resourceType":"Patient",\n"name":{"family":"x"}}', ['2:1 Patient.name']],
    ['an array where one should be: no index', '{"resourceType":"Patient",\n"birthDate":["2020"]}', ['2:1 Patient.birthDate']],
    [
      'an unknown property',
      '{"resourceType":"Patient",\n"link":[{"other":{"reference":"Patient/x"},"type":"refer",\n "nom\\u0065": 1}]}',
      ['3:2 Patient.link[0]'],
    ],
    [
      'the second value of a choice',
      '{"resourceType":"Patient","deceasedBoolean":false,\n "deceasedDateTime":"2020-01-01"}',
      ['2:2 Patient'],
    ],
    [
      'a fullUrl that is no URI: once',
      '{"resourceType":"Bundle","type":"collection","entry":[{\n"fullUrl":"a b","resource":{"resourceType":"Patient","active":true}}]}',
      ['2:1 Bundle.entry[0].fullUrl'],
    ],
    [
      'the url of an extension that is no URI: once',
      '{"resourceType":"Patient","extension":[{"valueString":"x",\n"url":"a b"}]}',
      ['2:1 Patient.extension[0].url'],
    ],
    [
      'unknown properties, each in its place among the others',
      '{"resourceType":"Patient","gender":"x",\n"a":1,\n"birthDate":"x",\n"b":1}',
      ['1:27 Patient.gender', '2:1 Patient', '3:1 Patient.birthDate', '4:1 Patient'],
    ],
    ['a claimed profile that is no URI: once', '{"resourceType":"Patient","meta":{"profile":[\n"a b"]}}', ['2:1 Patient.meta.profile[0]']],
    ['an unknown property with an underscore', '{"resourceType":"Patient","gender":"male",\n"_name":[{"id":"x"}]}', ['2:1 Patient']],
    ['what is missing stands where it should be', '{"resourceType":"Patient",\n"link":[\n{"type":"refer"}]}', ['3:1 Patient.link[0]']],
    [
      'a contained resource',
      '{"resourceType":"Patient","generalPractitioner":[{"reference":"#a"}],"contained":[\n{"resourceType":"Practitioner","id":"a",\n"gender":"x"}]}',
      ['3:1 Patient.contained[0].gender'],
    ],
    ['columns count Chinese as one each', '{"resourceType":"Patient","name":[{"text":"张三"}],"gender":"男"}', ['1:50 Patient.gender']],
  ])('in JSON: %s', async (_what, body, expected) => {
    const answer = await server.ask('POST', '/$validate', body, json);
    expect([answer.status, errorsOf(answer)]).toEqual([200, expected]);
  });

  const patient = (inside: string) =>
    `<?xml version="1.0"?>\n<!-- <gender> -->\n<Patient xmlns="http://hl7.org/fhir">\n${inside}\n</Patient>`;

  test.each([
    ['a value', patient('<active value="true"/><gender value="x"/>'), ['4:23 Patient.gender']],
    ['the second of its name', patient('<name><use value="usual"/></name>\n<name>\n <use value="x"/></name>'), ['6:2 Patient.name[1].use']],
    [
      'below a primitive',
      patient('<birthDate value="2020-01-01">\n<extension url="http://example.org/x">\n</extension></birthDate>'),
      ['5:1 Patient.birthDate.extension[0]'],
    ],
    [
      'a contained resource',
      patient(
        '<contained><Practitioner><id value="a"/>\n<gender value="x"/></Practitioner></contained><generalPractitioner><reference value="#a"/></generalPractitioner>',
      ),
      ['5:1 Patient.contained[0].gender'],
    ],
  ])('in XML: %s', async (_what, body, expected) => {
    const answer = await server.ask('POST', '/Patient/$validate', body, { ...xml, accept: 'application/fhir+json' });
    expect([answer.status, errorsOf(answer).map((one) => one)]).toEqual([200, expect.arrayContaining(expected)]);
  });

  test('inside Parameters: the line of what was sent, the expression from the resource', async () => {
    const body =
      '{"resourceType":"Parameters","parameter":[{"name":"mode","valueCode":"create"},\n{"name":"resource","resource":{\n"resourceType":"Patient","gender":"x"}}]}';
    expect(errorsOf(await server.ask('POST', '/Patient/$validate', body, json))).toEqual(['3:26 Patient.gender']);
    const inXml =
      '<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="resource"/><resource>\n<Patient>\n<gender value="x"/></Patient></resource></parameter></Parameters>';
    const answer = await server.ask('POST', '/Patient/$validate', inXml, { ...xml, accept: 'application/fhir+json' });
    expect(errorsOf(answer)).toEqual(['3:1 Patient.gender']);
  });

  test('on a write, with 422', async () => {
    const created = await server.ask('POST', '/Patient', '{"resourceType":"Patient",\n"gender":"x"}', json);
    expect([created.status, errorsOf(created)]).toEqual([422, ['2:1 Patient.gender']]);
    const mismatch = await server.ask('PUT', '/Patient/a', '{"resourceType":"Patient",\n"id":"b"}', json);
    expect([mismatch.status, errorsOf(mismatch)]).toEqual([400, ['2:1 Patient.id']]);
  });

  const entries = (...genders: string[]) =>
    genders.map((gender) => `\n{"request":{"method":"POST","url":"Patient"},"resource":{"resourceType":"Patient","gender":"${gender}"}}`);

  test('in a transaction, seen from the Bundle', async () => {
    const body = `{"resourceType":"Bundle","type":"transaction","entry":[${entries('male', 'x')}]}`;
    const answer = await server.ask('POST', '', body, json);
    expect([answer.status, errorsOf(answer)]).toEqual([422, ['3:83 Bundle.entry[1].resource.gender']]);
  });

  test('in each entry of a batch, and $validate in it', async () => {
    const asked =
      '{"request":{"method":"POST","url":"Patient/$validate"},"resource":{"resourceType":"Parameters","parameter":[{"name":"resource","resource":\n{"resourceType":"Patient","gender":"x"}}]}}';
    const body = `{"resourceType":"Bundle","type":"batch","entry":[${[...entries('x', 'male', 'y'), asked]}]}`;
    const { body: bundle } = await server.ask('POST', '', body, json);
    const found = bundle.entry.map(
      (entry: { response: { status: string; outcome?: { issue: Shown[] } }; resource?: { issue: Shown[] } }) => [
        entry.response.status.slice(0, 3),
        ...placesIn(entry.resource ?? entry.response.outcome ?? { issue: [] }),
      ],
    );
    expect(found).toEqual([
      ['422', '2:83 Bundle.entry[0].resource.gender'],
      ['201'],
      ['422', '4:83 Bundle.entry[2].resource.gender'],
      ['200', '5:27 Patient.gender'],
    ]);
  });

  test('in a batch in XML', async () => {
    const entry = (gender: string) =>
      `\n<entry><resource><Patient><gender value="${gender}"/></Patient></resource>\n<request><method value="POST"/><url value="Patient"/></request></entry>`;
    const body = `<Bundle xmlns="http://hl7.org/fhir"><type value="batch"/>${entry('male')}${entry('x')}</Bundle>`;
    const { body: bundle } = await server.ask('POST', '', body, { ...xml, accept: 'application/fhir+json' });
    expect(placesIn(bundle.entry[1].response.outcome)).toEqual(['4:27 Bundle.entry[1].resource.gender']);
  });

  test('where the JSON is broken: line, column and what was expected', async () => {
    const answer = await server.ask('POST', '/$validate', '{"resourceType":"Patient",\n"gender" "male"}', json);
    expect([answer.status, errorsOf(answer), answer.body.issue[0].details.text]).toEqual([
      400,
      ['2:10 undefined'],
      expect.stringContaining('expected a colon, found "\\""'),
    ]);
  });

  test('where the XML is broken', async () => {
    const answer = await server.ask('POST', '/$validate', '<Patient xmlns="http://hl7.org/fhir">\n<gender value="male">\n</Patient>', {
      ...xml,
      accept: 'application/fhir+json',
    });
    expect([answer.status, errorsOf(answer)[0]]).toEqual([400, expect.stringMatching(/^3:1 /)]);
  });

  test('what only the store knows has no place, and what was patched stands nowhere in the patch', async () => {
    await server.ask('PUT', '/Patient/p', { resourceType: 'Patient', id: 'p' });
    const patch = JSON.stringify([{ op: 'add', path: '/gender', value: 'x' }]);
    const answer = await server.ask('PATCH', '/Patient/p', patch, { 'content-type': 'application/json-patch+json' });
    expect([answer.status, errorsOf(answer)]).toEqual([422, ['undefined:undefined Patient.gender']]);
  });

  test('a long text is searched whole', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `{"family":"name ${i}"}`);
    names[19_999] = '{"use":"x"}';
    const body = `{"resourceType":"Patient","name":[\n${names.join(',\n')}]}`;
    expect(errorsOf(await server.ask('POST', '/$validate', body, json))).toEqual(['20001:2 Patient.name[19999].use']);
  });
});

describe('an issue says', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  const cn = { resourceType: 'Patient', meta: { profile: ['https://lianyi.cn/fhir/StructureDefinition/cn-patient'] }, gender: 'male' };

  test('which profile asked (extension operationoutcome-authority)', async () => {
    const { body } = await server.ask('POST', '/$validate', cn);
    const issues = (body.issue as Shown[]).filter(({ severity }) => severity === 'error');
    const authorities = issues.map(({ extension = [] }) => extension.find((one) => one.url === `${url}authority`)?.valueUri);
    expect(authorities).toContainEqual(expect.stringMatching(/^https:\/\/lianyi\.cn\/fhir\/StructureDefinition\/cn-patient\|\d/));
  });

  test('what is wrong in the language asked for, under one stable id', async () => {
    const body = { resourceType: 'Patient', gender: 'x' };
    const [en, zh] = await Promise.all(
      ['en', 'zh-CN'].map(async (language) => {
        const answer = await server.ask('POST', '/$validate', body, { 'accept-language': language });
        const issue = (answer.body.issue as Shown[]).find(({ severity }) => severity === 'error');
        return [issue?.details.coding[0].code, /[\u4e00-\u9fff]/.test(issue?.details.text ?? '')];
      }),
    );
    expect([en, zh]).toEqual([
      ['code-not-in-value-set', false],
      ['code-not-in-value-set', true],
    ]);
  });

  test('the first 200 at most, in their order, and how many are left', async () => {
    const name = Array.from({ length: 250 }, () => ({ use: 'x' }));
    const answer = await server.ask('POST', '/$validate', { resourceType: 'Patient', name });
    const issues = issuesOf(answer);
    expect(issues).toHaveLength(200);
    expect(issues.filter((one) => one.startsWith('error')).slice(0, 2)).toEqual([
      'error: code-not-in-value-set at Patient.name[0].use',
      'error: code-not-in-value-set at Patient.name[1].use',
    ]);
    expect(answer.body.issue.at(-1).details.text).toMatch(/^52 more issues, 51 of them errors/);
  });

  test('an outcome is itself valid R4', async () => {
    const { body } = await server.ask('POST', '/$validate', cn);
    expect(issuesOf(await server.ask('POST', '/$validate', body)).filter((one) => one.startsWith('error'))).toEqual([]);
  });
});
