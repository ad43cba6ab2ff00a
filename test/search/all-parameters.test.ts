/** Every search parameter that R4 defines finds something: in an official example, or in a resource made for it. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { corePackage, packageResources } from '../../src/definitions/packages.js';
import { isObject, type Json } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { errata } from '../../src/search/errata.js';
import { createRegistry, type Parameter } from '../../src/search/registry.js';
import { definitions } from '../built-definitions.js';
import { search } from './fixture.js';
import { madeFor } from './made-resource.js';

const registry = createRegistry(definitions);
const examples = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

/** Each definition with the types it is for, those of local packages too. */
function all(): readonly Parameter[] {
  return definitions.resourceTypes.flatMap((type) => [...registry.parameters(type).values()]);
}

const nameOf = ({ composite, shares, code }: Parameter) => shares ?? (composite?.elements === true ? composite.name : code);
const foundBy = (parameter: Parameter, resource: Resource) =>
  search.extract(resource).entries.some(({ param }) => param === nameOf(parameter));

/** Resources within Bundles are examples like others. */
function* withInner(resource: Resource): Generator<Resource> {
  if (!definitions.isResourceType(resource.resourceType)) return;
  yield resource;
  const entries = resource.resourceType === 'Bundle' && Array.isArray(resource.entry) ? (resource.entry as readonly Json[]) : [];
  for (const entry of entries) if (isObject(entry) && isObject(entry.resource)) yield* withInner(entry.resource as Resource);
}

describe('of the search parameters of R4', () => {
  const foundInExamples = new Set<string>();

  beforeAll(() => {
    for (const { text } of packageResources(corePackage(examples))) {
      if (text.length > 2_000_000) continue;
      for (const resource of withInner(parseJson(text) as Resource)) {
        for (const { param } of search.extract(resource).entries) foundInExamples.add(`${resource.resourceType}.${param}`);
      }
    }
  }, 120_000);

  test('1384 have an expression, three of them examples; each other finds something wherever it is asked for', () => {
    const urls = new Set<string>();
    const silent: string[] = [];
    for (const parameter of all()) {
      const { base, code, kind, url, expression, composite } = parameter;
      if (expression === undefined && composite === undefined) continue;
      // Those of local packages: extensions.test.ts.
      if (!url.startsWith('http://hl7.org/fhir/')) continue;
      urls.add(url);
      if (code === '_id' || code === '_lastUpdated' || (composite !== undefined && !composite.elements)) continue;
      if (foundInExamples.has(`${base}.${nameOf(parameter)}`) || foundBy(parameter, madeFor(parameter))) continue;
      silent.push(`${base}.${code} ${kind} ${expression}`);
    }
    expect(silent).toEqual([]);
    expect(urls.size).toBe(1384 - 3);
  }, 120_000);

  test('those without one are special, and no more', () => {
    const without = all().filter(({ expression, composite }) => expression === undefined && composite === undefined);
    expect([...new Set(without.map(({ code }) => code))].sort()).toEqual(['_content', '_filter', '_query', '_text']);
  });

  test('those that are read otherwise than they stand are found by nothing as they stand', () => {
    const stated = all().filter(({ url }) => errata.has(url));
    expect(stated).toHaveLength(errata.size);
    for (const { url, expression } of stated) {
      const own = definitions.searchParameter(url)?.expression ?? '';
      expect(own).not.toBe(expression);
      const [extension = ''] = /http[^']+/.exec(own) ?? [];
      expect(definitions.structure(extension)).toBe(undefined);
    }
  });
});
