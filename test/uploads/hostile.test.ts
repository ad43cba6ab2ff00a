/** Profiles that are meant to harm, or cannot be meant: refused with the place, or harmless. */
import { describe, expect, jest, test } from '@jest/globals';
import type { ElementDefinition } from 'fhir/r4.js';
import { issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import { differential, patientWith } from './samples.js';

jest.setTimeout(60_000);

const [sqlite] = stores;
if (sqlite === undefined) throw new Error('There is no store to test on');

const constrained = (expression: string): Partial<ElementDefinition>[] => [
  { path: 'Patient', constraint: [{ key: 'a-1', severity: 'error', human: 'x', expression }] },
];
const at = (rest: string) => `StructureDefinition.differential.element[0]${rest}`;

describe('A profile', () => {
  const server = serverOn(sqlite.open);
  const put = async (resource: ReturnType<typeof differential>) => {
    const answered = await server.ask('PUT', `/StructureDefinition/${resource.id}`, resource);
    return [answered.status, answered.status < 300 ? [] : issuesOf(answered).filter((issue) => issue.startsWith('error'))];
  };

  test.each<[string, readonly Partial<ElementDefinition>[], string]>([
    ['an expression that cannot be read', constrained('name.where('), at('.constraint[0].expression')],
    ['a function that is not there', constrained('name.evil()'), at('.constraint[0].expression')],
    ['an element that is not there', [{ path: 'Patient.nickname', min: 1 }], at('.path')],
    ['a type that is not there', [{ path: 'Patient.gender', type: [{ code: 'kode' }] }], at('.type')],
    ['more than the base allows', [{ path: 'Patient.gender', max: '5' }], at('.max')],
  ])('with %s is refused there and is not stored', async (_what, elements, told) => {
    const [status, issues] = await put(differential('harm', elements));
    expect([status, issues]).toEqual([422, [expect.stringContaining(told)]]);
    expect((await server.ask('GET', '/StructureDefinition/harm')).status).toBe(404);
  });

  test('built on itself, or on another that is built on it, is refused', async () => {
    const base = (id: string) => ({ baseDefinition: `http://a.cn/${id}` });
    expect(await put(differential('self', [{ path: 'Patient.gender', min: 1 }], base('self')))).toEqual([
      422,
      [expect.stringContaining('at StructureDefinition.baseDefinition')],
    ]);
    const [one, two] = [
      differential('one', [{ path: 'Patient.gender', min: 1 }], base('two')),
      differential('two', [{ path: 'Patient.gender', min: 1 }], base('one')),
    ];
    const entry = [one, two].map((resource) => ({ resource, request: { method: 'PUT', url: `StructureDefinition/${resource.id}` } }));
    expect((await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(422);
    // By way of an update: what was a base is to be built on its own child.
    expect(await put(differential('one', [{ path: 'Patient.gender', min: 1 }]))).toEqual([201, []]);
    expect(await put(two)).toEqual([201, []]);
    expect((await put(one))[0]).toBe(422);
  });

  test('that asks for itself, or has quotes in its names, does what it says and no more', async () => {
    const name = 'x"\'`$' + '{process.exit(1)}\\';
    const itself = differential('itself', [
      {
        path: 'Patient',
        constraint: [{ key: 'a-1', severity: 'error', human: name, expression: "conformsTo('http://a.cn/itself') or name.empty()" }],
      },
      { id: 'Patient.link.other', path: 'Patient.link.other', type: [{ code: 'Reference', targetProfile: ['http://a.cn/itself'] }] },
      {
        id: 'Patient.identifier',
        path: 'Patient.identifier',
        slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' },
      },
      { id: 'Patient.identifier:a', path: 'Patient.identifier', sliceName: name, min: 1 },
      { id: 'Patient.identifier:a.system', path: 'Patient.identifier.system', min: 1, fixedUri: name },
    ]);
    const [status, issues] = await put(itself);
    if (status === 422) expect(issues).not.toEqual([]);
    else {
      const told = await server.ask('POST', '/Patient/$validate', {
        ...patientWith('http://a.cn/itself'),
        link: [{ other: { reference: '#' }, type: 'seealso' }],
      });
      expect(told.status).toBe(200);
    }
    expect((await server.ask('GET', '/metadata?_summary=true')).status).toBe(200);
  });
});
