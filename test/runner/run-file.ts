/**
 * Runs a test file as jest does, but lets Node load it, as it loads the server. What is loaded and compiled for one file is there for those
 * that follow in the same worker; jest's own module system reads, links and compiles all of the server anew for each of hundreds of files,
 * and that took longer than most of them run.
 */
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Given, give } from './given.js';

const require = createRequire(import.meta.url);
type Adapter = (
  globalConfig: object,
  config: object,
  environment: object,
  runtime: object,
  path: string,
  send?: unknown,
) => Promise<object>;
const { default: adapter } = require('jest-circus/runner') as { readonly default: Adapter };

register('./resolve.js', import.meta.url);

/** What an earlier file has left: its hooks, its events, its timeout. */
function forgetEarlier(initializer: string): void {
  delete require.cache[initializer];
  for (const name of ['EVENT_HANDLERS', 'TEST_TIMEOUT_SYMBOL']) Reflect.deleteProperty(globalThis, Symbol.for(name));
}

export default function runFile(...[globalConfig, config, , , path, send]: Parameters<Adapter>): Promise<object> {
  const runtime = {
    requireInternalModule(initializer: string) {
      forgetEarlier(initializer);
      return require(initializer);
    },
    requireModule: require,
    setGlobalsForRuntime: (functions: Given) => give(functions),
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (file: string) => import(pathToFileURL(file).href),
    enterTestCode: () => undefined,
    leaveTestCode: () => undefined,
  };
  return adapter(globalConfig, config, { global: globalThis }, runtime, path, send);
}
