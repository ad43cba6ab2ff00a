/**
 * References that are criteria, `Practitioner?identifier=…`: each must find exactly one resource, in the store as the Bundle
 * will leave it. Source: R4 http.html#trules (Conditional References)
 */
import type { Access } from '../../access/access.js';
import { isObject, type Json, type MutableJsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { parseReference } from '../../model/reference.js';
import { type Key, keyText, type Resource } from '../../model/resource.js';
import type { Parameters } from '../../search/search.js';
import type { Guard } from '../../store/port.js';
import type { Rooms, View } from '../intent.js';
import { parseQuery } from '../query.js';
import { type Answered, answerCriteria, type Sought } from './bulk-criteria.js';
import type { Overlay } from './overlay.js';

/** The same text may stand in many places; the first resource that has it is told when it finds nothing. */
export interface ConditionalReference extends Sought {
  /** As it stands in the resource. */
  readonly text: string;
  readonly resource: Resource;
  /** Wherever it stands: the References that are to have what it finds. */
  readonly holders: MutableJsonObject[];
}

/** Whether a reference is criteria; URNs inside it are replaced already. */
export function conditionalReference(
  index: number,
  resource: Resource,
  text: string,
  replaced: (parameters: Parameters) => Parameters,
): ConditionalReference | undefined {
  if (!text.includes('?')) return undefined;
  const parsed = parseReference(text);
  if (parsed.kind !== 'conditional') return undefined;
  const parameters = replaced(parseQuery(parsed.query));
  if (parameters.length === 0) throw withoutCriteria(resource, text);
  return { index, resource, text, type: parsed.type, parameters, holders: [] };
}

function withoutCriteria(resource: Resource, reference: string) {
  const text = message(
    'conditional-reference-empty',
    `The conditional reference ${reference} has no criteria; at least one search parameter with a value was expected, as in Patient?identifier=…`,
    `条件引用 ${reference} 没有条件；应至少含一个有值的检索参数，例如 Patient?identifier=…`,
  );
  return fault('invalid', text, { expression: `${resource.resourceType}${placeOf(resource, reference) ?? ''}` });
}

/**
 * Writes what the references find into their holders, and gives the guards that keep it true. `references`: each text once.
 * `touched`: `Type/id` of all that the Bundle writes or deletes; `overlay` answers for what of it remains.
 */
export async function resolveConditionalReferences(
  rooms: Pick<Rooms, 'search'>,
  view: View,
  bundle: {
    readonly access: Access;
    readonly references: readonly ConditionalReference[];
    readonly overlay: Overlay;
    readonly touched: ReadonlySet<string>;
  },
): Promise<readonly Guard[]> {
  const answers = await answerCriteria(rooms, view, bundle.access, bundle.references, 2 + bundle.touched.size);
  const targets = new Map<ConditionalReference, string>();
  const guards = new Map<Answered, Guard>();
  for (const [position, reference] of bundle.references.entries()) {
    const answer = answers[position];
    if (answer === undefined) continue;
    const untouched = answer.inStore.filter((key) => !bundle.touched.has(keyText(key)));
    const matches = [...untouched, ...(await bundle.overlay.matching(reference.type, answer.criteria))];
    targets.set(reference, keyText(theOne(matches, reference)));
    // It may change, as long as it is what the criteria find.
    const keys = answer.inStore.map(({ type, id }) => ({ type, id }));
    guards.set(answer, { where: answer.criteria.where, keys, names: [] });
  }
  // Not before all are known: the overlay answers from these same resources.
  for (const [{ holders }, target] of targets) for (const holder of holders) holder.reference = target;
  return [...guards.values()];
}

function theOne(matches: readonly Key[], reference: ConditionalReference): Key {
  const [match] = matches;
  if (match !== undefined && matches.length === 1) return match;
  const found = match === undefined ? 'nothing' : 'more than one resource';
  const foundZh = match === undefined ? '没有匹配' : '匹配到多个资源';
  const text = message(
    match === undefined ? 'conditional-reference-no-match' : 'conditional-reference-many-matches',
    `The conditional reference ${reference.text} finds ${found}; exactly one was expected`,
    `条件引用 ${reference.text} ${foundZh}；应恰好匹配一个`,
  );
  const path = placeOf(reference.resource, reference.text) ?? '';
  throw fault(match === undefined ? 'not-found' : 'multiple-matches', text, {
    status: 412,
    expression: `Bundle.entry[${reference.index}].resource${path}`,
  });
}

/** `.subject.reference`: where a text stands first. */
function placeOf(json: Json | undefined, text: string): string | undefined {
  if (json === text) return '';
  const steps: [string, Json | undefined][] = Array.isArray(json)
    ? json.map((item, index) => [`[${index}]`, item])
    : isObject(json)
      ? Object.entries(json).map(([name, value]) => [`.${name}`, value])
      : [];
  for (const [step, value] of steps) {
    const rest = placeOf(value, text);
    if (rest !== undefined) return step + rest;
  }
  return undefined;
}
