/**
 * Where the tests of a file run: Node's globals in a context of the file's own, as in jest's, but one whose global object is a plain one.
 * In jest's every name that is not of the module itself (`Array`, `Map`, `Object`) goes through a proxy, and code that works hard takes
 * twice the time and more. jest's timers and mocks stay behind: the tests hand in clocks and use no mocks.
 */
import { constants, createContext } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/** What a context has of its own and must share with Node, whose functions make and take them. */
const shared: readonly (string | symbol)[] = ['ArrayBuffer', 'Uint8Array'];

export default class PlainEnvironment extends TestEnvironment {
  constructor(...given: ConstructorParameters<typeof TestEnvironment>) {
    super(...given);
    const plain = createContext(constants.DONT_CONTEXTIFY) as typeof this.global;
    for (const name of Reflect.ownKeys(this.global)) {
      const property = Object.getOwnPropertyDescriptor(this.global, name);
      if (property !== undefined && (!(name in plain) || shared.includes(name))) Object.defineProperty(plain, name, property);
    }
    plain.global = plain;
    plain.Error.stackTraceLimit = this.global.Error.stackTraceLimit;
    this.context = plain;
    this.global = plain;
    this.fakeTimers = null;
    this.fakeTimersModern = null;
  }
}
