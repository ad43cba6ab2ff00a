import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { explainProfile } from '../../src/validation/explain.js';
import { definitions } from '../built-definitions.js';
import { projectFolder } from '../end-to-end/command.js';
import { terminology } from './at-hand.js';

const core = 'http://hl7.org/fhir/StructureDefinition';
const compiled: readonly (readonly [string, string])[] = [
  ['patient', 'Patient'],
  ['observation', 'Observation'],
  ['bp', `${core}/bp`],
  ['cn-patient', 'https://lianyi.cn/fhir/StructureDefinition/cn-patient'],
];

/** `UPDATE_COMPILED=1 npm run jest -- explain` writes them anew, to be read before they are committed. */
const isUpdate = process.env.UPDATE_COMPILED !== undefined;

describe('What a definition is compiled to', () => {
  test.each(compiled)('is as it was: %s', (name, canonical) => {
    const text = explainProfile(canonical, { definitions, terminology }, { source: true }) ?? '';
    const file = join(projectFolder, 'test/validation/compiled', `${name}.txt`);
    if (isUpdate) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
  test('is the same each time', () => {
    const twice = [0, 1].map(() => explainProfile(`${core}/bp`, { definitions, terminology }, { source: true }));
    expect(twice[0]).toBe(twice[1]);
  });
  test('begins with what it is and how many elements it has', () => {
    const text = explainProfile(`${core}/bp|4.0.1`, { definitions, terminology }) ?? '';
    expect(text.split('\n').slice(0, 4)).toEqual([
      `${core}/bp|4.0.1`,
      '  is a profile on Observation, beside the checks of Observation itself',
      `  built on ${core}/vitalsigns`,
      expect.stringMatching(/^ {2}with \d+ elements$/),
    ]);
    expect(text).toContain('Observation.component:SystolicBP 1..1 BackboneElement');
  });
  test('is its elements alone unless its source is asked for, extensions with their urls', () => {
    const canonical = 'https://lianyi.cn/fhir/StructureDefinition/cn-patient';
    const short = explainProfile(canonical, { definitions, terminology }) ?? '';
    const long = explainProfile(canonical, { definitions, terminology }, { source: true }) ?? '';
    expect(long.startsWith(short.trimEnd())).toBe(true);
    expect(short).not.toContain('c0 = ');
    expect(short).toMatch(/Patient\.extension:\w+ \d\.\.\d Extension; meets https?:\S+/);
  });
  test('is nothing for a url that is not known', () => {
    expect(explainProfile('http://a.cn/none', { definitions, terminology })).toBeUndefined();
  });
});
