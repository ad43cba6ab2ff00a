/** What somebody has chosen so far on the way to agreeing: kept here, by the interaction, for forms are not to be trusted with it. */
import type { Emergency } from '../launch-context.js';
import type { PagesRooms } from './rooms.js';

export interface Choice {
  /** Id of the account that chose: another begins anew. */
  readonly account: string;
  /** null: it was asked for, and is not wanted. */
  readonly emergency?: Emergency | null;
  readonly patient?: string;
  readonly encounter?: string | null;
  /** Somebody else sits here and signs in instead. */
  readonly again?: true;
}

const kind = 'choosing';
const kept = 60 * 60_000;

export async function findChoice({ states, now }: PagesRooms, uid: string, account: string): Promise<Choice> {
  const item = await states.get(kind, uid);
  const choice: Choice | undefined = item === undefined || (item.expires ?? 0) <= now() ? undefined : JSON.parse(item.value);
  return choice?.account === account ? choice : { account };
}

export async function keepChoice({ states, now }: PagesRooms, uid: string, choice: Choice): Promise<void> {
  await states.put({ kind, id: uid, value: JSON.stringify(choice), expires: now() + kept });
}

export async function endChoice({ states }: PagesRooms, uid: string): Promise<void> {
  await states.take(kind, uid);
}
