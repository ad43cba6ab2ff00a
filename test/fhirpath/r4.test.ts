/** All that R4 itself says in FHIRPath, over all of R4's own examples. */
import { describe, expect, test } from '@jest/globals';
import type { SearchParameter, StructureDefinition } from 'fhir/r4.js';
import { compileExpression } from '../../src/fhirpath/compile.js';
import { resourceItem, toBoolean } from '../../src/fhirpath/items.js';
import { definitions } from '../built-definitions.js';
import { packaged } from './packaged.js';

/** Definitions, and three Bundles of definitions of 12 to 35 MB. */
const left =
  /^(StructureDefinition|SearchParameter|ValueSet|CodeSystem|OperationDefinition|CompartmentDefinition)-|^Bundle-(resources|dataelements|valueset-expansions)/;

const expressions = (packaged((name) => name.startsWith('SearchParameter-')) as unknown as SearchParameter[]).flatMap(({ expression }) =>
  expression === undefined ? [] : [expression],
);
const structures = packaged((name) => name.startsWith('StructureDefinition-')) as unknown as StructureDefinition[];
const examples = packaged((name) => !left.test(name));

function constraintsOf(structure: StructureDefinition) {
  return (structure.snapshot?.element ?? []).flatMap(({ path, constraint = [] }) =>
    constraint.flatMap(({ key, expression }) => (expression === undefined ? [] : [{ path, key, expression }])),
  );
}

describe('search parameters', () => {
  test('all 1,384 expressions compile', () => {
    expect(expressions).toHaveLength(1384);
    for (const expression of expressions) compileExpression(expression, definitions);
  });

  test('every expression of a type can be evaluated on every example of it', () => {
    let items = 0;
    const unequal: string[] = [];
    for (const resource of examples) {
      const focus = [resourceItem(resource)];
      for (const { code, expression } of definitions.searchParameters(resource.resourceType)) {
        if (expression === undefined) continue;
        const open = compileExpression(expression, definitions).evaluate(focus, {});
        const typed = compileExpression(expression, definitions, { type: resource.resourceType }).evaluate(focus, {});
        const same =
          open.length === typed.length && open.every(({ type, value }, at) => type === typed[at]?.type && value === typed[at].value);
        if (!same) unequal.push(`${resource.resourceType}/${resource.id} ${code}`);
        items += typed.length;
      }
    }
    expect(unequal).toEqual([]);
    expect(examples.length).toBeGreaterThan(800);
    expect(items).toBeGreaterThan(8000);
  });

  test('every expression can be evaluated on every example; one for other types gives nothing', () => {
    const foreign = new Map(
      [...new Set(expressions)].map((text) => [compileExpression(text, definitions), new Set(text.match(/\b[A-Z]\w+/g))]),
    );
    const wrong: string[] = [];
    for (const resource of examples) {
      const focus = [resourceItem(resource)];
      for (const [expression, named] of foreign) {
        // Patient's `deceased` asks a question, which has an answer for every type.
        const found = expression.evaluate(focus, {}).filter(({ type }) => type !== 'System.Boolean');
        const meant = named.size === 0 || [resource.resourceType, 'Resource', 'DomainResource'].some((type) => named.has(type));
        if (found.length > 0 && !meant) wrong.push(`${resource.resourceType}/${resource.id} ${expression.text}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('invariants', () => {
  test('all constraints of all structures compile', () => {
    const distinct = new Set(structures.flatMap((structure) => constraintsOf(structure).map(({ expression }) => expression)));
    expect(distinct.size).toBeGreaterThan(200);
    for (const expression of distinct) compileExpression(expression, definitions);
  });

  test('those of resources hold on every example, but for what is known of their text', () => {
    const found = { false: new Set<string>(), empty: new Set<string>() };
    const roots = new Map(structures.filter(({ derivation }) => derivation !== 'constraint').map((one) => [one.type, constraintsOf(one)]));
    for (const resource of examples) {
      const focus = resourceItem(resource);
      for (const { path, key, expression } of roots.get(resource.resourceType) ?? []) {
        const nodes = compileExpression(path.replaceAll('[x]', ''), definitions).evaluate([focus], {});
        for (const node of nodes) {
          const environment = { resource: focus, rootResource: focus };
          const result = toBoolean(compileExpression(expression, definitions).evaluate([node], environment));
          if (result !== true) found[result === undefined ? 'empty' : 'false'].add(key);
        }
      }
    }
    // Warnings: no narrative, and names that are not fit for code.
    expect([...found.false].sort()).toEqual(['dom-6', 'pdf-0', 'tst-0']);
    // Rules that ask something of an element that may be absent: a name, a fullUrl, a probability.
    const names = [...found.empty].filter((key) => key.endsWith('-0'));
    expect(names.length).toBeGreaterThan(10);
    expect([...found.empty].filter((key) => !key.endsWith('-0')).sort()).toEqual(['bdl-8', 'ras-2']);
  });
});
