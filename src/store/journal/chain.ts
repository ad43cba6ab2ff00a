/** A chain of the journal by its numbers: blocks may lie across each other, because what waits for a commit comes before what does not. */
import type { AuditPlace, AuditRecord } from '../audit-log.js';
import { type Block, placesOf, recordsOf, SPAN } from './block.js';
import type { Shelf } from './shelf.js';

type Blocks = Pick<Shelf<string | number>, 'within' | 'nextLast'>;

/** Numbers looked at in one step, at least. */
const STEP = 512;

export async function walkChain(shelf: Blocks, chain: string, after: number, count: number): Promise<readonly AuditRecord[]> {
  const found: AuditRecord[] = [];
  for (let from = after; found.length < count; ) {
    const last = await shelf.nextLast(chain, from);
    if (last === undefined) break;
    // Nothing lies below: the blocks that follow end behind this one and reach no further back.
    from = Math.max(from, last - SPAN);
    const upTo = from + Math.max(STEP, count - found.length);
    found.push(...recordsBetween(await shelf.within(chain, from, upTo), from, upTo));
    from = upTo;
  }
  return found.slice(0, count);
}

function recordsBetween(blocks: readonly Block[], after: number, upTo: number): readonly AuditRecord[] {
  const found = blocks.flatMap((block) => {
    const recordAt = recordsOf(block);
    const { numbers } = placesOf(block);
    return [...numbers].flatMap((number, at) => (number > after && number <= upTo ? [recordAt(at)] : []));
  });
  return found.sort((a, b) => a.number - b.number);
}

/** By place; undefined where there is none. */
export async function readPlaces(shelf: Blocks, places: readonly AuditPlace[]): Promise<readonly (AuditRecord | undefined)[]> {
  const found: (AuditRecord | undefined)[] = [];
  for (const { chain, number } of places) {
    const [record] = recordsBetween(await shelf.within(chain, number - 1, number), number - 1, number);
    found.push(record);
  }
  return found;
}

/** The number that is in one of these and among those; undefined where there is none. */
export function takenIn(there: readonly Uint32Array[], numbers: ReadonlySet<number>): number | undefined {
  for (const some of there) {
    const taken = some.find((number) => numbers.has(number));
    if (taken !== undefined) return taken;
  }
  return undefined;
}
