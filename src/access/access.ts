/**
 * What a request may see and do. Every request carries one; search compiles it into the query, reads are judged
 * by it, so nothing is filtered after the fact. SMART scopes become one of these later.
 */
import type { Resource } from '../model/resource.js';
import type { Predicate } from '../store/port.js';
import type { Hidden, Searched } from './masking/unsearchable.js';
import type { Principal } from './principal.js';

/** The acts access is granted for, in SMART's own letters: create, read, update, delete, search. */
export type Act = 'create' | 'read' | 'update' | 'delete' | 'search';

export interface Access {
  /** Who asks, in words that never stand for another; absent where nobody is asked who they are. */
  readonly subject?: string;
  /** As the token tells; absent where access is not decided by tokens. */
  readonly principal?: Principal;
  /**
   * undefined: this act on this type is refused (403) before anything is looked up. Otherwise the predicate that a resource
   * must satisfy; `{kind: 'all', of: []}` allows every one.
   */
  restriction(act: Act, type: string): Predicate | undefined;
  /**
   * What is to be stored of a resource: with what the server says of it, and what may not be taken away. `before`: what it replaces;
   * `last`: the same, or what was there until it was deleted.
   */
  stamp?(resource: Resource, before: Resource | undefined, last?: Resource): Resource;
  /** Whether a PUT may make a resource that was not there, under the id it names. Absent: always. */
  mayChooseId?(type: string): boolean;
  /** What is shown of an answer: the text of a resource, perhaps of a Bundle, without what is covered. Absent: all of it. */
  cover?(json: Buffer): Generator<undefined, Buffer>;
  /** What only Consents keep away, for who is to be told that there is something. Absent: nobody is told. */
  readonly withheld?: Pick<Access, 'restriction'>;
  /** Whether Binary is refused, whatever its context says. */
  readonly hidesContent?: boolean;
  /** What nobody may search by to whom it is not shown. Absent: nothing. */
  readonly hides?: {
    parameter(parameter: Searched): Hidden;
    modifier(modifier: string): boolean;
  };
  /** By its name without the dollar sign. Absent: every operation. */
  mayPerform?(operation: string): boolean;
}

const everything: Predicate = { kind: 'all', of: [] };

/** No restriction at all: access control is off. */
export const unrestricted: Access = { restriction: () => everything };

/** Whoever has not said who they are, where that is asked: what is public needs no access. */
export const nobody: Access = { restriction: () => undefined };

export function isUnrestricted(predicate: Predicate): boolean {
  return predicate.kind === 'all' && predicate.of.length === 0;
}
