/** What is shown in part, over HTTP. Source: R4 resource.html#simple-tags; GB/T 35273-2020 */
import type { IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unrestricted } from '../../../src/access/access.js';
import { createAccessOf } from '../../../src/access/policy/compile.js';
import { parsePolicy } from '../../../src/access/policy/read-policy.js';
import { surnameOf } from '../../../src/model/pinyin.js';
import { definitions } from '../../built-definitions.js';
import { type Answered, issuesOf, type RunningServer, startServer } from '../../running-server.js';
import { stores } from '../../stores.js';
import type { OpenedStore } from '../../test-store.js';
import { principal } from '../policy-server.js';

const policy = `
version: 1
shared: [Organization]
roles:
  clerk:
    title: { en: Clerk, zh: 窗口 }
    may: { "*": cruds }
    sees: all
    changes: all
    writesAbout: anyone
    rights: [chooseIds]
    masks: [name, identifier, telecom, address, birthDate, display, narrative, attachment]
  analyst:
    title: { en: Analyst, zh: 分析 }
    may: { "*": rs }
    sees: all
    masks: [name, identifier, telecom, address, birthDate, display, narrative, attachment, freeText, dates, whole]
`;
const accessOfPrincipal = createAccessOf({
  policy: parsePolicy(policy, definitions, 'the policy of the test'),
  definitions,
  criteria: () => undefined,
  factors: [],
  masking: { surnameOf },
});

function accessOf({ headers }: IncomingMessage) {
  const role = headers['x-role'];
  return typeof role === 'string' ? accessOfPrincipal(principal({ role, account: 'account', scope: 'user/*.cruds' })) : unrestricted;
}

const clerk = { 'x-role': 'clerk' };
const analyst = { 'x-role': 'analyst' };

