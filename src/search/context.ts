/** What every part of search needs to know of its surroundings. */
import type { Definitions } from '../definitions/definitions.js';
import type { Zone } from '../model/dates.js';
import type { Key } from '../model/resource.js';
import type { CodeSystems } from './code-systems.js';

export interface SearchContext {
  readonly definitions: Definitions;
  readonly codeSystems: CodeSystems;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** For dates without a zone. */
  readonly zone: Zone;
  /** Milliseconds UTC; `ap` on dates depends on it. */
  readonly now: () => number;
  /** Of the resource that is indexed, where it stands inside another. */
  readonly container?: Key;
}
