/**
 * Whether an uploaded StructureDefinition can take effect: its snapshot can be made. What only later
 * resources may bring (a value set, an extension's definition) does not keep it out; its base must be there.
 * Source: R4 structuredefinition.html, profiling.html#snapshot
 */
import type { StructureDefinition } from 'fhir/r4.js';
import type { LiveDefinitions } from '../definitions/live.js';
import { withSnapshot } from '../definitions/snapshot/snapshot.js';
import type { Uploaded } from '../definitions/uploaded.js';
import { message } from '../model/message.js';
import type { Issue } from '../model/outcome.js';

/** `definitions` know the structure already, so that it may speak of itself. */
export function examineStructure(structure: Uploaded, definitions: LiveDefinitions): readonly Issue[] {
  const sent = structure.read() as StructureDefinition;
  if (sent.derivation !== 'constraint') return sent.kind === 'logical' ? [] : [noNewTypes(sent)];
  const result = withSnapshot(sent, definitions.asSent);
  if (result.kind === 'refused') return result.reasons.map(({ message: text, expression }) => refused(text, expression));
  return [];
}

function refused(text: Issue['message'], expression: string): Issue {
  return { severity: 'error', code: 'processing', message: text, expression };
}

function noNewTypes({ type }: StructureDefinition): Issue {
  const text = message(
    'definition-without-effect',
    `A definition of the type ${type} is kept, but has no effect: the types of R4 are fixed, and resources are checked by them and by profiles`,
    `类型 ${type} 的定义已保存，但不起作用：R4 的类型是固定的，资源按这些类型及规范（profile）校验`,
  );
  return { severity: 'warning', code: 'not-supported', message: text, expression: 'StructureDefinition.derivation' };
}
