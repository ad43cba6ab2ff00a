/**
 * The cursor of a next link: where in the sorted walk the page ended, and which walk it belongs to. Opaque to clients.
 * Source: R4 http.html#paging
 */
import { createHash } from 'node:crypto';
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';
import type { Position } from '../store/port.js';
import type { Parameters, SearchPlan } from './search.js';

/** Result parameters that leave the walk as it is: a client may change them from page to page. */
const harmless: ReadonlySet<string> = new Set(['_cursor', '_count', '_total', '_include', '_revinclude', '_summary', '_elements']);

/** A short digest of what is walked through. A cursor is good for that alone. `asked`: all that decides what is in the walk, and its parameters. */
export function walkOf(asked: readonly unknown[], parameters: Parameters): string {
  const all = [...asked, parameters.filter(([name]) => !harmless.has(name))];
  return createHash('sha256').update(JSON.stringify(all)).digest('base64url').slice(0, 11);
}

export function searchWalk({ where, self, compartment }: Pick<SearchPlan, 'where' | 'self' | 'compartment'>): string {
  return walkOf([where.map(({ type }) => type), compartment ?? null], self);
}

export function encodeCursor(position: Position, walk: string): string {
  return Buffer.from(JSON.stringify([walk, position.number, ...position.values])).toString('base64url');
}

/** `values`: how many the position has. Throws FhirError 400 for what is no cursor, or one of another walk. */
export function decodeCursor(text: string, walk: string, values: number): Position {
  const parts = parse(text);
  if (parts === undefined) throw refused('is not one that this server gave out', '不是本服务器给出的');
  const [owner, number, ...found] = parts;
  if (owner !== walk) throw refused('belongs to another search', '属于另一次检索');
  if (typeof number !== 'number' || found.length !== values || !found.every(isSortValue)) {
    throw refused('is not one that this server gave out', '不是本服务器给出的');
  }
  return { number, values: found };
}

function parse(text: string): readonly unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

function isSortValue(value: unknown): value is string | number | null {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function refused(en: string, zh: string): FhirError {
  return fault(
    'invalid',
    message('search-cursor', `The _cursor of this page link ${en}; start the search again`, `此分页链接的 _cursor ${zh}；请重新检索`),
    {
      expression: '_cursor',
    },
  );
}
