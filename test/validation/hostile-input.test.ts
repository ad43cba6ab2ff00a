import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isObject, type Json } from '../../src/model/json.js';
import { asResource, exampleNamed, examples, told, validator } from './at-hand.js';

/** mulberry32: the same numbers for the same seed on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const oddities: readonly Json[] = [
  ...[null, true, false, 0, -1, 1e308, 1.5, '', ' ', 'x', '#', '#x', 'Patient/1', 'urn:uuid:', '2020-02-30', '<div', '\u0000', '😀'],
  ...[[], {}, [null], [[]], [{}], { resourceType: 'Patient' }, { resourceType: 'Bundle', entry: [null] }, { extension: [null] }],
  ...[{ reference: {} }, { coding: 'x' }, { url: 1 }, { id: [] }, { contained: [{ contained: {} }] }, { meta: { profile: 'x' } }],
];

/** One part of the value somewhere, replaced by something odd, taken out, doubled or given another name. */
function mutated(value: Json, random: (below: number) => number): Json {
  if (Array.isArray(value) && value.length > 0 && random(4) > 0) {
    const at = random(value.length);
    return value.map((item: Json, index: number) => (index === at ? mutated(item, random) : item));
  }
  if (!isObject(value) || random(5) === 0) return oddities[random(oddities.length)] ?? null;
  const keys = Object.keys(value);
  const key = keys[random(keys.length)];
  if (key === undefined) return null;
  const { [key]: part = null, ...others } = value;
  switch (random(8)) {
    case 0:
      return others;
    case 1:
      return { ...others, [`_${key}`]: part };
    case 2:
      return { ...others, [key.slice(1)]: part };
    case 3:
      return { ...value, [key]: [part, part] };
    default:
      return { ...value, [key]: mutated(part, random) };
  }
}

const MUTANTS = 4000;

describe('Whatever the JSON, the validator answers', () => {
  const random = randomFrom(20260501);
  const names = readdirSync(examples)
    .filter((name) => /^[A-Z].*\.json$/.test(name) && !/^(Bundle|ImplementationGuide|ValueSet|CodeSystem)-/.test(name))
    .map((name) => name.slice(0, -'.json'.length));

  test(`for ${MUTANTS} examples broken by chance`, () => {
    let refused = 0;
    for (let i = 0; i < MUTANTS; i++) {
      const example = exampleNamed(names[random(names.length)] ?? '');
      let value: Json = example;
      for (let times = 1 + random(3); times > 0; times--) value = mutated(value, random);
      if (!isObject(value)) continue;
      const resource = asResource({ ...value, resourceType: example.resourceType });
      const errors = told(validator.validate(resource), 'error');
      if (errors.length > 0) refused++;
      for (const error of errors) expect(error).not.toContain('undefined');
    }
    expect(refused).toBeGreaterThan(MUTANTS / 2);
  }, 120_000);

  test('for a resource that nests as deep as the parser allows', () => {
    let inner: Json = { url: 'http://a.cn/x', valueString: 'x' };
    for (let depth = 0; depth < 48; depth++) inner = { url: 'http://a.cn/x', extension: [inner] };
    const issues = validator.validate(asResource({ resourceType: 'Patient', extension: [inner] }));
    expect(told(issues, 'error')).toEqual([]);
  });

  test('and names no more than 200 issues, the last of which tells how many are left out', () => {
    const name = Array.from({ length: 500 }, () => ({ use: 'x' }));
    const issues = validator.validate(asResource({ resourceType: 'Patient', name }));
    expect(issues).toHaveLength(200);
    expect(issues[199]?.message.en).toBe('301 more issues, 301 of them errors, are not shown; correct these first');
  });

  test('for differentials of thousands of elements, all of which are looked at', () => {
    const element = Array.from({ length: 6_000 }, (_, at) => ({ id: `a${at}`, path: at === 0 ? 'Patient' : `Patient.a${at}` }));
    const keys = (elements: Json) => {
      const sent = { resourceType: 'StructureDefinition', kind: 'resource', type: 'Patient', differential: { element: elements } };
      return validator.validate(asResource(sent)).map(({ message }) => message.id);
    };
    expect(keys(element)).not.toContain('sdf-8a');
    expect(keys([...element, { id: 'b', path: 'Person.b' }])).toContain('sdf-8a');
  });
});
