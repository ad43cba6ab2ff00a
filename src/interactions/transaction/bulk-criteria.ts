/** Many criteria by few questions to the store; equal ones are asked once. */
import type { Access } from '../../access/access.js';
import { createBreath } from '../../model/breath.js';
import type { Key } from '../../model/resource.js';
import type { Criteria, Parameters } from '../../search/search.js';
import { inIfNoneExist } from '../conditional.js';
import type { Rooms, View } from '../intent.js';
import { formatQuery } from '../query.js';
import { atEntry } from './entries.js';

export interface Sought {
  /** The entry that is told when its criteria cannot be understood. */
  readonly index: number;
  readonly type: string;
  readonly parameters: Parameters;
  /** Where they are those of ifNoneExist, which is told instead of the parameter. */
  readonly isIfNoneExist?: boolean;
}

export interface Answered {
  readonly criteria: Criteria;
  /** What the store has, deletions and changes by the Bundle not yet thought of. */
  readonly inStore: readonly Key[];
}

/** Criteria in one question to the store. */
const TOGETHER = 500;

/** One answer for each in `sought`, the same object for equal ones. `atMost` keys are asked for. */
export async function answerCriteria(
  rooms: Pick<Rooms, 'search'>,
  view: View,
  access: Access,
  sought: readonly Sought[],
  atMost: number,
): Promise<Answered[]> {
  const asked = new Map<string, Criteria>();
  const texts: string[] = [];
  const breath = createBreath();
  for (const { index, type, parameters, isIfNoneExist = false } of sought) {
    const text = `${type}?${formatQuery(parameters)}`;
    const understand = () => rooms.search.criteria(type, parameters, access);
    if (!asked.has(text))
      asked.set(
        text,
        atEntry(index, () => (isIfNoneExist ? inIfNoneExist(understand) : understand())),
      );
    texts.push(text);
    const pause = breath();
    if (pause !== undefined) await pause;
  }
  const answers = new Map<string, Answered>();
  const all = [...asked];
  for (let start = 0; start < all.length; start += TOGETHER) {
    const some = all.slice(start, start + TOGETHER);
    const found = await view.find(
      some.map(([, { where }]) => where),
      atMost,
    );
    for (const [position, [text, criteria]] of some.entries()) answers.set(text, { criteria, inStore: found[position] ?? [] });
  }
  return texts.flatMap((text) => answers.get(text) ?? []);
}
