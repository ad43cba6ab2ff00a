/** The committed resources of the package belong to its sources and to each other. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { CodeSystem, ElementDefinition, FhirResource, StructureDefinition, ValueSet } from 'fhir/r4.js';
import { buildPackage } from '../../scripts/build-profiles.js';
import { digestFile, digestsOf } from '../../scripts/profiles/freshness.js';
import { definitions } from '../built-definitions.js';
import { folder, jsonNames, readJson } from './room.js';

const resources = jsonNames(folder, 'package').map((name) => readJson<FhirResource>(folder, 'package', `${name}.json`));
const structures = resources.filter((one): one is StructureDefinition => one.resourceType === 'StructureDefinition');
const codeSystems = resources.filter((one): one is CodeSystem => one.resourceType === 'CodeSystem');
const valueSets = resources.filter((one): one is ValueSet => one.resourceType === 'ValueSet');

describe('The package folder', () => {
  test('was built from the sources beside it (else run npm run build:profiles)', async () => {
    expect(await digestsOf(folder)).toEqual(readJson(folder, digestFile));
  });

  // SUSHI takes ten seconds and more; the digests stand in for it where time counts.
  const rebuild = process.env.CI === 'true' ? test : test.skip;
  rebuild(
    'comes out of SUSHI as committed',
    async () => {
      const built = await buildPackage(folder);
      expect([...built.keys()]).toEqual(readdirSync(join(folder, 'package')).sort());
      for (const [name, text] of built) expect(readFileSync(join(folder, 'package', name), 'utf8')).toBe(text);
    },
    120_000,
  );
});

describe('Every StructureDefinition', () => {
  test('has a snapshot', () => {
    expect(structures.filter((one) => (one.snapshot?.element.length ?? 0) === 0).map((one) => one.url)).toEqual([]);
  });

  test('binds only to value sets that are here', () => {
    const bound = structures
      .flatMap(elementsOf)
      .flatMap((element) => (element.binding?.strength === 'required' ? [element.binding.valueSet ?? ''] : []));
    const unknown = [...new Set(bound)].filter((url) => definitions.valueSet(url) === undefined);
    expect(unknown).toEqual([]);
  });

  test('words its constraints in English and in Chinese', () => {
    const own = structures.flatMap(elementsOf).flatMap((element) => (element.constraint ?? []).filter(({ key }) => key.startsWith('cn-')));
    const unworded = own.filter(
      ({ human, _human }) => !/^[A-Za-z].*\.$/.test(human) || !/[\u4e00-\u9fff].*。/.test(JSON.stringify(_human ?? '')),
    );
    expect(own.length).toBeGreaterThan(40);
    expect(unworded.map(({ key }) => key)).toEqual([]);
  });

  test('makes no identifier of a person mandatory', () => {
    const slices = structures
      .filter((one) => one.type === 'Patient' || one.type === 'Practitioner')
      .flatMap(elementsOf)
      .filter((element) => element.path.endsWith('.identifier') && element.sliceName !== undefined);
    expect(slices.length).toBeGreaterThan(10);
    expect(slices.filter((slice) => slice.min !== 0)).toEqual([]);
  });
});

describe('Every code table', () => {
  test('counts its concepts, each code once', () => {
    for (const system of codeSystems) {
      const codes = flat(system.concept ?? []);
      expect([system.url, new Set(codes).size]).toEqual([system.url, system.count ?? codes.length]);
    }
  });

  test('has a value set of all its codes', () => {
    const urls = new Set(valueSets.map((one) => one.url));
    expect(codeSystems.filter((system) => !urls.has(system.valueSet ?? '')).map((system) => system.url)).toEqual([]);
  });
});

function elementsOf(structure: StructureDefinition): readonly ElementDefinition[] {
  return structure.snapshot?.element ?? [];
}

function flat(concepts: NonNullable<CodeSystem['concept']>): readonly string[] {
  return concepts.flatMap((concept) => [concept.code, ...flat(concept.concept ?? [])]);
}
