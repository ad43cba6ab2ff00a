/**
 * The examples beside the profiles: each valid one passes, with the warnings written down for it and no other of this package; each invalid
 * one fails for the reasons written down for it and no other.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Issue } from '../../src/model/outcome.js';
import type { Resource } from '../../src/model/resource.js';
import { definitions } from '../built-definitions.js';
import { errorsOf, folder, jsonNames, readJson, validator } from './room.js';

interface Expected {
  readonly code: string;
  readonly id: string;
  readonly expression: string;
}

const examples = join(folder, 'examples');
const profiles = readdirSync(examples).sort();

describe('The examples of the package', () => {
  test('are there for every profile of a resource that the package has, and for no other', () => {
    const structures = jsonNames(folder, 'package').filter((name) => name.startsWith('StructureDefinition-'));
    const ofResources = structures
      .map((name) => readJson<{ id: string; type: string }>(folder, 'package', `${name}.json`))
      .filter(({ type }) => type !== 'Extension');
    expect(profiles).toEqual(ofResources.map(({ id }) => id).sort());
  });

  test('are in files that are named valid-, invalid- or expected.json, so that none is passed over', () => {
    const files = readdirSync(examples, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((one) => !one.isDirectory());
    const odd = files.filter(({ name }) => !/^(?:(?:in)?valid-[a-z0-9-]+|expected)\.json$/.test(name));
    expect(odd.map(({ name }) => name)).toEqual([]);
    const inFolders = profiles.flatMap((profile) => readdirSync(join(examples, profile)));
    expect(files.length).toBe(inFolders.length);
  });
});

describe.each(profiles)('%s', (profile) => {
  const names = jsonNames(examples, profile);
  const valid = names.filter((name) => name.startsWith('valid-'));
  const invalid = names.filter((name) => name.startsWith('invalid-'));
  const expected = readJson<Readonly<Record<string, readonly Expected[]>>>(examples, profile, 'expected.json');

  test('is known and has at least three valid and three invalid examples, which all claim it', () => {
    const canonical = `https://lianyi.cn/fhir/StructureDefinition/${profile}`;
    expect(definitions.structure(canonical)?.snapshot?.element.length).toBeGreaterThan(0);
    expect(Math.min(valid.length, invalid.length)).toBeGreaterThanOrEqual(3);
    const claims = [...valid, ...invalid].map((name) => readJson<{ meta: object }>(examples, profile, `${name}.json`).meta);
    expect(new Set(claims.map((meta) => JSON.stringify(meta)))).toEqual(new Set([JSON.stringify({ profile: [canonical] })]));
  });

  test.each(valid)('%s has no errors, and exactly the expected warnings of this package', (name) => {
    const issues = validator.validate(readJson<Resource>(examples, profile, `${name}.json`));
    expect(issues.filter(({ severity }) => severity === 'error' || severity === 'fatal')).toEqual([]);
    const own = issues.filter(({ message }) => message.id.startsWith('cn-'));
    expect(sorted(own.map(told))).toEqual(sorted(expected[name] ?? []));
  });

  test('expected.json speaks of examples that are here', () => {
    expect(Object.keys(expected).filter((name) => !names.includes(name))).toEqual([]);
  });

  test.each(invalid)('%s has exactly the expected errors', (name) => {
    const found = errorsOf(readJson<Resource>(examples, profile, `${name}.json`));
    expect(found).not.toEqual([]);
    expect(sorted(found.map(told))).toEqual(sorted(expected[name] ?? []));
  });
});

function told({ code, message, expression }: Issue): object {
  return { code, id: message.id, expression };
}

function sorted(issues: readonly object[]): readonly string[] {
  return issues.map((issue) => JSON.stringify(Object.entries(issue).sort())).sort();
}
