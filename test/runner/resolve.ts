/** For Node's loader: `@jest/globals`, which has nothing outside of jest's own module system, is globals.ts. */
import type { ResolveHook } from 'node:module';

export const resolve: ResolveHook = (specifier, context, next) =>
  specifier === '@jest/globals' ? { url: new URL('./globals.js', import.meta.url).href, shortCircuit: true } : next(specifier, context);
