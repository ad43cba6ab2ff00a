/** Chinese answers tell R4's own invariants in Chinese. Source: R4 elementdefinition.html#ElementDefinition.constraint.human */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { ElementDefinitionConstraint } from 'fhir/r4.js';
import { openIndex } from '../../src/definitions/index-file.js';
import { chineseSentence } from '../../src/validation/invariant-sentences.js';
import written from '../../src/validation/invariants-zh.json' with { type: 'json' };
import { projectFolder } from '../end-to-end/command.js';
import { asResource, validator } from './at-hand.js';

const opened = openIndex(join(projectFolder, 'dist/definitions'));
const compiled = (opened?.data(...opened.index.constraints) ?? []) as readonly ElementDefinitionConstraint[];

test('every invariant of the compiled definitions has a Chinese sentence', () => {
  expect(compiled.length).toBeGreaterThan(240);
  const untold = compiled.filter((one) => one._human?.extension === undefined && chineseSentence(one) === undefined);
  expect(untold.map(({ key, human }) => `${key}: ${human}`)).toEqual([]);
});

test('every Chinese sentence belongs to an invariant, and is one sentence without a colon', () => {
  const there = new Set(compiled.map(({ key, human }) => `${key}: ${human}`));
  const stray = written.flatMap(({ keys, human }) => keys.map((key) => `${key}: ${human}`)).filter((one) => !there.has(one));
  expect(stray).toEqual([]);
  expect(written.filter(({ zh }) => !/[一-鿿]/.test(zh) || /[：。"]/.test(zh))).toEqual([]);
});

test('an invariant that does not hold is told in Chinese', () => {
  const contact = [{ gender: 'male' }];
  const found = validator.validate(asResource({ resourceType: 'Patient', contact })).find(({ message }) => message.id === 'pat-1');
  expect(found?.message.zh).toBe('不满足约束 pat-1：contact 中 name、telecom、address 与 organization 至少要有一个');
});

test("a profile's own rule of the same key keeps its own words", () => {
  expect(chineseSentence({ key: 'pat-1', human: 'A contact has a telephone' })).toBeUndefined();
});
