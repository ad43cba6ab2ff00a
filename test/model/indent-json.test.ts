import { describe, expect, test } from '@jest/globals';
import { indentJsonInSteps } from '../../src/model/indent-json.js';
import { stringifyJson } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';

describe('Indented JSON', () => {
  test.each([
    '{}',
    '[]',
    '"a"',
    '{"a":[],"b":{},"c":[[]],"d":[{}],"e":null}',
    '{"resourceType":"Bundle","entry":[{"resource":{"id":"1","x":[1.10,"a\\nb"]}},{"fullUrl":"張"}],"total":1e-7}',
    '{"a\\"b":[[1,2],[3,[4]]],"__proto__":{"x":1}}',
  ])('%s is written in steps as it is at once', (text) => {
    const json = parseJson(text);
    const steps = indentJsonInSteps(json);
    let step = steps.next();
    while (!step.done) step = steps.next();
    expect(step.value).toBe(stringifyJson(json, 2));
  });
});
