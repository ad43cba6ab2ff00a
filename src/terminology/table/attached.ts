/** Which table holds the concepts of a code system that is in effect; it is let go with the code system. */
import type { CodeSystem } from 'fhir/r4.js';
import type { ConceptTable } from './concept-table.js';

const tables = new WeakMap<CodeSystem, ConceptTable>();

/** A copy of the code system, which says how much of it is in the table; what adds to another stays one of those. */
export function withTable(codeSystem: CodeSystem, table: ConceptTable): CodeSystem {
  const { concept: _, ...rest } = codeSystem;
  const isSupplement = codeSystem.content === 'supplement';
  const attached: CodeSystem = { ...rest, content: isSupplement ? 'supplement' : table.isComplete ? 'complete' : 'fragment' };
  tables.set(attached, table);
  return attached;
}

export function attachedTable(codeSystem: CodeSystem): ConceptTable | undefined {
  return tables.get(codeSystem);
}
