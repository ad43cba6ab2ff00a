import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { compileDefinitions, writeDefinitions } from '../../src/definitions/compile.js';
import { definitionsAreFresh } from '../../src/definitions/fingerprint.js';
import { loadDefinitions } from '../../src/definitions/load.js';
import { localPackages } from '../../src/definitions/packages.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'definitions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const profiles = () => join(folder, 'profiles');
const out = () => join(folder, 'out');

function write(file: string, content: unknown): void {
  const path = join(profiles(), file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
}

function writePackage(name = 'test.pkg', version = '1.0.0'): void {
  write(`${name}/package.json`, { name, version, canonical: 'http://example.org/fhir' });
}

const codeSystem = (id: string, more: object = {}) => ({
  resourceType: 'CodeSystem',
  id,
  url: `http://example.org/fhir/CodeSystem/${id}`,
  status: 'active',
  content: 'complete',
  concept: [{ code: 'a', display: '甲', definition: 'for people' }],
  ...more,
});
const profile = {
  resourceType: 'StructureDefinition',
  id: 'cn-patient',
  url: 'http://example.org/fhir/StructureDefinition/cn-patient',
  version: '2.0',
  kind: 'resource',
  type: 'Patient',
  derivation: 'constraint',
  snapshot: { element: [{ id: 'Patient', path: 'Patient', short: 'for people', min: 0, max: '*' }] },
};

const compile = () => compileDefinitions(localPackages(profiles()), 'input');

describe('local packages', () => {
  test('a package gives its profiles, code systems and value sets, under its own version where they have none', () => {
    writePackage();
    write('test.pkg/package/StructureDefinition-cn-patient.json', profile);
    write('test.pkg/package/CodeSystem-x.json', codeSystem('x'));
    write('test.pkg/package/Patient-example.json', { resourceType: 'Patient', id: 'example' });
    write('test.pkg/input/CodeSystem-unread.json', codeSystem('unread'));
    writeDefinitions(compile(), out());
    const definitions = loadDefinitions(out());
    expect(definitions.packages).toEqual([{ name: 'test.pkg', version: '1.0.0', canonical: 'http://example.org/fhir' }]);
    expect(definitions.localProfiles('Patient')).toEqual(['http://example.org/fhir/StructureDefinition/cn-patient|2.0']);
    expect(definitions.localProfiles('Observation')).toEqual([]);
    expect(definitions.structure(profile.url)?.snapshot?.element).toEqual([{ id: 'Patient', path: 'Patient', min: 0, max: '*' }]);
    expect(definitions.codeSystem('http://example.org/fhir/CodeSystem/x|1.0.0')?.concept).toEqual([
      { code: 'a', display: '甲', definition: 'for people' },
    ]);
    expect(definitions.codeSystem('http://example.org/fhir/CodeSystem/unread')).toBeUndefined();
  });

  test('where there is no folder named package, the files beside package.json are read', () => {
    writePackage();
    write('test.pkg/CodeSystem-x.json', codeSystem('x'));
    expect(compile().served.map(({ type, id, package: { name } }) => `${name} ${type}/${id}`)).toEqual(['test.pkg CodeSystem/x']);
  });

  test('what is served is the text of the file, unchanged', () => {
    writePackage();
    const text = '{ "resourceType": "CodeSystem", "id": "x", "url": "http://example.org/x",\n "count": 1.0 }\n';
    write('test.pkg/CodeSystem-x.json', text);
    expect(compile().served[0]?.text).toBe(text);
  });

  test('without a version the newest is found', () => {
    writePackage();
    write('test.pkg/a.json', codeSystem('old', { url: 'http://example.org/x', version: '1.9' }));
    write('test.pkg/b.json', codeSystem('new', { url: 'http://example.org/x', version: '1.10' }));
    writeDefinitions(compile(), out());
    expect(loadDefinitions(out()).codeSystem('http://example.org/x')?.id).toBe('new');
    expect(loadDefinitions(out()).codeSystem('http://example.org/x|1.9')?.id).toBe('old');
  });

  test('a profile of a package may have a differential alone; its snapshot is made of its base', () => {
    writePackage();
    write('test.pkg/base.json', profile);
    const url = 'http://example.org/fhir/StructureDefinition/derived';
    const differential = { element: [{ path: 'Patient', max: '1' }] };
    write('test.pkg/derived.json', { ...profile, id: 'derived', url, baseDefinition: profile.url, snapshot: undefined, differential });
    writeDefinitions(compile(), out());
    expect(loadDefinitions(out()).structure(url)?.snapshot?.element).toEqual([{ id: 'Patient', path: 'Patient', min: 0, max: '1' }]);
  });

  test('a canonical that stands twice, an id that stands twice and an id that is too long are left out with the reason', () => {
    writePackage();
    const long = 'x'.repeat(65);
    write('test.pkg/a.json', codeSystem('same'));
    write('test.pkg/b.json', codeSystem('same'));
    write('test.pkg/c.json', codeSystem('same', { url: 'http://example.org/other' }));
    write('test.pkg/d.json', codeSystem(long));
    const { index, served } = compile();
    expect(served.map(({ id }) => id)).toEqual(['same']);
    expect(index.omissions.map(({ id, from, reason }) => [id, from, reason])).toEqual([
      ['same', 'index', 'stands twice under http://example.org/fhir/CodeSystem/same|1.0.0'],
      ['same', 'rest', 'has an id that another resource of its type has'],
      [long, 'rest', 'has an id that R4 does not allow (at most 64 of A-Z, a-z, 0-9, - and .)'],
    ]);
  });

  test.each([
    [
      'a profile that no snapshot can be made for',
      { ...profile, snapshot: undefined },
      /x\.json: StructureDefinition\/cn-patient has no usable snapshot/,
    ],
    ['a resource without a canonical', codeSystem('x', { url: undefined }), /x\.json: CodeSystem\/x has no canonical url/],
    ['a resource without an id', codeSystem('x', { id: undefined }), /x\.json holds a CodeSystem without an id/],
    ['a search parameter without a base', { resourceType: 'SearchParameter', id: 'p', url: 'http://example.org/p' }, /names no base type/],
    ['a file that is not JSON', '{', /x\.json is not JSON/],
  ])('%s stops the build with the name of its file', (_, content, expected) => {
    writePackage();
    write('test.pkg/x.json', content);
    expect(compile).toThrow(expected);
  });

  test('a package must have a name and a version', () => {
    write('bad/package.json', { name: 'bad' });
    expect(compile).toThrow(/package\.json must give the package a name and a version/);
  });

  test('a folder without package.json is refused by its name', () => {
    write('notes/CodeSystem-x.json', codeSystem('x'));
    expect(() => localPackages(profiles())).toThrow(/notes is no FHIR package/);
  });

  test('a package may be as it unpacks, with everything in its folder "package"', () => {
    write('unpacked/package/package.json', { name: 'un.packed', version: '1.0.0' });
    write('unpacked/package/CodeSystem-x.json', codeSystem('x'));
    expect(localPackages(profiles()).map(({ name, files }) => [name, files])).toEqual([['un.packed', ['CodeSystem-x.json']]]);
  });
});

describe('freshness', () => {
  test('an index is fresh until a file of a package changes, appears or goes', () => {
    writePackage();
    write('test.pkg/CodeSystem-x.json', codeSystem('x'));
    expect(definitionsAreFresh(profiles(), out())).toBe(false);
    writeDefinitions(compile(), out());
    expect(definitionsAreFresh(profiles(), out())).toBe(true);
    write('test.pkg/CodeSystem-x.json', codeSystem('x', { title: 'changed' }));
    expect(definitionsAreFresh(profiles(), out())).toBe(false);
    writeDefinitions(compile(), out());
    write('test.pkg/CodeSystem-y.json', codeSystem('y'));
    expect(definitionsAreFresh(profiles(), out())).toBe(false);
    rmSync(join(profiles(), 'test.pkg/CodeSystem-y.json'));
    expect(definitionsAreFresh(profiles(), out())).toBe(true);
  });

  test('a copy of the same files with other times is the same', () => {
    writePackage();
    write('test.pkg/CodeSystem-x.json', codeSystem('x'));
    writeDefinitions(compile(), out());
    const copy = join(folder, 'copy');
    cpSync(profiles(), copy, { recursive: true });
    utimesSync(join(copy, 'test.pkg/CodeSystem-x.json'), 1, 1);
    expect(definitionsAreFresh(copy, out())).toBe(true);
  });

  test('where no profiles folder was shipped, the index stands for itself', () => {
    writeDefinitions(compileDefinitions([], 'input'), out());
    expect(definitionsAreFresh(join(folder, 'none'), out())).toBe(true);
  });
});
