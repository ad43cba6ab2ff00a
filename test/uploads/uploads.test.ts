/** Profiles, value sets and code systems take effect with the answer to their write. */
import { describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf, type RunningServer } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import { codeSystem, differential, patientWith, profile, type Sample, valueSet } from './samples.js';

jest.setTimeout(60_000);

type Asking = Pick<RunningServer, 'ask'>;

async function issuesFor(server: Asking, resource: Sample): Promise<readonly string[]> {
  const answered = await server.ask('POST', `/${resource.resourceType}/$validate`, resource);
  expect(answered.status).toBe(200);
  return issuesOf(answered).filter((issue) => !issue.includes('dom-6') && !issue.endsWith(': valid'));
}

const errors = (issues: readonly string[]) => issues.filter((issue) => issue.startsWith('error'));
const errorsOf = (answered: Answered) => errors(issuesOf(answered));

const transaction = (...resources: readonly Sample[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })),
});

describe.each(stores)('On $name', ({ open }) => {
  const server = serverOn(open);

  test('a profile holds as soon as its write is answered, and no more when it is deleted', async () => {
    const claiming = patientWith('http://a.cn/born');
    expect(await issuesFor(server, claiming)).toEqual(['warning: profile-unknown at Patient.meta.profile[0]']);
    expect((await server.ask('PUT', '/StructureDefinition/born', profile('born', [{ path: 'Patient.birthDate', min: 1 }]))).status).toBe(
      201,
    );
    expect(await issuesFor(server, claiming)).toEqual([expect.stringMatching(/^error: .* at Patient$/)]);
    expect((await server.ask('POST', '/Patient', claiming)).status).toBe(422);
    expect(await issuesFor(server, { ...claiming, birthDate: '1990-01-01' })).toEqual([]);
    expect((await server.ask('DELETE', '/StructureDefinition/born')).status).toBe(204);
    expect(await issuesFor(server, claiming)).toEqual(['warning: profile-unknown at Patient.meta.profile[0]']);
  });

  test('a value set is decided when its code system comes', async () => {
    const whole = { subject: { display: 'x' }, performer: [{ display: 'x' }], effectiveDateTime: '2026-01-01' };
    const coded = { ...whole, resourceType: 'Observation', status: 'final', code: { text: 'x' }, meta: { profile: ['http://a.cn/coded'] } };
    const observation = { ...coded, valueCodeableConcept: { coding: [{ system: 'http://a.cn/system', code: 'z' }] } };
    const bound = profile(
      'coded',
      [{ path: 'Observation.value[x]', binding: { strength: 'required', valueSet: 'http://a.cn/set|1' } }],
      'Observation',
    );
    expect((await server.ask('PUT', '/StructureDefinition/coded', bound)).status).toBe(201);
    expect(await issuesFor(server, observation)).toEqual([expect.stringContaining('warning: code-undecided')]);
    expect((await server.ask('PUT', '/ValueSet/set', valueSet('set', 'http://a.cn/system'))).status).toBe(201);
    expect(await issuesFor(server, observation)).toEqual([expect.stringContaining('warning: code-undecided')]);
    expect((await server.ask('PUT', '/CodeSystem/system', codeSystem('system', ['a', 'b']))).status).toBe(201);
    expect(await issuesFor(server, observation)).toContainEqual(expect.stringMatching(/^error: code-/));
    expect((await server.ask('PUT', '/CodeSystem/system', codeSystem('system', ['a', 'z']))).status).toBe(200);
    expect(await issuesFor(server, observation)).toEqual([]);
  });

  test('what keeps a code from being decided is named', async () => {
    const claiming = { ...patientWith('http://a.cn/why'), maritalStatus: { coding: [{ system: 'http://a.cn/why-system', code: 'z' }] } };
    const bound = differential('why', [
      { path: 'Patient.maritalStatus', binding: { strength: 'required', valueSet: 'http://a.cn/why-set' } },
    ]);
    const said = async () => (await server.ask('POST', '/Patient/$validate', claiming)).text;
    expect((await server.ask('PUT', '/StructureDefinition/why', bound)).status).toBe(201);
    expect(await said()).toContain('cannot be decided here: the value set is not known here');
    const importing = { ...valueSet('why-set', 'x'), compose: { include: [{ valueSet: ['http://a.cn/why-inner'] }] } };
    expect((await server.ask('PUT', '/ValueSet/why-set', importing)).status).toBe(201);
    expect(await said()).toContain('cannot be decided here: it imports http://a.cn/why-inner, which is not known here');
    expect((await server.ask('PUT', '/ValueSet/why-inner', valueSet('why-inner', 'http://a.cn/why-system'))).status).toBe(201);
    expect(await said()).toContain('cannot be decided here: the code system http://a.cn/why-system is not known here');
    const fragment = { ...codeSystem('why-system', ['a']), content: 'fragment' };
    expect((await server.ask('PUT', '/CodeSystem/why-system', fragment)).status).toBe(201);
    expect(await said()).toContain('cannot be decided here: the code system http://a.cn/why-system is not here in full');
  });

  test('a profile that names what is not known here is taken, and that is said', async () => {
    const naming = differential('naming', [
      { path: 'Patient.extension', slicing: { rules: 'open', discriminator: [{ type: 'value', path: 'url' }] } },
      {
        ...{ id: 'Patient.extension:x', path: 'Patient.extension', sliceName: 'x' },
        type: [{ code: 'Extension', profile: ['http://a.cn/none'] }],
      },
      { path: 'Patient.maritalStatus', binding: { strength: 'required', valueSet: 'http://a.cn/none' } },
    ]);
    const put = await server.ask('PUT', '/StructureDefinition/naming', naming, { prefer: 'return=OperationOutcome' });
    expect([put.status, issuesOf(put)]).toEqual([
      201,
      expect.arrayContaining([
        'warning: profile-extension-unknown at StructureDefinition.differential.element[1].type[0].profile[0]',
        'warning: binding-value-set-unknown at StructureDefinition.differential.element[2].binding.valueSet',
      ]),
    ]);
  });

  test('a differential is enough; it is stored as it was sent', async () => {
    const sent = differential('brief', [{ id: 'Patient.birthDate', path: 'Patient.birthDate', min: 1 }]);
    expect((await server.ask('PUT', '/StructureDefinition/brief', sent)).status).toBe(201);
    const { body } = await server.ask('GET', '/StructureDefinition/brief');
    expect([body.snapshot, body.differential]).toEqual([undefined, sent.differential]);
    expect(await issuesFor(server, patientWith('http://a.cn/brief'))).toEqual([
      expect.stringMatching(/^error: required-element at Patient$/),
    ]);
  });

  test.each<[string, Sample]>([
    ['whose differential names what is not there', differential('unfit', [{ path: 'Patient.nickname', min: 1 }])],
    ['that allows more than its base', differential('unfit', [{ path: 'Patient.active', max: '*' }])],
    [
      'of slices that nothing tells apart',
      differential('unfit', [
        { path: 'Patient.identifier', slicing: { rules: 'open', discriminator: [{ type: 'value', path: 'system' }] } },
        { id: 'Patient.identifier:a', path: 'Patient.identifier', sliceName: 'a' },
      ]),
    ],
    [
      'with an expression that asks for what is not there',
      differential('unfit', [
        { path: 'Patient', constraint: [{ key: 'a-1', severity: 'error', human: 'x', expression: 'telecomm.exists()' }] },
      ]),
    ],
  ])('$validate says of a profile %s what its write says, each fault once', async (_what, sent) => {
    const put = await server.ask('PUT', '/StructureDefinition/unfit', sent);
    expect(put.status).toBe(422);
    const said = errors(await issuesFor(server, sent));
    expect(said).toEqual(errorsOf(put));
    expect(said).toHaveLength(1);
    expect(await issuesFor(server, sent)).not.toContainEqual(expect.stringContaining('warning: fhirpath'));
  });

  test('a profile whose base is not known is refused by its name, and taken when the base comes with it or before it', async () => {
    const base = differential('base', [{ path: 'Patient.birthDate', min: 1 }]);
    const derived = differential('derived', [{ path: 'Patient.gender', min: 1 }], { baseDefinition: 'http://a.cn/base' });
    const alone = await server.ask('PUT', '/StructureDefinition/derived', derived);
    expect([alone.status, errorsOf(alone)]).toEqual([422, ['error: base-unknown at StructureDefinition.baseDefinition']]);
    expect(alone.text).toContain('http://a.cn/base');
    expect((await server.ask('GET', '/StructureDefinition/derived')).status).toBe(404);
    expect((await server.ask('POST', '', transaction(derived, base))).status).toBe(200);
    expect((await issuesFor(server, patientWith('http://a.cn/derived'))).map((issue) => issue.slice(0, 23))).toEqual(
      Array(2).fill('error: required-element'),
    );
  });

  test('a profile whose base is gone, or no longer fits, is told to be of no use, with the reason', async () => {
    const base = (max: string) => differential('bottom', [{ path: 'Patient.name', max }]);
    const derived = differential('top', [{ path: 'Patient.name', max: '2' }], { baseDefinition: 'http://a.cn/bottom' });
    expect((await server.ask('POST', '', transaction(base('3'), derived))).status).toBe(200);
    const claiming = patientWith('http://a.cn/top');
    expect(await issuesFor(server, claiming)).toEqual([]);
    await server.ask('PUT', '/StructureDefinition/bottom', base('1'));
    expect(await issuesFor(server, claiming)).toEqual(['warning: profile-unusable at Patient.meta.profile[0]']);
    await server.ask('DELETE', '/StructureDefinition/bottom');
    const asked = await server.ask('POST', '/Patient/$validate?profile=http://a.cn/top', { resourceType: 'Patient' });
    expect(errorsOf(asked)).toEqual(['error: profile-unusable at Patient']);
    expect(asked.text).toContain('http://a.cn/bottom');
    expect((await server.ask('PUT', '/StructureDefinition/bottom', base('3'))).status).toBe(201);
    expect(await issuesFor(server, claiming)).toEqual([]);
  });

  test('a profile that says something impossible is refused at the element that says it', async () => {
    const wider = differential('wider', [{ id: 'Patient.active', path: 'Patient.active', max: '*' }]);
    const refused = await server.ask('POST', '/StructureDefinition', wider);
    expect([refused.status, errorsOf(refused)]).toEqual([
      422,
      [expect.stringMatching(/at StructureDefinition\.differential\.element\[0\]\.max$/)],
    ]);
  });

  test('versions are looked at: of a profile, of a value set, of a code system', async () => {
    const pinned = (version: string) =>
      [{ path: 'Patient.maritalStatus', binding: { strength: 'required', valueSet: `http://a.cn/versioned|${version}` } }] as const;
    await server.ask('PUT', '/StructureDefinition/one', differential('one', pinned('1')));
    await server.ask('PUT', '/StructureDefinition/two', differential('two', pinned('2')));
    await server.ask('PUT', '/CodeSystem/versioned', { ...codeSystem('婚姻', ['已婚']), id: 'versioned' });
    await server.ask('PUT', '/ValueSet/versioned', { ...valueSet('versioned', 'http://a.cn/婚姻'), name: '婚姻状况' });
    const patient = (profile: string, code: string) => ({
      ...patientWith(profile),
      maritalStatus: { coding: [{ system: 'http://a.cn/婚姻', code }] },
    });
    expect((await issuesFor(server, patient('http://a.cn/one', '已婚'))).filter((issue) => !issue.includes('extensible'))).toEqual([]);
    expect(await issuesFor(server, patient('http://a.cn/one', '未婚'))).toEqual([
      'error: code-unknown at Patient.maritalStatus.coding[0].code',
    ]);
    expect(await issuesFor(server, patient('http://a.cn/two', '未婚'))).toContainEqual(expect.stringContaining('warning: code-undecided'));
    expect(await issuesFor(server, patientWith('http://a.cn/one|2'))).toEqual(['warning: profile-unknown at Patient.meta.profile[0]']);
  });

  test('what was learned of codes is forgotten when their code system changes', async () => {
    const account = {
      resourceType: 'ChargeItem',
      status: 'billable',
      code: { text: 'x' },
      subject: { display: 'x' },
      priceOverride: { value: 1, currency: 'USD' },
    };
    expect(errors(await issuesFor(server, account))).toEqual([]);
    const currencies = { ...codeSystem('currencies', ['CNY']), url: 'urn:iso:std:iso:4217' };
    expect((await server.ask('PUT', '/CodeSystem/currencies', currencies)).status).toBe(201);
    expect(errors(await issuesFor(server, account))).toEqual([expect.stringMatching(/^error: code-/)]);
    expect((await server.ask('DELETE', '/CodeSystem/currencies')).status).toBe(204);
    expect(errors(await issuesFor(server, account))).toEqual([]);
  });

  test('an extension that was not known is, once its definition is there', async () => {
    const url = 'http://a.cn/note';
    const definition = {
      ...differential('note', [
        { path: 'Extension.url', fixedUri: url },
        { id: 'Extension.value[x]', path: 'Extension.value[x]', type: [{ code: 'string' }] },
      ]),
      ...{ kind: 'complex-type', type: 'Extension', context: [{ type: 'element', expression: 'Patient' }] },
      baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Extension',
    };
    const patient = { resourceType: 'Patient', extension: [{ url, valueInteger: 1 }] };
    expect(await issuesFor(server, patient)).toEqual(['warning: extension-unknown at Patient.extension[0]']);
    expect((await server.ask('PUT', '/StructureDefinition/note', definition)).status).toBe(201);
    expect(await issuesFor(server, patient)).toEqual([expect.stringMatching(/^error: .* at Patient\.extension\[0\]/)]);
    expect((await server.ask('DELETE', '/StructureDefinition/note')).status).toBe(204);
    expect(await issuesFor(server, patient)).toEqual(['warning: extension-unknown at Patient.extension[0]']);
  });

  test('the slice of an extension holds its cardinality before and after the definition of the extension is there', async () => {
    const url = 'http://a.cn/ward';
    const sliced = differential('warded', [
      { path: 'Patient.extension', slicing: { rules: 'open', discriminator: [{ type: 'value', path: 'url' }] } },
      {
        ...{ id: 'Patient.extension:ward', path: 'Patient.extension', sliceName: 'ward', min: 1, max: '1' },
        type: [{ code: 'Extension', profile: [`${url}|1`] }],
      },
    ]);
    const ward = differential(
      'ward',
      [
        { path: 'Extension.url', fixedUri: url },
        { path: 'Extension.value[x]', type: [{ code: 'string' }] },
      ],
      {
        ...{ type: 'Extension', kind: 'complex-type', baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Extension' },
        context: [{ type: 'element', expression: 'Patient' }],
      },
    );
    const without = patientWith('http://a.cn/warded');
    const withOne = { ...without, extension: [{ url, valueString: '3' }] };
    const holds = async () => {
      expect(await issuesFor(server, without)).toEqual(['error: slice-required at Patient']);
      const twice = { ...without, extension: [...withOne.extension, ...withOne.extension] };
      expect(await issuesFor(server, twice)).toContain('error: slice-too-many at Patient');
    };
    expect((await server.ask('PUT', '/StructureDefinition/warded', sliced)).status).toBe(201);
    await holds();
    expect(await issuesFor(server, withOne)).toEqual(['warning: extension-unknown at Patient.extension[0]']);
    expect((await server.ask('PUT', '/StructureDefinition/ward', ward)).status).toBe(201);
    await holds();
    expect(await issuesFor(server, withOne)).toEqual([]);
    expect(errors(await issuesFor(server, { ...without, extension: [{ url, valueBoolean: true }] }))).toHaveLength(1);
    expect((await server.ask('DELETE', '/StructureDefinition/ward')).status).toBe(204);
    await holds();
    expect(await issuesFor(server, withOne)).toEqual(['warning: extension-unknown at Patient.extension[0]']);
  });

  test('what R4 defines cannot be defined anew', async () => {
    const patient = {
      ...profile('patient', [{ path: 'Patient.birthDate', min: 1 }]),
      url: 'http://hl7.org/fhir/StructureDefinition/Patient',
    };
    const refused = await server.ask('POST', '/StructureDefinition', patient);
    expect([refused.status, errorsOf(refused)]).toEqual([422, ['error: definition-of-r4 at StructureDefinition.url']]);
    const gender = { ...codeSystem('gender', ['x']), url: 'http://hl7.org/fhir/administrative-gender' };
    expect((await server.ask('PUT', '/CodeSystem/gender', gender)).status).toBe(422);
    expect((await server.ask('GET', '/CodeSystem/gender')).status).toBe(404);
  });

  test('a transaction may bring a profile and what claims it, in any order', async () => {
    const claiming = patientWith('http://a.cn/together');
    const together = profile('together', [{ path: 'Patient.birthDate', min: 1 }]);
    const refused = await server.ask('POST', '', transaction({ ...claiming, id: 'claims' }, together));
    expect([refused.status, errorsOf(refused)]).toEqual([422, ['error: required-element at Bundle.entry[0].resource']]);
    expect((await server.ask('GET', '/StructureDefinition/together')).status).toBe(404);
    expect((await server.ask('POST', '', transaction({ ...claiming, id: 'claims', birthDate: '1990' }, together))).status).toBe(200);
    expect(await issuesFor(server, claiming)).toEqual([expect.stringMatching(/^error: .* at Patient$/)]);
  });
});
