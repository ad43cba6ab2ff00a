import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isObject, type Json, type JsonObject } from '../../src/model/json.js';
import { parseXml } from '../../src/xml/parse-xml.js';
import { writeXml } from '../../src/xml/write-xml.js';
import { definitions as types } from '../built-definitions.js';
import { exampleNamed, examples } from './at-hand.js';

const names = readdirSync(examples)
  .filter((name) => name.endsWith('.json') && name !== 'package.json' && !name.startsWith('.'))
  .map((name) => name.slice(0, -'.json'.length));
const definition = /^(StructureDefinition|SearchParameter|ValueSet|CodeSystem|OperationDefinition|CompartmentDefinition)-/;
/** Some Bundles of definitions are up to 35 MB; test/conformance/examples.test.ts takes those that a server takes. */
const small = (name: string) => statSync(join(examples, `${name}.json`)).size < 512 * 1024;

/** What JSON → XML → JSON changes, and where the second XML is another text than the first. */
function changes(name: string): readonly string[] {
  const resource = exampleNamed(name);
  const xml = writeXml(types, resource);
  const read = parseXml(types, xml);
  const changed = firstChange(resource, read);
  if (changed !== undefined) return [`${name}${changed}`];
  return writeXml(types, read) === xml ? [] : [`${name}: the XML differs`];
}

function firstChange(before: Json | undefined, after: Json | undefined, path = ''): string | undefined {
  const found = (value: Json | undefined) => JSON.stringify(value)?.slice(0, 100);
  if (typeof before !== 'object' || before === null || typeof after !== 'object' || after === null) {
    return before === after ? undefined : `${path}: ${found(before)} became ${found(after)}`;
  }
  if (!isObject(before) && !Array.isArray(before)) return String(before) === String(after) ? undefined : `${path}: ${before}`;
  const [one, two] = [before as JsonObject, after as JsonObject];
  for (const key of new Set([...Object.keys(one), ...Object.keys(two)])) {
    const change = firstChange(one[key], two[key], `${path}.${key}`);
    if (change !== undefined) return change;
  }
  return undefined;
}

describe('JSON becomes XML and the same JSON again', () => {
  test.each([
    ['the official examples of data', names.filter((name) => !definition.test(name) && small(name)), 795],
    ['every fortieth definition of R4', names.filter((name) => definition.test(name)).filter((_name, i) => i % 40 === 0), 80],
  ] as const)('%s', (_what, chosen, least) => {
    expect(chosen.length).toBeGreaterThanOrEqual(least);
    expect(chosen.flatMap(changes)).toEqual([]);
  });
});
