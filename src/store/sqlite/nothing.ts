/**
 * Whether a reference leads to nothing: known by one look into its index, without a transaction around it. Access by consents asks that of
 * nearly everything that is read. Source: port.ts find
 */
import type { Where } from '../port.js';
import { estimate } from './alternatives.js';
import type { Reader } from './reader.js';
import { source } from './sources.js';

/** false: perhaps something is found. */
export function findsNothing(reader: Reader, where: Where): boolean {
  const [clause, another] = where;
  if (clause === undefined || another !== undefined) return false;
  const { connection, names } = reader;
  const { predicate } = clause;
  if (predicate.kind !== 'match' || predicate.match.kind !== 'reference') return false;
  const type = names.type(connection, clause.type);
  if (type === undefined) return true;
  // What was written under a new parameter before the call is to be seen.
  names.params.refresh(connection);
  const driver = source(reader, type, predicate);
  return driver !== undefined && estimate(reader, driver, 1) === 0;
}
