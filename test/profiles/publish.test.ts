/** `npm pack` in the folder of the package gives what a FHIR package has to be. Source: FHIR NPM package specification, "Package contents" */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localPackages, packageResources } from '../../src/definitions/packages.js';
import { folder, jsonNames, readJson } from './room.js';

interface Index {
  readonly 'index-version': number;
  readonly files: readonly { readonly filename: string; readonly resourceType: string; readonly url?: string; readonly kind?: string }[];
}

const place = mkdtempSync(join(tmpdir(), 'publish-'));
const source = join(place, 'profiles', 'lianyi.cn.core');
const unpacked = join(place, 'unpacked', 'lianyi.cn.core');

beforeAll(() => {
  // Elsewhere, because packing lays things out in the folder and others read there at the same time.
  cpSync(folder, source, { recursive: true });
  symlinkSync(resolve('dist'), join(place, 'dist'));
  const env = { ...process.env, npm_config_update_notifier: 'false', npm_config_offline: 'true' };
  execFileSync('npm', ['pack', '--silent', '--pack-destination', place], { cwd: source, env });
  const [file = ''] = readdirSync(place).filter((name) => name.endsWith('.tgz'));
  mkdirSync(unpacked, { recursive: true });
  execFileSync('tar', ['-xzf', join(place, file), '-C', unpacked]);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('The published package', () => {
  test('has its manifest, an index of all its resources, and no sources', () => {
    const manifest = readJson<Readonly<Record<string, unknown>>>(unpacked, 'package', 'package.json');
    expect([manifest.name, manifest.type, manifest.fhirVersions]).toEqual(['lianyi.cn.core', 'fhir.ig', ['4.0.1']]);
    const index = readJson<Index>(unpacked, 'package', '.index.json');
    expect(index['index-version']).toBe(2);
    expect(index.files.map(({ filename }) => filename).sort()).toEqual(readdirSync(join(folder, 'package')).sort());
    expect(index.files.find(({ filename }) => filename === 'StructureDefinition-cn-patient.json')).toMatchObject({
      resourceType: 'StructureDefinition',
      id: 'cn-patient',
      url: 'https://lianyi.cn/fhir/StructureDefinition/cn-patient',
      kind: 'resource',
      type: 'Patient',
      derivation: 'constraint',
    });
    const others = readdirSync(join(unpacked, 'package')).filter((name) => !/^[A-Z][A-Za-z]+-.*\.json$/.test(name));
    expect(others.sort()).toEqual(['.index.json', 'README.md', 'example', 'mappings', 'package.json']);
  });

  test('has the valid examples, and none of the invalid ones', () => {
    const examples = jsonNames(unpacked, 'package', 'example').filter((name) => !name.startsWith('.'));
    const valid = readdirSync(join(folder, 'examples')).flatMap((profile) =>
      jsonNames(folder, 'examples', profile)
        .filter((name) => name.startsWith('valid-'))
        .map((name) => `${profile}-${name}`),
    );
    expect(examples).toEqual(valid.sort());
    expect(readJson<Index>(unpacked, 'package', 'example', '.index.json').files).toHaveLength(valid.length);
  });

  test('is read by the loader as the folder is', () => {
    const resources = (profiles: string) =>
      localPackages(profiles).flatMap((one) => [...packageResources(one)].map(({ file, text }) => [one.name, file, text]));
    expect(resources(join(place, 'unpacked'))).toEqual(resources('profiles'));
  });

  test('leaves nothing behind in the folder', () => {
    expect(readdirSync(source).sort()).toEqual(readdirSync(folder).sort());
  });
});
