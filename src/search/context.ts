/** What every part of search needs to know of its surroundings. */
import type { Definitions } from '../definitions/definitions.js';
import type { Zone } from '../model/dates.js';
import type { Issue } from '../model/outcome.js';
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
  /** Is told where more may be found than was asked for; without it nothing is asked that cannot be asked exactly. */
  readonly approximately?: (issue: Issue) => void;
  /** Of the resource that is indexed, where it stands inside another. */
  readonly container?: Key;
}
