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

  test('of thousands of constraints is kept and looked at', async () => {
    const constraint = Array.from({ length: 8_000 }, (_, at) => ({
      key: `a-${at}`,
      severity: 'error' as const,
      human: 'x',
      expression: `id != '${at}'`,
    }));
    expect(await put(differential('many', [{ path: 'Patient', constraint }]))).toEqual([201, []]);
    const told = await server.ask('POST', '/Patient/$validate', { ...patientWith('http://a.cn/many'), id: '7999' });
    expect(issuesOf(told)).toContain('error: a-7999 at Patient');
  });

  test('may not cost more with every value: what is left over is told as not evaluated', async () => {
    const constraint = [
      { key: 'a-1', severity: 'error' as const, human: 'x', expression: '(1 | 2 | 3).repeat($this + 1).exists()' },
      { key: 'a-2', severity: 'error' as const, human: 'x', expression: "given.select($this & 'a').count() = 1" },
    ];
    expect(await put(differential('dear', [{ path: 'Patient.name', constraint }]))).toEqual([201, []]);
    const name = Array.from({ length: 60 }, () => ({ family: 'a', given: ['b'] }));
    const { body } = await server.ask('POST', '/Patient/$validate', { ...patientWith('http://a.cn/dear'), name });
    const texts: string[] = body.issue.map((issue: { details: { text: string } }) => issue.details.text);
    expect(texts.filter((text) => text.startsWith('a-1: x (not evaluated: ')).length).toBe(60);
    expect(texts.filter((text) => text.startsWith('a-2: x (not evaluated: ')).length).toBeGreaterThan(30);
    expect(texts.filter((text) => text === 'a-2: x')).toEqual([]);
  });

  test('with a pattern that long texts are not looked at by says so of them', async () => {
    const constraint = [{ key: 'a-1', severity: 'error' as const, human: 'x', expression: "family.matches('x*x*x*x*y').not()" }];
    expect(await put(differential('texts', [{ path: 'Patient.name', constraint }]))).toEqual([201, []]);
    const told = await server.ask('POST', '/Patient/$validate', {
      ...patientWith('http://a.cn/texts'),
      name: [{ family: 'x'.repeat(9_000) }],
    });
    expect([told.status, issuesOf(told).filter((issue) => issue.startsWith('error'))]).toEqual([200, ['error: a-1 at Patient.name[0]']]);
  });

  test('with more slices than a reader wants names some of them', async () => {
    const slices = Array.from({ length: 300 }, (_, at) => ({
      id: `Patient.identifier:s${at}`,
      path: 'Patient.identifier',
      sliceName: `s${at}`,
      patternIdentifier: { system: `http://a.cn/${at}` },
    }));
    const slicing = { discriminator: [{ type: 'pattern' as const, path: '$this' }], rules: 'closed' as const };
    await put(differential('sliced', [{ path: 'Patient.identifier', slicing }, ...slices]));
    const told = await server.ask('POST', '/Patient/$validate', { ...patientWith('http://a.cn/sliced'), identifier: [{ value: '1' }] });
    expect(told.text).toContain('s18, s19, …');
    expect(told.text).not.toContain('s20');
    const identifier = Array.from({ length: 4_000 }, (_, at) => ({ system: `http://a.cn/${at}`, value: '1' }));
    const crowd = await server.ask('POST', '/Patient/$validate', { ...patientWith('http://a.cn/sliced'), identifier });
    expect(issuesOf(crowd)).toContain('error: slicing-too-costly at Patient');
  });
});
