import { describe, expect, test } from '@jest/globals';
import { mapDefinition } from '../../src/definitions/map-definition.js';
import { wholly } from '../../src/model/in-steps.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { createTranslator } from '../../src/terminology/translate.js';
import { definitions } from '../built-definitions.js';

const source = 'http://t.cn/local';
const name = (n: number) => `http://t.cn/maps/${n}`;

/** `leads`: the maps to which each of its groups leaves what it does not have. */
function map(n: number, leads: readonly number[]) {
  const group = leads.map((lead) => ({
    source,
    target: 'http://t.cn/national',
    element: [{ code: `only-${n}`, target: [{ code: 'N', equivalence: 'equal' }] }],
    unmapped: { mode: 'other-map', url: name(lead) },
  }));
  return wholly(mapDefinition({ resourceType: 'ConceptMap', url: name(n), status: 'active', group }));
}

function translatorOf(maps: readonly ReturnType<typeof map>[]) {
  const conceptMap = (url: string) => maps.find((one) => one.url === url);
  const known = { ...definitions, conceptMap, conceptMaps: () => maps };
  return createTranslator(known, createTerminology(definitions), () => []);
}

const asked = (code: string, more: object = {}) => ({ codings: [{ system: source, code }], dependencies: [], reverse: false, ...more });

describe('maps that leave codes to other maps (conceptmap.html#unmapped)', () => {
  test('lead on to the one that has the code', () => {
    const maps = [map(0, [1]), map(1, [2]), map(2, [0])];
    const { matches } = translatorOf(maps).translate(asked('only-2', { map: maps[0] }));
    expect(matches.map(({ concept, map: of }) => [concept?.code, of.url])).toEqual([['N', name(2)]]);
  });

  test('may lead in as many ways as they like: each is looked into once', () => {
    const maps = Array.from({ length: 200 }, (_, n) => map(n, [(n + 1) % 200, (n + 2) % 200]));
    const translator = translatorOf(maps);
    expect(translator.translate(asked('nowhere', { map: maps[0] })).matches).toEqual([]);
    expect(translator.translate(asked('nowhere')).matches).toEqual([]);
    expect(translator.translate(asked('only-5', { map: maps[0] })).matches).toHaveLength(1);
  });

  test('are followed so far only, and that is said', () => {
    const maps = Array.from({ length: 20 }, (_, n) => map(n, [n + 1]));
    const { matches, hints } = translatorOf(maps).translate(asked('only-15', { map: maps[0] }));
    expect(matches).toEqual([]);
    expect(hints.map(([en]) => en)).toContainEqual(expect.stringContaining('more than 10 maps do so'));
  });
});
