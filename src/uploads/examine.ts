/**
 * Whether an uploaded StructureDefinition can take effect: its snapshot can be made, and what it asks can be compiled. What only later
 * resources may bring (a value set, an extension's definition) does not keep it out; its base must be there.
 * Source: R4 structuredefinition.html, profiling.html#snapshot
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import type { LiveDefinitions } from '../definitions/live.js';
import { withSnapshot } from '../definitions/snapshot/snapshot.js';
import type { Uploaded } from '../definitions/uploaded.js';
import { message } from '../model/message.js';
import type { Issue } from '../model/outcome.js';
import type { Terminology } from '../terminology/terminology.js';
import { checkProfile } from '../validation/check-profile.js';
import { namesUnknown } from './unknown.js';

/** `definitions` know the structure already, so that it may speak of itself. */
export function examineStructure(
  structure: Uploaded,
  { definitions, terminology }: { readonly definitions: LiveDefinitions; readonly terminology: Terminology },
): readonly Issue[] {
  const sent = structure.read() as StructureDefinition;
  if (sent.derivation !== 'constraint') return sent.kind === 'logical' ? [] : [noNewTypes(sent)];
  const result = withSnapshot(sent, definitions.asSent);
  if (result.kind === 'refused') return result.reasons.map(({ message: text, expression }) => refused(text, expression));
  // Profiles on logical models are of no use to resources; they are kept like these.
  if (sent.kind === 'logical') return [];
  const issues = checkProfile(result.structure, { definitions, terminology });
  const placed =
    result.structure.snapshot === sent.snapshot ? issues : issues.map((issue) => inDifferential(issue, sent, result.structure));
  return [...placed, ...namesUnknown(sent, { definitions, terminology })];
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

const inSnapshot = /^StructureDefinition\.snapshot\.element\[(\d+)\]/;

/** The sender knows the differential alone: a fault of an element is told where the differential speaks of it. */
function inDifferential(issue: Issue, sent: StructureDefinition, made: StructureDefinition): Issue {
  const [whole, index] = inSnapshot.exec(issue.expression ?? '') ?? [];
  if (whole === undefined) return issue;
  const element = made.snapshot?.element[Number(index)];
  const at = sent.differential?.element.findIndex(({ id, path, sliceName }) =>
    id === undefined ? path === element?.path && sliceName === element?.sliceName : id === element?.id,
  );
  if (at === undefined || at < 0) return { ...issue, expression: 'StructureDefinition.differential' };
  const below = issue.expression?.slice(whole.length) ?? '';
  const own = sent.differential?.element[at]?.constraint;
  const expression = `StructureDefinition.differential.element[${at}]${below.replace(inConstraint, (_, n: string) => constraintAt(element, Number(n), own))}`;
  return { ...issue, expression };
}

const inConstraint = /^\.constraint\[(\d+)\]/;

/** The snapshot lists those of the base first. */
function constraintAt(element: ElementDefinition | undefined, index: number, own: ElementDefinition['constraint']): string {
  const key = element?.constraint?.[index]?.key;
  const at = own?.findIndex((one) => one.key === key) ?? -1;
  return at < 0 ? '.constraint' : `.constraint[${at}]`;
}
