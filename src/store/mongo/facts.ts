/** Small facts about the whole store, which the rooms above keep under names. Source: port.ts state, putState */
import type { Collections } from './collections.js';
import { isDuplicate } from './errors.js';

export async function factOf({ state }: Collections, name: string): Promise<string | undefined> {
  const found = await state.findOne({ _id: documentOf(name) });
  return found?.text;
}

/** Whether `before` stood there. Another process may put at the same moment: each step is one comparison and write. */
export async function putFact(
  { state }: Collections,
  name: string,
  value: string | undefined,
  before: string | undefined,
): Promise<boolean> {
  const _id = documentOf(name);
  if (before !== undefined && value !== undefined)
    return (await state.updateOne({ _id, text: before }, { $set: { text: value } })).matchedCount === 1;
  if (before !== undefined) return (await state.deleteOne({ _id, text: before })).deletedCount === 1;
  if (value === undefined) return (await state.findOne({ _id })) === null;
  try {
    await state.insertOne({ _id, text: value });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

function documentOf(name: string): string {
  return `fact/${name}`;
}
