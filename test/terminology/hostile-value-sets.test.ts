import { describe, expect, test } from '@jest/globals';
import type { CodeSystem, ValueSet } from 'fhir/r4.js';
import { wholly } from '../../src/model/in-steps.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { drawnOn } from '../../src/terminology/drawn-on.js';
import { type ExpandedCode, expand, nothingLeftOut } from '../../src/terminology/expand.js';
import { Obstructed } from '../../src/terminology/obstructed.js';
import { definitions } from '../built-definitions.js';

const url = (name: string | number) => `urn:vs:${name}`;
const imports = (name: string | number, of: readonly (string | number)[], code?: string): ValueSet => ({
  resourceType: 'ValueSet',
  url: url(name),
  status: 'active',
  compose: {
    include: [
      ...of.map((one) => ({ valueSet: [url(one)] })),
      ...(code === undefined ? [] : [{ system: 'urn:letters', concept: [{ code }] }]),
    ],
  },
});

function terminologyOf(valueSets: readonly ValueSet[], codeSystems: readonly CodeSystem[] = []) {
  const { generation } = definitions;
  return createTerminology({
    generation,
    supplements: [],
    codeSystems: [],
    valueSet: (canonical) => valueSets.find((one) => one.url === canonical),
    codeSystem: (canonical) => codeSystems.find((one) => one.url === canonical),
  });
}

type Terms = ReturnType<typeof terminologyOf>;

function codesOf(terminology: Terms, name: string | number): readonly string[] | string {
  const content = terminology.at({}).valueSet(url(name));
  const asked = { offset: 0, activeOnly: false, withoutAbstract: false, nested: false, isLeftOut: nothingLeftOut, most: 1000 };
  try {
    const found = content && wholly(expand(content, () => undefined, asked));
    return found === undefined || 'tooMany' in found ? 'too many' : found.codes.map(({ concept }) => concept.code);
  } catch (error) {
    if (error instanceof Obstructed) return error.obstacle[0];
    throw error;
  }
}

describe('value sets that were made to be slow', () => {
  const asked = (terminology: Terms, name: string | number, code: string) =>
    terminology.membership(url(name), { system: 'urn:letters', code });

  test('each importing the next one many times is asked once for each', () => {
    const depth = 60;
    const chain = Array.from({ length: depth }, (_, at) => imports(at, [at + 1, at + 1, at + 1, at + 1]));
    const terminology = terminologyOf([...chain, imports(depth, [], 'a')]);
    expect(asked(terminology, 0, 'a')).toBe('in');
    expect(asked(terminology, 0, 'b')).toBe('out');
    expect(codesOf(terminology, depth - 3)).toEqual(['a']);
    expect(codesOf(terminology, 0)).toMatch(/^more than \d+ value sets/);
  });

  test('one inside the other without end are followed only so far', () => {
    const depth = 5000;
    const terminology = terminologyOf([...Array.from({ length: depth }, (_, at) => imports(at, [at + 1])), imports(depth, [], 'a')]);
    expect(asked(terminology, 0, 'a')).toBe('undecided');
    expect(terminology.obstacle(url(0))).toBeUndefined();
    expect(codesOf(terminology, 0)).toMatch(/one inside the other/);
    expect(asked(terminology, depth - 50, 'a')).toBe('in');
    const whole = terminology.at({}).published(url(0));
    expect(whole && drawnOn(whole, terminology.at({}), undefined).valueSets.size).toBe(100);
  });

  test.each([
    { include: 'all' },
    { include: [{ system: 'urn:letters', concept: 'a' }] },
    { include: [{ valueSet: 7 }] },
    { include: [{ system: 'urn:letters' }], exclude: {} },
  ])('of no shape cannot be told: %j', (compose) => {
    const terminology = terminologyOf([{ resourceType: 'ValueSet', url: url('odd'), status: 'active', compose } as unknown as ValueSet]);
    expect(asked(terminology, 'odd', 'a')).toBe('undecided');
    expect(codesOf(terminology, 'odd')).toBe('it cannot be read as a value set');
  });

  test('all importing each other come to an end', () => {
    const all = Array.from({ length: 25 }, (_, at) => at);
    const clique = all.map((at) =>
      imports(
        at,
        all.filter((other) => other !== at),
        String.fromCharCode(97 + at),
      ),
    );
    const terminology = terminologyOf(clique);
    expect(asked(terminology, 0, 'a')).toBe('in');
    expect(asked(terminology, 0, 'y')).toBe('in');
    expect(['out', 'undecided']).toContain(asked(terminology, 0, 'z'));
    expect(codesOf(terminology, 0)).toMatch(/^more than/);
  });

  test('a small circle has the codes of all in it, whichever is asked first', () => {
    const circle = () => terminologyOf([imports('a', ['b'], 'a'), imports('b', ['c'], 'b'), imports('c', ['a'], 'c')]);
    for (const name of ['a', 'b', 'c']) {
      const terminology = circle();
      expect([...codesOf(terminology, name)].sort()).toEqual(['a', 'b', 'c']);
      for (const one of ['a', 'b', 'c']) {
        for (const code of ['a', 'b', 'c']) expect([one, code, asked(terminology, one, code)]).toEqual([one, code, 'in']);
        expect(asked(terminology, one, 'd')).toBe('out');
      }
    }
    expect(codesOf(terminologyOf([imports('self', ['self'])]), 'self')).toEqual([]);
  });

  test('a code system whose concepts stand above each other keeps all of them', () => {
    const property = (parent: string) => [{ code: 'parent', valueCode: parent }];
    const circular: CodeSystem = {
      resourceType: 'CodeSystem',
      url: 'urn:letters',
      status: 'active',
      content: 'complete',
      concept: [
        { code: 'a', property: property('b') },
        { code: 'b', property: property('a') },
        { code: 'c', property: property('c') },
        { code: 'd', property: property('a') },
      ],
    };
    const whole: ValueSet = {
      resourceType: 'ValueSet',
      url: url('whole'),
      status: 'active',
      compose: { include: [{ system: 'urn:letters' }] },
    };
    const sources = terminologyOf([whole], [circular]).at({});
    const content = sources.valueSet(url('whole'));
    if (content === undefined) throw new Error('It is not there');
    const found = wholly(
      expand(content, ({ system }) => sources.codeSystem(system), {
        ...{ offset: 0, activeOnly: false, withoutAbstract: false, nested: true, isLeftOut: nothingLeftOut, most: 1000 },
      }),
    );
    const names: string[] = [];
    const walk = (codes: readonly ExpandedCode[]) => {
      for (const { concept, below } of codes) {
        names.push(concept.code);
        walk(below);
      }
    };
    if ('tooMany' in found) throw new Error('There are four');
    walk(found.codes);
    expect(names.sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});