const resident = 'urn:oid:2.16.156.10011.1.3';
const div = '<div xmlns="http://www.w3.org/1999/xhtml">张三丰，110101199003071234</div>';
const patient = {
  resourceType: 'Patient',
  id: 'zhang',
  text: { status: 'generated', div },
  extension: [
    { url: 'https://example.org/nickname', valueString: '三哥' },
    { url: 'https://example.org/maiden', valueHumanName: { text: '欧阳锋' } },
  ],
  identifier: [
    { system: resident, value: '11010119900307123X' },
    { system: 'urn:ward', value: 'W-20240101' },
  ],
  name: [
    {
      use: 'official',
      text: '张三丰',
      family: '张',
      given: ['三丰'],
      _family: { extension: [{ url: 'urn:pinyin', valueString: 'Zhang' }] },
    },
    { text: 'Zhang Sanfeng' },
  ],
  telecom: [
    { system: 'phone', value: '+86 138 1234 5678' },
    { system: 'email', value: 'zhang@example.org' },
  ],
  gender: 'male',
  birthDate: '1990-03-07',
  _birthDate: {
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime', valueDateTime: '1990-03-07T08:00:00+08:00' }],
  },
  address: [
    { text: '北京市朝阳区建国路1号', line: ['建国路1号'], city: '北京市', district: '朝阳区', postalCode: '100020', country: 'CN' },
  ],
  photo: [{ contentType: 'image/png', data: 'iVBORw0KGgo=' }],
  contact: [{ name: { family: '司马', given: ['光'] }, telecom: [{ system: 'phone', value: '010-12345678' }] }],
};
const observation = {
  resourceType: 'Observation',
  id: 'weight',
  contained: [{ resourceType: 'Practitioner', id: 'who', name: [{ text: '欧阳修' }] }],
  identifier: [{ system: 'urn:lab', value: 'L-77' }],
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin' }], text: '随口说的话' },
  subject: { reference: 'Patient/zhang', display: '张三丰', identifier: { system: resident, value: '11010119900307123X' } },
  effectiveDateTime: '2024-05-06T07:08:09+08:00',
  issued: '2024-05-06T07:08:09+08:00',
  performer: [
    { reference: '#who', display: '欧阳修' },
    { reference: 'Organization/east', display: '东院' },
  ],
  valueQuantity: { value: 70.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  note: [{ authorString: '诸葛亮', text: '随口说的话' }],
};
const sentObservation = JSON.stringify(observation).replace('70.5', '70.500');
const document = {
  resourceType: 'DocumentReference',
  id: 'letter',
  status: 'current',
  subject: { reference: 'Patient/zhang' },
  content: [
    { attachment: { contentType: 'text/plain', data: '5byg5LiJ5Liw', title: '张三丰的出院小结', url: 'https://example.org/zhang' } },
  ],
};
const other = { resourceType: 'Patient', id: 'li', name: [{ text: '李四' }], birthDate: '1985-01-01' };

// Decided above the stores: one of them is enough.
describe.each(stores.slice(0, 1))('on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  const ask = (path: string, as: Record<string, string>) => server.ask('GET', path, undefined, as);
  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.store, accessOf, fullText: 'all' });
    await server.ask('PUT', '/Organization/east', { resourceType: 'Organization', id: 'east', name: '东院' });
    for (const resource of [patient, other, document]) await server.ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);
    const put = await server.ask('PUT', '/Observation/weight', sentObservation);
    if (put.status !== 201) throw new Error(put.text);
    await server.ask('PUT', '/Binary/scan', {
      resourceType: 'Binary',
      id: 'scan',
      securityContext: { reference: 'Patient/zhang' },
      contentType: 'text/plain',
      data: '5byg5LiJ5Liw',
    });
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  test('a person is shown as is customary', async () => {
    const { body, headers } = await ask('/Patient/zhang', clerk);
    expect(headers.get('etag')).toBe('W/"1"');
    expect(body.meta.tag).toEqual([{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }]);
    const { meta, resourceType, id, ...shown } = body;
    expect([meta.versionId, resourceType, id]).toEqual(['1', 'Patient', 'zhang']);
    expect(shown).toEqual({
      extension: [{ url: 'https://example.org/nickname' }, { url: 'https://example.org/maiden', valueHumanName: { text: '欧阳*' } }],
      identifier: [
        { system: resident, value: '110101********123X' },
        { system: 'urn:ward', value: '******0101' },
      ],
      name: [{ use: 'official', text: '张**', family: '张', given: ['**'] }, { text: 'Z** S**' }],
      telecom: [
        { system: 'phone', value: '138****5678' },
        { system: 'email', value: 'z***@example.org' },
      ],
      gender: 'male',
      birthDate: '1990',
      address: [{ text: '北京市朝阳区***', city: '北京市', district: '朝阳区', country: 'CN' }],
      photo: [{ contentType: 'image/png' }],
      contact: [{ name: { family: '司马', given: ['*'] }, telecom: [{ system: 'phone', value: '*******5678' }] }],
    });
  });

  test('what names a person elsewhere is covered too, and numbers keep their digits', async () => {
    const { text, body } = await ask('/Observation/weight', clerk);
    expect(text).toContain('"value":70.500');
    expect(body.contained[0].name).toEqual([{ text: '欧阳*' }]);
    expect(body.contained[0].meta).toBeUndefined();
    expect(body.subject).toEqual({
      reference: 'Patient/zhang',
      identifier: { system: resident, value: '110101********123X' },
      display: '张**',
    });
    expect(body.performer).toEqual([
      { reference: '#who', display: '欧阳*' },
      { reference: 'Organization/east', display: '东院' },
    ]);
    expect(body.note[0].authorString).toBe('诸葛*');
    expect(body.identifier).toEqual(observation.identifier);
    expect(body.effectiveDateTime).toBe(observation.effectiveDateTime);
    expect((await ask('/DocumentReference/letter', clerk)).body.content).toEqual([{ attachment: { contentType: 'text/plain' } }]);
  });

  test('XML shows no more than JSON does', async () => {
    const { text } = await ask('/Patient/zhang?_format=xml', clerk);
    expect(text).toContain('<text value="张**"/>');
    expect(text).toContain('<value value="110101********123X"/>');
    expect(text).not.toMatch(/三丰|三哥|0307|1234 5678|建国路|Sanfeng/);
  });

  test('nothing of a person is left to who analyses, and what tells nothing stays', async () => {
    const { body } = await ask('/Patient/zhang', analyst);
    const { meta, ...shown } = body;
    expect(meta.tag[0].code).toBe('SUBSETTED');
    expect(shown).toEqual({
      resourceType: 'Patient',
      id: 'zhang',
      extension: [{ url: 'https://example.org/nickname' }, { url: 'https://example.org/maiden' }],
      identifier: [{ system: resident }, { system: 'urn:ward' }],
      gender: 'male',
      birthDate: '1990',
      address: [{ country: 'CN' }],
      photo: [{ contentType: 'image/png' }],
    });
    const weight = (await ask('/Observation/weight', analyst)).body;
    expect(weight).toMatchObject({
      code: { coding: [{ code: '718-7', display: 'Hemoglobin' }] },
      effectiveDateTime: '2024',
      valueQuantity: { unit: 'kg' },
    });
    for (const name of ['note', 'issued']) expect(weight).not.toHaveProperty(name);
    expect(weight.code).not.toHaveProperty('text');
    expect(weight.subject).toEqual({ reference: 'Patient/zhang', identifier: { system: resident } });
    expect((await ask('/Organization/east', analyst)).body.name).toBe('东院');
  });

  test.each([
    '/Patient?_id=zhang',
    '/Patient/zhang/_history',
    '/Patient/_history',
    '/_history',
    '/Patient/zhang/_history/1',
    '/Observation?_id=weight&_include=Observation:subject',
    '/Patient?_id=zhang&_revinclude=Observation:subject',
    '/Patient?_id=zhang&_elements=name,identifier',
    '/Patient?_id=zhang&_summary=true',
    '/Patient/zhang/*',
  ])('GET %s tells no name and no number', async (path) => {
    for (const as of [clerk, analyst]) {
      const { status, text } = await ask(path, as);
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toMatch(/三丰|三哥|欧阳修|199003|1990-03|12345678|1234 5678|建国路|Sanfeng|5byg5/);
      if (as === analyst) expect(text).not.toMatch(/随口|2024-05|张/);
    }
  });

  test('nor do the answers of a Bundle', async () => {
    const entry = ['Patient/zhang', 'Patient?_id=zhang', 'Observation/weight'].map((url) => ({ request: { method: 'GET', url } }));
    for (const type of ['batch', 'transaction']) {
      const { status, text } = await server.ask('POST', '/', { resourceType: 'Bundle', type, entry }, clerk);
      expect(status).toBe(200);
      expect(text).toContain('张**');
      expect(text).not.toMatch(/三丰|199003|12345678/);
    }
  });

  test('what the server itself says in an answer is shown whole', async () => {
    const lookup = await ask('/CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=male', analyst);
    expect(lookup.body.parameter).toContainEqual({ name: 'display', valueString: 'Male' });
    expect((await ask('/Patient?_id=zhang', analyst)).body.link).toContainEqual(expect.objectContaining({ relation: 'self' }));
    const entry = ['Patient/absent', 'Patient/zhang', 'Organization/east'].map((url) => ({ request: { method: 'GET', url } }));
    // Long answers are covered by their entries.
    const body = { resourceType: 'Bundle', type: 'batch', entry: Array.from({ length: 60 }, () => entry).flat() };
    const { body: batch, text } = await server.ask('POST', '/', body, analyst);
    expect(text.length).toBeGreaterThan(65_536);
    expect(new Set(batch.entry.map((one: Answered['body']) => one.response.status))).toEqual(new Set(['404 Not Found', '200 OK']));
    expect(batch.entry.at(-1).resource.name).toBe('东院');
    expect(text).not.toMatch(/三丰|三哥|199003|12345678/);
  });

  test('what is stored is covered also where it looks like an answer', async () => {
    const held = { resourceType: 'Parameters', parameter: [{ name: 'a', valueString: '三丰' }] };
    const stored = {
      resourceType: 'Bundle',
      id: 'held',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000001', resource: held }],
    };
    expect((await server.ask('PUT', '/Bundle/held', stored)).status).toBe(201);
    for (const path of ['/Bundle/held', '/Bundle?_id=held']) expect((await ask(path, analyst)).text).not.toContain('三丰');
  });

  test('who writes is shown a part of that too, and again the same for the same key', async () => {
    const key = { ...clerk, 'idempotency-key': 'masked-1', prefer: 'return=representation' };
    for (const replayed of [null, 'true']) {
      const { status, headers, body } = await server.ask('POST', '/Patient', { resourceType: 'Patient', name: [{ text: '王小明' }] }, key);
      expect([status, headers.get('idempotency-replayed'), body.name]).toEqual([201, replayed, [{ text: '王**' }]]);
    }
  });

  test('the content of a Binary is refused', async () => {
    for (const accept of ['text/plain', 'application/fhir+json'])
      expect((await server.ask('GET', '/Binary/scan', undefined, { ...clerk, accept })).status).toBe(403);
    expect((await ask('/Binary', clerk)).status).toBe(403);
  });

  test('what is shown in part is not written over the whole, by nobody', async () => {
    expect((await server.ask('PUT', '/Patient/li', other, clerk)).status).toBe(403);
    expect(
      (
        await server.ask('PATCH', '/Patient/zhang', [{ op: 'remove', path: '/name' }], {
          ...clerk,
          'content-type': 'application/json-patch+json',
        })
      ).status,
    ).toBe(403);
    const { body: part } = await ask('/Patient/zhang', clerk);
    const refused = await server.ask('PUT', '/Patient/zhang', part);
    expect([refused.status, issuesOf(refused)]).toEqual([422, ['error: subsetted at Patient.meta.tag']]);
    expect((await server.ask('POST', '/Patient', part)).status).toBe(422);
    expect((await ask('/Patient/zhang', {})).body.name[0].text).toBe('张三丰');
  });

  test.each([
    ['name', '/Patient?name=张'],
    ['family:exact', '/Patient?family:exact=张'],
    ['phonetic', '/Patient?phonetic=zhang'],
    ['identifier', '/Patient?identifier=11010119900307123X'],
    ['identifier:of-type', '/Patient?identifier:of-type=a|b|c'],
    ['phone', '/Patient?phone=13812345678'],
    ['telecom', '/Patient?telecom=13812345678'],
    ['email', '/Patient?email=zhang@example.org'],
    ['address', '/Patient?address=建国路'],
    ['address-postalcode', '/Patient?address-postalcode=100020'],
    ['name:missing', '/Patient?name:missing=true'],
    ['_sort', '/Patient?_sort=name'],
    ['_filter', '/Patient?_filter=name co "三"'],
    ['_content', '/Patient?_content=三丰'],
    ['_text', '/Patient?_text=三丰'],
    ['subject:Patient.name', '/Observation?subject:Patient.name=张'],
    ['subject:Patient.birthdate', '/Observation?subject:Patient.birthdate=1990-03-07'],
    ['subject:identifier', '/Observation?subject:identifier=11010119900307123X'],
    ['_has:Patient:general-practitioner:name', '/Practitioner?_has:Patient:general-practitioner:name=张'],
    ['subscriber-id', '/Coverage?subscriber-id=330000'],
    ['birthdate', '/Patient?birthdate=1990-03-07'],
    ['_sort', '/Patient?_sort=birthdate'],
  ])('by %s nobody may search who is not shown it', async (name, path) => {
    const refused = await ask(path, clerk);
    expect([refused.status, issuesOf(refused)[0]]).toEqual([403, expect.stringMatching(/search-(parameter-hidden|years-only) at /)]);
    expect(refused.body.issue[0].expression[0]).toContain(name.split(':')[0] === '_has' ? '_has' : name);
    expect((await ask(path, {})).status).toBe(200);
  });

  test.each([
    ['/Patient?birthdate=1990', 1],
    ['/Patient?birthdate=ge1985&birthdate=lt1990', 1],
    ['/Patient?gender=male', 1],
    ['/Patient?address-city=北京市', 1],
    ['/Observation?code=718-7&date=2024-05-06', 1],
  ])('what is shown may be searched: %s', async (path, total) => {
    expect((await ask(path, clerk)).body.total).toBe(total);
  });

  test('of dates that are shown to the year', async () => {
    expect((await ask('/Observation?date=2024', analyst)).body.total).toBe(1);
    for (const path of [
      '/Observation?date=2024-05',
      '/Observation?_sort=-date',
      '/Observation?code:text=张',
      '/Observation?code-value-quantity=718-7$70.5',
    ])
      expect([path, (await ask(path, analyst)).status]).toEqual([path, path.includes('code-value') ? 200 : 403]);
    expect((await ask('/Organization?name=东院', analyst)).body.total).toBe(1);
  });

  test('nor by a parameter of one’s own that chooses by what is covered', async () => {
    const conditions = { 'by-name': "Patient.where(name.text = '张三丰').gender", 'by-use': "Patient.link.where(type = 'refer').type" };
    for (const [code, expression] of Object.entries(conditions)) {
      const [name, url] = [code.replace('-', ''), `https://example.org/SearchParameter/${code}`];
      const parameter = { url, name, code, expression, status: 'active', description: '自定义', base: ['Patient'], type: 'token' };
      const { status, text } = await server.ask('POST', '/SearchParameter', { resourceType: 'SearchParameter', ...parameter });
      if (status !== 201) throw new Error(text);
    }
    // Searched by when it has been indexed.
    for (const code of Object.keys(conditions)) while ((await ask(`/Patient?${code}=x`, {})).status === 400) await setTimeout(50);
    expect((await ask('/Patient?by-name=male', analyst)).status).toBe(403);
    expect((await ask('/Patient?by-use=refer', analyst)).status).toBe(200);
  });

  test('what is stored is not validated for who sees a part of it: the findings would tell', async () => {
    expect((await server.ask('POST', '/Patient/zhang/$validate', undefined, clerk)).status).toBe(403);
    expect((await server.ask('POST', '/Patient/$validate', other, clerk)).status).toBe(200);
  });

  test('a conditional create tells nothing by what it finds', async () => {
    const { status } = await server.ask('POST', '/Patient', other, { ...clerk, 'if-none-exist': 'identifier=11010119900307123X' });
    expect(status).toBe(403);
  });
});
