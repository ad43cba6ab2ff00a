/**
 * Where the resources of a type stand: those inside others, of the type `#Patient`, have a table of their own with the same columns and
 * indexes of the same names. Source: port.ts Contained
 */
import type { Lookup } from './names.js';

export type RowTable = 'resource' | 'contained';

/** Numbers from here on are of resources inside others; a position tells by its number which it is. */
export const FIRST_CONTAINED = 2 ** 40;

const MARK = '#';

export function containedType(type: string): string {
  return MARK + type;
}

export function isContainedType(type: string): boolean {
  return type.startsWith(MARK);
}

/** The type whose slots it has. */
export function plainType(type: string): string {
  return isContainedType(type) ? type.slice(MARK.length) : type;
}

export function tableOf({ connection, names }: Lookup, type: number): RowTable {
  return isContainedType(names.typeName(connection, type)) ? 'contained' : 'resource';
}
