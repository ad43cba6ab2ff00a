/**
 * The tables of concepts that code systems of the store name: read when one is put into effect, let go with it, and never more in memory
 * than is allowed. Source: store/concept-blocks.ts, terminology/table/
 */
import { inSteps } from '../model/in-steps.js';
import { type Message, message } from '../model/message.js';
import { readTableBytes, tableNote } from '../store/concept-blocks.js';
import type { StateStore } from '../store/state.js';
import type { ConceptTable } from '../terminology/table/concept-table.js';
import { readTable } from '../terminology/table/table-bytes.js';
import { tableTooLarge } from '../terminology/table/too-large.js';

export interface ConceptTables {
  /** The table, or why there is none. `name`: of the CodeSystem that names it; what that has already does not count. */
  load(name: string, digest: string): Promise<ConceptTable | Message>;
  /** One that is in memory. */
  held(digest: string): ConceptTable | undefined;
  /** That CodeSystem has this table now; or none, and perhaps why. */
  hold(name: string, table: HeldTable | Message | undefined): void;
  standing(): TablesStanding;
}

export interface TablesStanding {
  readonly tables: number;
  readonly concepts: number;
  /** Taken, and allowed. */
  readonly bytes: number;
  readonly limit: number;
  /** `CodeSystem/id`, with the reason why it has no concepts. */
  readonly unusable: readonly (readonly [name: string, why: Message])[];
}

export interface HeldTable {
  readonly digest: string;
  readonly table: ConceptTable;
}

export interface ConceptTablesSetting {
  readonly states: Pick<StateStore, 'get' | 'list'>;
  /** Bytes that all tables together may take. */
  readonly limit: number;
  /** A code system has another table now, or none: what it had may be of no more use in the store. */
  readonly onLetGo: () => void;
}

export function createConceptTables({ states, limit, onLetGo }: ConceptTablesSetting): ConceptTables {
  const held = new Map<string, HeldTable>();
  const unusable = new Map<string, Message>();
  const loading = new Map<string, Promise<ConceptTable>>();

  function heldBeside(name: string): ReadonlyMap<string, number> {
    const sizes = new Map<string, number>();
    for (const [other, { digest, table }] of held) if (other !== name) sizes.set(digest, table.bytes);
    return sizes;
  }

  const heldAs = (digest: string) => [...held.values()].find((one) => one.digest === digest)?.table;

  return {
    held: heldAs,
    async load(name, digest) {
      const present = heldAs(digest);
      if (present !== undefined) return present;
      const note = await tableNote(states, digest);
      if (note === undefined) return tableMissing(digest);
      const used = [...heldBeside(name).values()].reduce((sum, size) => sum + size, 0);
      if (used + note.bytes > limit) return tableTooLarge(note.bytes, used, limit);
      const underway = loading.get(digest) ?? readTableBytes(states, note).then((bytes) => inSteps(readTable(bytes)));
      loading.set(digest, underway);
      try {
        return await underway;
      } catch (error) {
        return tableUnreadable(error instanceof Error ? error.message : String(error));
      } finally {
        loading.delete(digest);
      }
    },
    hold(name, table) {
      const before = held.get(name);
      held.delete(name);
      unusable.delete(name);
      if (before !== undefined && before.digest !== (table !== undefined && 'digest' in table ? table.digest : undefined)) onLetGo();
      if (table === undefined) return;
      if ('id' in table) unusable.set(name, table);
      else held.set(name, table);
    },
    standing() {
      const tables = [...new Map([...held.values()].map(({ digest, table }) => [digest, table])).values()];
      const [concepts, bytes] = [tables.reduce((sum, { count }) => sum + count, 0), tables.reduce((sum, one) => sum + one.bytes, 0)];
      return { tables: tables.length, concepts, bytes, limit, unusable: [...unusable] };
    },
  };
}

function tableMissing(digest: string): Message {
  return message(
    'concept-table-missing',
    `its concepts are not in the store: there is no complete table ${digest}; load it again with lianyi load-codesystem`,
    `库中没有其概念：缺少完整的概念表 ${digest}；请用 lianyi load-codesystem 重新导入`,
  );
}

function tableUnreadable(reason: string): Message {
  return message(
    'concept-table-unreadable',
    `its table of concepts cannot be read: ${reason}; load it again with lianyi load-codesystem`,
    `其概念表无法读取：${reason}；请用 lianyi load-codesystem 重新导入`,
  );
}
