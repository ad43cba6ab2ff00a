/** The kinds of values through the whole server, on both stores. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

const UCUM = 'http://unitsofmeasure.org';
const resources = [
  {
    resourceType: 'Patient',
    id: 'zeng',
    name: [{ family: '曾', given: ['小贤'] }],
    identifier: [{ system: 'urn:oid:2.16.156.10011.1.3', value: '11010519491231002X' }],
    telecom: [{ system: 'phone', value: '+86 138-0013-8000' }],
    extension: [
      {
        url: 'https://lianyi.cn/fhir/StructureDefinition/cn-ethnicity',
        valueCoding: { system: 'urn:oid:2.16.156.10011.2.3.3.3', code: '03' },
      },
    ],
  },
  {
    resourceType: 'Observation',
    id: 'bp',
    status: 'final',
    code: { text: '血压' },
    component: [
      { code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] }, valueQuantity: { value: 150, system: UCUM, code: 'mm[Hg]' } },
      { code: { coding: [{ system: 'http://loinc.org', code: '8462-4' }] }, valueQuantity: { value: 90, system: UCUM, code: 'mm[Hg]' } },
    ],
  },
  { resourceType: 'Observation', id: 'gram', status: 'final', code: { text: 'x' }, valueQuantity: { value: 1, system: UCUM, code: 'g' } },
  { resourceType: 'Location', id: 'bund', position: { longitude: 121.4908, latitude: 31.2397 } },
  {
    resourceType: 'DiagnosticReport',
    id: 'report',
    status: 'final',
    code: { text: 'x' },
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">左肺结节</div>' },
  },
];

describe.each(stores)('values over HTTP on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;

  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.store });
    for (const one of resources) expect((await server.ask('PUT', `/${one.resourceType}/${one.id}`, one)).status).toBe(201);
  });

  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  test.each([
    ['/Patient?name=曾小贤', 'zeng'],
    ['/Patient?name=zxx', 'zeng'],
    ['/Patient?name=zengxiao', 'zeng'],
    ['/Patient?name:contains=贤', 'zeng'],
    ['/Patient?phonetic=增小闲', 'zeng'],
    ['/Patient?identifier=110105491231002', 'zeng'],
    ['/Patient?phone=13800138000', 'zeng'],
    ['/Patient?ethnicity=03', 'zeng'],
    ['/Observation?component-code-value-quantity=8480-6$gt140', 'bp'],
    ['/Observation?component-code-value-quantity=8480-6$90', ''],
    ['/Observation?combo-code-value-quantity=http://loinc.org|8462-4$12.0|http://unitsofmeasure.org|kPa', 'bp'],
    ['/Observation?value-quantity=1000|http://unitsofmeasure.org|mg', 'gram'],
    ['/Location?near=31.2304|121.4737|2|km', 'bund'],
    ['/Location?near=31.2304|121.4737|1|km', ''],
    ['/DiagnosticReport?_text=结节', 'report'],
  ])('%s finds [%s]', async (path, expected) => {
    const { status, body } = await server.ask('GET', encodeURI(path));
    const found = (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id).join(' ');
    expect([status, found]).toEqual([200, expected]);
  });

  test.each([
    ['/Patient?_text=x', 'FULL_TEXT'],
    ['/Location?near=1|2|3|kg', 'latitude|longitude'],
    ['/Observation?component-code-value-quantity=8480-6', '2 parts joined by $'],
    ['/Observation?value-quantity=1e999', '1e999'],
    ['/Patient?name=%00%00', ''],
  ])('%s is no fault of the server', async (path, words) => {
    const { status, text } = await server.ask('GET', path);
    expect(status).toBe(words === '' ? 200 : 400);
    expect(text).toContain(words);
  });

  test('a conditional create by the old number of a resident finds who has the new one', async () => {
    const again = { resourceType: 'Patient', identifier: [{ system: 'urn:oid:2.16.156.10011.1.3', value: '110105491231002', use: 'old' }] };
    const { status } = await server.ask('POST', '/Patient', again, {
      'if-none-exist': 'identifier=urn:oid:2.16.156.10011.1.3|110105491231002',
    });
    expect(status).toBe(200);
  });
});
