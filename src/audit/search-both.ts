/**
 * A search over AuditEvents and other types: what the store holds comes first, then the journal, the newest first. The pages go from one to the
 * other, either way.
 */
import { type Position, type Query, type Slice, StoreCostly } from '../store/port.js';

type Asked = Omit<Query, 'where'>;

interface Both {
  readonly base: (query: Asked) => Promise<Slice>;
  readonly journal: (query: Asked) => Promise<Slice>;
}

/** Throws StoreCostly for an order: the two stand in none together. */
export async function searchBoth(both: Both, query: Asked): Promise<Slice> {
  if (query.sort.length > 0) throw new StoreCostly('AuditEvents are sorted where they are searched by themselves; _type would help');
  return query.backward ? backward(both, query) : forward(both, query);
}

async function forward({ base, journal }: Both, query: Asked): Promise<Slice> {
  const { after, count, ...rest } = query;
  if (isOfJournal(after)) return journal(query);
  const first = await base(query);
  if (first.more) return first;
  const room = count - first.matches.length;
  const then = await journal({ ...rest, count: Math.max(1, room) });
  if (room === 0) return { ...first, more: then.matches.length > 0 };
  return { matches: [...first.matches, ...then.matches], more: then.more };
}

async function backward({ base, journal }: Both, query: Asked): Promise<Slice> {
  const { after, count, ...rest } = query;
  if (after !== undefined && !isOfJournal(after)) return base(query);
  const last = await journal(query);
  if (last.more) return last;
  const room = count - last.matches.length;
  const before = await base({ ...rest, count: Math.max(1, room) });
  if (room === 0) return { ...last, more: before.matches.length > 0 };
  return { matches: [...before.matches, ...last.matches], more: before.more };
}

function isOfJournal(position: Position | undefined): boolean {
  return position?.place !== undefined;
}
