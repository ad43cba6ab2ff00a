/** What jest asks of the surroundings of a test file: none are made, test files run in the worker's own process (see run-file.ts). */
import { ModuleMocker } from 'jest-mock';

export default class OwnProcess {
  /** What jest hangs here (a console, an exit that reports itself) would stay for the files that follow. */
  readonly global = {};
  readonly fakeTimers = null;
  readonly fakeTimersModern = null;
  readonly moduleMocker = new ModuleMocker(globalThis);

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {}

  getVmContext(): null {
    return null;
  }

  exportConditions(): readonly string[] {
    return ['node', 'import'];
  }
}
