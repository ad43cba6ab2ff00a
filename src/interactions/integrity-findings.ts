/** What the parts of referential integrity share: what they are asked, and what they find. */
import type { Access } from '../access/access.js';
import type { Issue } from '../model/outcome.js';
import type { LocalReferences } from '../search/local-references.js';
import type { Guard, Write } from '../store/port.js';
import type { Rooms } from './intent.js';

export type IntegrityRooms = Pick<Rooms, 'store' | 'definitions' | 'baseUrl'> & { readonly references: LocalReferences };

export interface ToJudge {
  readonly writes: readonly Write[];
  readonly left: Left;
  /** Of the one who asks: what may not be seen is to them as if it were not there. */
  readonly access: Access;
  /** Of what is found. */
  readonly severity: 'warning' | 'error';
}

/** What the writes leave of the instances they touch. */
export interface Left {
  /** `Patient/1` → the version that is current then. */
  readonly written: ReadonlyMap<string, number>;
  readonly gone: ReadonlySet<string>;
}

/** A write, and what is wrong with it. */
export interface Finding {
  readonly write: Write;
  readonly issue: Issue;
}

export interface Judged {
  readonly findings: readonly Finding[];
  /** That what was found still holds when it is committed. */
  readonly guards: readonly Guard[];
}

/** Where all is refused, more of them would help nobody. */
export const MOST_TOLD = 100;

/** The name under which a target is held: shared by those who refer to it, alone by who deletes it. */
export function targetName(target: string): string {
  return `ref:${target}`;
}
