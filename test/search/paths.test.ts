/** Plain paths against FHIRPath, on every example of R4 by every parameter of its type. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { corePackage, packageResources } from '../../src/definitions/packages.js';
import { compileExpression } from '../../src/fhirpath/compile.js';
import type { Expression } from '../../src/fhirpath/expression.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { compilePaths, type PathFinder } from '../../src/search/paths.js';
import { createRegistry } from '../../src/search/registry.js';
import { literalServices } from '../../src/search/resolve.js';
import { definitions } from '../built-definitions.js';

const registry = createRegistry(definitions);
const examples = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

interface Compared {
  readonly path: PathFinder;
  readonly expression: Expression;
}

function comparedFor(type: string): readonly Compared[] {
  return registry.indexed(type).flatMap(({ expression = '' }) => {
    const path = compilePaths(definitions, type, expression);
    return path === undefined ? [] : [{ path, expression: compileExpression(expression, definitions, { type }) }];
  });
}

/** A union names equal items once; the index does so too. */
function distinct(items: readonly unknown[]): ReadonlySet<string> {
  return new Set(items.map((item) => JSON.stringify(item)));
}

describe('a search parameter whose expression is a path', () => {
  test('finds what FHIRPath finds, in every example of R4', () => {
    const byType = new Map<string, readonly Compared[]>();
    let found = 0;
    for (const { text } of packageResources(corePackage(examples))) {
      const resource = parseJson(text) as Resource;
      const { resourceType: type } = resource;
      const compared = byType.get(type) ?? comparedFor(type);
      byType.set(type, compared);
      const root = { type, value: resource };
      const environment = { resource: root, rootResource: root, context: root, services: literalServices(resource, definitions) };
      for (const { path, expression } of compared) {
        const items = path(resource);
        if (items === undefined) continue;
        const expected = expression.evaluate([root], environment).filter(({ value }) => value !== undefined);
        if (items.length === 0 && expected.length === 0) continue;
        expect(distinct(items.map(({ type, value }) => [type, value]))).toEqual(distinct(expected.map(({ type, value }) => [type, value])));
        found += items.length;
      }
    }
    expect(found).toBeGreaterThan(10_000);
  }, 120_000);

  test('leaves to FHIRPath what is more than a path', () => {
    expect(compilePaths(definitions, 'Patient', "Patient.telecom.where(system='email' and use='home')")).toBeUndefined();
    expect(compilePaths(definitions, 'Patient', 'Patient.deceased.exists() and Patient.active != false')).toBeUndefined();
    expect(compilePaths(definitions, 'Bundle', 'Bundle.entry[0].resource')).toBeUndefined();
  });

  test('leaves to FHIRPath a reference that does not tell its type by itself', () => {
    const path = compilePaths(definitions, 'Observation', 'Observation.subject.where(resolve() is Patient)');
    const observation = (reference: string): Resource => ({ resourceType: 'Observation', subject: { reference } });
    expect(path?.(observation('Patient/1'))).toEqual([{ type: 'Reference', value: { reference: 'Patient/1' } }]);
    expect(path?.(observation('Group/1'))).toEqual([]);
    expect(path?.(observation('https://example.org/fhir/Patient/1'))).toBeUndefined();
    expect(path?.(observation('#p'))).toBeUndefined();
  });
});
