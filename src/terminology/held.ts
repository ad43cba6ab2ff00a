/** Code systems that are here whole: of any code it can be said whether it is one of theirs. Source: R4 codesystem.html#status (content) */
import { setImmediate } from 'node:timers/promises';
import { compareVersions } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';
import { systemsByRule } from './external-systems.js';

export interface HeldCodeSystem {
  readonly uri: string;
  /** Absent for what is known by a rule or a table of the engine's. */
  readonly version?: string;
  /** The version that is meant where none is named. */
  readonly isDefault?: boolean;
  readonly compositional?: boolean;
}

/** How long the event loop may be held, in milliseconds: there are more than a thousand to be read. */
const HELD = 8;

export async function heldCodeSystems(definitions: Pick<Definitions, 'codeSystem' | 'codeSystems'>): Promise<readonly HeldCodeSystem[]> {
  const newest = new Map<string, string>();
  for (const { url, version } of definitions.codeSystems) {
    const before = newest.get(url);
    if (before === undefined || compareVersions(version, before) > 0) newest.set(url, version);
  }
  const held: HeldCodeSystem[] = [];
  let since = performance.now();
  for (const { url, version } of definitions.codeSystems) {
    const found = definitions.codeSystem(`${url}|${version}`);
    if (found?.content === 'complete') {
      held.push({ uri: url, version, isDefault: newest.get(url) === version, compositional: found.compositional });
    }
    if (performance.now() - since < HELD) continue;
    await setImmediate();
    since = performance.now();
  }
  return [...held, ...systemsByRule.map((uri) => ({ uri }))];
}
