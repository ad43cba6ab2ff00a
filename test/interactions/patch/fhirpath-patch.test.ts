import { describe, expect, jest, test } from '@jest/globals';
import { issuesOf } from '../../running-server.js';
import { serverOn } from '../../server-on.js';
import { stores } from '../../stores.js';
import { type PatchOperation, patchParameters } from './parameters.js';

jest.setTimeout(60_000);

const given = { given: ['a', 'b', 'c'], _given: [null, { extension: [{ url: 'urn:e', valueCode: 'q' }] }, null] };
const patient = {
  resourceType: 'Patient',
  active: true,
  name: [{ family: 'x', ...given }],
  birthDate: '1970-01-01',
  deceasedBoolean: false,
};
const extension = {
  part: [
    { name: 'url', valueUri: 'urn:x' },
    { name: 'value', valueDecimal: 1 },
  ],
};

const all = '%resource.descendants()';

// Decided above the stores: one of them is enough.
describe.each(stores.slice(0, 1))('FHIRPath Patch on $name', ({ open }) => {
  const server = serverOn(open);

  const patched = async (resource: { readonly resourceType: string }, body: unknown) => {
    const path = `/${resource.resourceType}/${(await server.ask('POST', `/${resource.resourceType}`, resource)).body.id}`;
    return { path, answer: await server.ask('PATCH', path, body) };
  };

  test.each<[string, PatchOperation, object]>([
    [
      'add puts an element where the definition has it',
      { type: 'add', path: 'Patient', name: 'gender', value: { valueCode: 'male' } },
      { gender: 'male' },
    ],
    [
      'add appends to a list',
      { type: 'add', path: 'Patient.name', name: 'given', value: { valueString: 'd' } },
      { name: [{ family: 'x', given: ['a', 'b', 'c', 'd'], _given: [...given._given, null] }] },
    ],
    [
      'add chooses the type of a choice by the value',
      { type: 'add', path: 'Patient', name: 'multipleBirth', value: { valueInteger: 2 } },
      { multipleBirthInteger: 2 },
    ],
    [
      'add takes the name that JSON has for a choice',
      { type: 'add', path: 'Patient', name: 'multipleBirthInteger', value: { valueInteger: 2 } },
      { multipleBirthInteger: 2 },
    ],
    [
      'add to a primitive goes beside it',
      { type: 'add', path: 'Patient.birthDate', name: 'extension', value: extension },
      { _birthDate: { extension: [{ url: 'urn:x', valueDecimal: 1 }] } },
    ],
    [
      'add brings a resource',
      {
        type: 'add',
        path: 'Patient',
        name: 'contained',
        value: { resource: { resourceType: 'Basic', id: 'b', code: { text: 'B' }, subject: { reference: '#' } } },
      },
      { contained: [{ resourceType: 'Basic', id: 'b', code: { text: 'B' }, subject: { reference: '#' } }] },
    ],
    [
      'insert keeps what stands beside each item',
      { type: 'insert', path: 'Patient.name.given', index: 1, value: { valueString: 'd' } },
      { name: [{ family: 'x', given: ['a', 'd', 'b', 'c'], _given: [null, null, given._given[1], null] }] },
    ],
    [
      'insert at the end',
      { type: 'insert', path: 'Patient.name', index: 1, value: { valueHumanName: { text: 'y' } } },
      { name: [patient.name[0], { text: 'y' }] },
    ],
    [
      'move takes what stands beside along',
      { type: 'move', path: 'Patient.name.given', source: 1, destination: 2 },
      { name: [{ family: 'x', given: ['a', 'c', 'b'], _given: [null, null, given._given[1]] }] },
    ],
    [
      'delete finds one by what it holds',
      { type: 'delete', path: "Patient.name.given.where($this = 'b')" },
      { name: [{ family: 'x', given: ['a', 'c'] }] },
    ],
    [
      'delete of the last content takes its holder along',
      { type: 'delete', path: "Patient.name.given[1].extension('urn:e')" },
      { name: [{ family: 'x', given: ['a', 'b', 'c'] }] },
    ],
    ['delete of nothing is no error', { type: 'delete', path: 'Patient.photo' }, {}],
    [
      'replace of a choice may change its type',
      { type: 'replace', path: 'Patient.deceased', value: { valueDateTime: '2001' } },
      { deceasedBoolean: undefined, deceasedDateTime: '2001' },
    ],
    [
      'replace inside an extension of a primitive',
      { type: 'replace', path: "Patient.name.given[1].extension('urn:e').value", value: { valueString: 'z' } },
      { name: [{ family: 'x', given: given.given, _given: [null, { extension: [{ url: 'urn:e', valueString: 'z' }] }, null] }] },
    ],
    [
      'a path may begin below the resource',
      { type: 'replace', path: 'name.first().family', value: { valueString: 'y' } },
      { name: [{ ...given, family: 'y' }] },
    ],
  ])('%s (fhirpatch.html#concept)', async (_what, operation, expected) => {
    const { answer } = await patched(patient, patchParameters(operation));
    const { id: _, meta: _meta, ...rest } = answer.body;
    expect([answer.status, rest]).toEqual([200, JSON.parse(JSON.stringify({ ...patient, ...expected }))]);
  });

  test.each<[string, PatchOperation, string]>([
    ['replace of nothing', { type: 'replace', path: 'Patient.photo', value: { valueString: 'z' } }, 'patch-path-missing'],
    [
      'insert into nothing',
      { type: 'insert', path: 'Patient.photo', index: 0, value: { valueAttachment: { title: 'z' } } },
      'patch-path-missing',
    ],
    ['a path to many', { type: 'replace', path: 'Patient.name.given', value: { valueString: 'z' } }, 'patch-path-many'],
    ['an element that the type does not have', { type: 'delete', path: 'Patient.nickname' }, 'patch-path-failed'],
    [
      'an element that cannot be added',
      { type: 'add', path: 'Patient', name: 'nickname', value: { valueString: 'z' } },
      'patch-no-element',
    ],
    [
      'add where there is one already',
      { type: 'add', path: 'Patient', name: 'birthDate', value: { valueDate: '2001-01-01' } },
      'patch-element-exists',
    ],
    [
      'add of another type of a choice that is there',
      { type: 'add', path: 'Patient', name: 'deceased', value: { valueDateTime: '2001' } },
      'patch-element-exists',
    ],
    ['a primitive of another kind', { type: 'replace', path: 'Patient.birthDate', value: { valueBoolean: true } }, 'patch-value-type'],
    [
      'a data type that is another',
      { type: 'add', path: 'Patient', name: 'identifier', value: { valueHumanName: { text: 'z' } } },
      'patch-value-type',
    ],
    [
      'a choice that does not have the type',
      { type: 'replace', path: 'Patient.deceased', value: { valueString: 'z' } },
      'patch-value-type',
    ],
    [
      'a place beyond the list',
      { type: 'insert', path: 'Patient.name', index: 2, value: { valueHumanName: { text: 'z' } } },
      'patch-index',
    ],
    ['a move out of the list', { type: 'move', path: 'Patient.name.given', source: 0, destination: 3 }, 'patch-index'],
    [
      'a list that is only a part of one',
      { type: 'move', path: "Patient.name.given.where($this != 'a')", source: 0, destination: 1 },
      'patch-no-list',
    ],
    ['an element that does not repeat as a list', { type: 'move', path: 'Patient.birthDate', source: 0, destination: 0 }, 'patch-no-list'],
    [
      'a value that is computed',
      { type: 'replace', path: 'Patient.name.given.first().upper()', value: { valueString: 'z' } },
      'patch-path-computed',
    ],
    ['the resource itself', { type: 'delete', path: 'Patient' }, 'patch-whole-resource'],
    [
      'what costs too much to find',
      {
        type: 'delete',
        path: `${all}.select(${all}.select(${all}.select(${all}.select(${all}))))`,
      },
      'patch-path-failed',
    ],
  ])('%s is 422 and nothing is stored (fhirpatch.html#concept)', async (_what, operation, expected) => {
    const { path, answer } = await patched(patient, patchParameters({ type: 'delete', path: 'Patient.active' }, operation));
    expect([answer.status, issuesOf(answer)[0]]).toEqual([422, `error: ${expected} at Parameters.parameter[1]`]);
    expect((await server.ask('GET', path)).headers.get('etag')).toBe('W/"1"');
  });

  const type = { name: 'type', valueCode: 'delete' };
  test.each<[string, unknown, string]>([
    ['no Parameters', { resourceType: 'Patient' }, 'type-mismatch at Parameters.resourceType'],
    [
      'a parameter of another name',
      { resourceType: 'Parameters', parameter: [{ name: 'op', part: [] }] },
      'patch-parameter at Parameters.parameter[0]',
    ],
    ['an unknown type', patchParameters({ type: 'remove', path: 'Patient.active' }), 'patch-type at Parameters.parameter[0]'],
    ['a path that is no FHIRPath', patchParameters({ type: 'delete', path: 'Patient.((' }), 'patch-path at Parameters.parameter[0]'],
    ['an unknown function', patchParameters({ type: 'delete', path: 'Patient.name.nth(2)' }), 'patch-path at Parameters.parameter[0]'],
    [
      'no path',
      { resourceType: 'Parameters', parameter: [{ name: 'operation', part: [type] }] },
      'patch-part-missing at Parameters.parameter[0]',
    ],
    ['no value', patchParameters({ type: 'replace', path: 'Patient.active' }), 'patch-part-missing at Parameters.parameter[0]'],
    [
      'a part that means nothing',
      patchParameters({ type: 'delete', path: 'Patient.active', index: 1 }),
      'patch-part-unexpected at Parameters.parameter[0]',
    ],
    [
      'a part twice',
      { resourceType: 'Parameters', parameter: [{ name: 'operation', part: [type, type] }] },
      'patch-part-unexpected at Parameters.parameter[0]',
    ],
    [
      'a part without a value',
      { resourceType: 'Parameters', parameter: [{ name: 'operation', part: [type, { name: 'path' }] }] },
      'patch-part-value at Parameters.parameter[0]',
    ],
    [
      'a part with two values',
      { resourceType: 'Parameters', parameter: [{ name: 'operation', part: [{ ...type, valueString: 'x' }] }] },
      'patch-part-value at Parameters.parameter[0]',
    ],
    [
      'a negative index',
      patchParameters({ type: 'insert', path: 'Patient.name', index: -1, value: { valueHumanName: { text: 'z' } } }),
      'patch-part-number at Parameters.parameter[0]',
    ],
  ])('%s is 400 (fhirpatch.html#format)', async (_what, body, expected) => {
    const { answer } = await patched(patient, body);
    expect([answer.status, issuesOf(answer)]).toEqual([400, [`error: ${expected}`]]);
  });

  test('operations see what those before them left, numbers keep their digits', async () => {
    const observation = { resourceType: 'Observation', status: 'final', code: { text: 'c' } };
    const body = JSON.stringify(
      patchParameters(
        {
          type: 'add',
          path: 'Observation',
          name: 'component',
          value: {
            part: [
              { name: 'code', valueCodeableConcept: { text: 'a' } },
              { name: 'value', valueQuantity: { value: 15 } },
            ],
          },
        },
        {
          type: 'add',
          path: "Observation.component.where(code.text = 'a')",
          name: 'interpretation',
          value: { valueCodeableConcept: { text: 'i' } },
        },
        { type: 'replace', path: "Observation.component.where(code.text = 'a').value.value", value: { valueDecimal: 17 } },
      ),
    ).replace('17', '1.10');
    const { answer } = await patched(observation, body);
    expect(answer.text).toContain('"component":[{"code":{"text":"a"},"valueQuantity":{"value":1.10},"interpretation":[{"text":"i"}]}]');
  });

  test('resolve() leads to what is contained, and to nothing outside (fhirpatch.html#concept)', async () => {
    const holder = {
      ...patient,
      contained: [{ resourceType: 'Organization', id: 'o', name: 'O' }],
      managingOrganization: { reference: '#o' },
    };
    const inside = await patched(
      holder,
      patchParameters({ type: 'replace', path: 'Patient.managingOrganization.resolve().name', value: { valueString: 'P' } }),
    );
    expect(inside.answer.body.contained[0].name).toBe('P');
    const { id } = (await server.ask('POST', '/Organization', { resourceType: 'Organization', name: 'O' })).body;
    const beyond = { ...patient, managingOrganization: { reference: `Organization/${id}` } };
    const outside = await patched(beyond, patchParameters({ type: 'delete', path: 'Patient.managingOrganization.resolve()' }));
    expect([outside.answer.status, issuesOf(outside.answer)]).toEqual([422, ['error: patch-path-computed at Parameters.parameter[0]']]);
  });

  test('what comes of it must be valid, and the same resource (fhirpatch.html#concept)', async () => {
    const { answer } = await patched(
      patient,
      patchParameters({ type: 'replace', path: 'Patient.birthDate', value: { valueString: 'soon' } }),
    );
    expect([answer.status, issuesOf(answer)]).toEqual([
      422,
      expect.arrayContaining([expect.stringMatching(/^error: .* at Patient.birthDate/)]),
    ]);
    const other = await patched(patient, patchParameters({ type: 'replace', path: 'Patient.id', value: { valueId: 'z' } }));
    expect([other.answer.status, issuesOf(other.answer)]).toEqual([422, ['error: patch-identity at Patient.id']]);
  });
});
