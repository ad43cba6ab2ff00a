/** XML that can be read but does not fit R4: what is wrong with it is told of with all else. Source: R4 xml.html, validation.html */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

const fhir = 'xmlns="http://hl7.org/fhir"';
const headers = { 'content-type': 'application/fhir+xml', accept: 'application/fhir+json' };

interface Shown {
  readonly severity: string;
  readonly extension?: readonly { readonly url: string; readonly valueInteger?: number }[];
  readonly details: { readonly coding: readonly [{ readonly code: string }] };
  readonly expression?: readonly string[];
}

/** `id line:column expression` of each error. */
function errorsIn({ issue }: { readonly issue: readonly Shown[] }): string[] {
  const at = ({ extension = [] }: Shown, name: string) => extension.find(({ url }) => url.endsWith(name))?.valueInteger;
  return issue
    .filter(({ severity }) => severity === 'error')
    .map((one) => `${one.details.coding[0].code} ${at(one, '-line')}:${at(one, '-col')} ${one.expression?.join()}`);
}

/** Three faults: one that only the validator sees, between two that only the reader of the XML sees. */
const inside = (id = '') => `${id}
<name><nick value="x"/><text value="n"/></name>
<gender value="x"/>
<active value="true"/>`;
const patient = (id?: string) => `<Patient ${fhir}>${inside(id)}</Patient>`;
const faults = (place: string, line = 0) => [
  `unknown-element ${line + 2}:7 ${place}.name[0]`,
  expect.stringMatching(new RegExp(`^\\S+ ${line + 3}:1 ${place.replace(/[[\]]/g, '\\$&')}\\.gender$`)),
  `xml-order ${line + 4}:1 ${place}.active`,
];

describe('Faults of XML against the types are told of with what the validator finds, in the order of the text', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());
  const post = (path: string, body: string) => server.ask('POST', path, body, headers);
  const stored = async () => (await server.ask('GET', '/Patient?_summary=count')).body.total;

  test.each(['/Patient/$validate', '/$validate', '/Patient/$validate?mode=create'])('%s answers 200 with all of them', async (path) => {
    const answer = await post(path, patient());
    expect([answer.status, errorsIn(answer.body)]).toEqual([200, faults('Patient')]);
  });

  test('$validate looks into Parameters, and refuses what is wrong around the resource', async () => {
    const wrapped = (around: string) =>
      `<Parameters ${fhir}><parameter><name value="resource"/><resource><Patient>${inside()}</Patient></resource></parameter>${around}</Parameters>`;
    const answer = await post('/Patient/$validate', wrapped(''));
    expect([answer.status, errorsIn(answer.body)]).toEqual([200, faults('Patient')]);
    const refused = await post('/Patient/$validate', wrapped('\n<foo/>'));
    const [nick, , active] = faults('Parameters.parameter[0].resource');
    expect([refused.status, errorsIn(refused.body)]).toEqual([400, [nick, active, 'unknown-element 5:1 Parameters']]);
  });

  test('create and update answer 422 with all of them, and nothing is stored', async () => {
    const before = await stored();
    const created = await post('/Patient', patient());
    expect([created.status, errorsIn(created.body)]).toEqual([422, faults('Patient')]);
    const updated = await server.ask('PUT', '/Patient/xf', patient('<id value="xf"/>'), headers);
    expect([updated.status, errorsIn(updated.body)]).toEqual([422, faults('Patient')]);
    const only = await post('/Patient', `<Patient ${fhir}><nick value="x"/></Patient>`);
    expect([only.status, errorsIn(only.body)]).toEqual([422, ['unknown-element 1:38 Patient']]);
    expect(await stored()).toBe(before);
  });

  const entry = (content: string, method = 'POST', url = 'Patient') =>
    `<entry><resource>${content}</resource><request><method value="${method}"/><url value="${url}"/></request></entry>`;
  const bundle = (type: string, ...entries: string[]) => `<Bundle ${fhir}><type value="${type}"/>${entries.join('')}</Bundle>`;
  const faulty = `<Patient>${inside()}</Patient>`;
  const right = '<Patient><active value="true"/></Patient>';

  test('each entry of a batch has its own outcome', async () => {
    const patch = '<Parameters><foo/></Parameters>';
    const entries = [
      entry(right),
      entry(faulty),
      entry('<Foo/>'),
      entry(faulty, 'POST', 'Patient/$validate'),
      entry(patch, 'PATCH', 'Patient/a'),
      entry(right),
    ];
    const { status, body } = await post('', bundle('batch', ...entries));
    const outcomes = body.entry.map((one: { response: { status: string; outcome?: never }; resource?: never }) => {
      const outcome = one.resource ?? one.response.outcome;
      return [one.response.status.slice(0, 3), ...(outcome === undefined ? [] : errorsIn(outcome))];
    });
    expect([status, outcomes]).toEqual([
      200,
      [
        ['201'],
        ['422', ...faults('Bundle.entry[1].resource')],
        ['400', expect.stringMatching(/^xml-unknown-type 4:\d+ Bundle\.entry\[2\]\.resource$/)],
        ['200', ...faults('Patient', 3)],
        ['400', expect.stringMatching(/^unknown-element 7:\d+ Bundle\.entry\[4\]\.resource$/)],
        ['201'],
      ],
    ]);
  });

  test('a transaction is refused with those of the entry, and nothing of it is stored', async () => {
    const before = await stored();
    const { status, body } = await post('', bundle('transaction', entry(right), entry(faulty)));
    expect([status, errorsIn(body)]).toEqual([422, faults('Bundle.entry[1].resource')]);
    expect(await stored()).toBe(before);
  });

  test('what is wrong around the entries refuses the Bundle with the whole list', async () => {
    const { status, body } = await post('', bundle('batch', entry(right), entry(faulty), '\n<foo/><bar/>'));
    const [nick, , active] = faults('Bundle.entry[1].resource');
    expect([status, errorsIn(body)]).toEqual([400, [nick, active, 'unknown-element 5:1 Bundle', 'unknown-element 5:7 Bundle']]);
  });

  test('an operation that does not validate, and a patch, refuse their input with the whole list', async () => {
    const operation = await post('/StructureDefinition/$snapshot', `<Parameters ${fhir}><foo/>\n<bar/></Parameters>`);
    const patch = await server.ask('PATCH', '/Patient/a', `<Parameters ${fhir}><foo/>\n<bar/></Parameters>`, headers);
    for (const { status, body } of [operation, patch]) {
      expect([status, errorsIn(body)]).toEqual([400, ['unknown-element 1:41 Parameters', 'unknown-element 2:1 Parameters']]);
    }
  });

  test('what is missing because it was left out is said once', async () => {
    const answer = await post('/$validate', `<Patient ${fhir}>\n<name/>\n<name><nick value="x"/></name>\n<gender/></Patient>`);
    expect([answer.status, errorsIn(answer.body)]).toEqual([
      200,
      ['xml-empty-element 2:1 Patient.name[0]', 'unknown-element 3:7 Patient.name[1]', 'xml-empty-element 4:1 Patient.gender'],
    ]);
  });
});
