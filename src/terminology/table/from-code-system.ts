/** The concepts of a CodeSystem resource, nested as they come, put into a table. Source: R4 codesystem.html#hierarchy */
import type { CodeSystem, CodeSystemConcept } from 'fhir/r4.js';
import { createTableBuilder, type TableBuilder } from './build-table.js';
import type { ConceptTable } from './concept-table.js';

/** Concepts put in at one step. */
const AT_ONCE = 500;

export function* tableOfCodeSystem({ caseSensitive, content, concept = [] }: CodeSystem): Generator<undefined, ConceptTable> {
  const builder = createTableBuilder({ caseSensitive: caseSensitive !== false, isComplete: content === 'complete' });
  yield* addAll(builder, concept, []);
  return builder.finish();
}

function* addAll(builder: TableBuilder, concepts: readonly CodeSystemConcept[], parents: readonly string[]): Generator<undefined, void> {
  for (const { concept: inner, ...own } of concepts) {
    builder.add({ ...own, parents });
    if (builder.count % AT_ONCE === 0) yield;
    if (inner !== undefined) yield* addAll(builder, inner, [own.code]);
  }
}
