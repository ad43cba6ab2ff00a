/** What `@jest/globals` is to a test file (see resolve.ts): the functions of the file that runs now, by names that stay. */
import { ModuleMocker } from 'jest-mock';
import { type Given, given } from './given.js';

const mocker = new ModuleMocker(globalThis);

/** `describe.each` and the like as well as `describe`. */
function current(name: keyof Given): Given[keyof Given] {
  return new Proxy(() => undefined, {
    apply: (_target, _self, passed) => Reflect.apply(given(name), undefined, passed),
    get: (_target, property) => Reflect.get(given(name), property),
  }) as unknown as Given[keyof Given];
}

export const afterAll = current('afterAll');
export const afterEach = current('afterEach');
export const beforeAll = current('beforeAll');
export const beforeEach = current('beforeEach');
export const describe = current('describe');
export const expect = current('expect');
export const test = current('test');

export const jest = {
  setTimeout(milliseconds: number) {
    Reflect.set(globalThis, Symbol.for('TEST_TIMEOUT_SYMBOL'), milliseconds);
  },
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
};
