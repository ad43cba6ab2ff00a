/** What the tests of the profiles share: one validator over all that the build compiled. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Issue } from '../../src/model/outcome.js';
import type { Resource } from '../../src/model/resource.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { createValidator } from '../../src/validation/create-validator.js';
import { definitions } from '../built-definitions.js';

export const folder = 'profiles/lianyi.cn.core';
export const validator = createValidator({ definitions, terminology: createTerminology(definitions), bestPractice: 'ignore' });

export function errorsOf(resource: Resource): readonly Issue[] {
  return validator.validate(resource).filter((issue) => issue.severity === 'error' || issue.severity === 'fatal');
}

export function readJson<T>(...path: readonly string[]): T {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as T;
}

/** Names of the JSON files in a folder without their ending, sorted. */
export function jsonNames(...path: readonly string[]): readonly string[] {
  return readdirSync(join(...path))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}
