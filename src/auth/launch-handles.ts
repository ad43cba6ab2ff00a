/**
 * Launches that another system makes: a handle that nobody guesses stands for the patient in hand there, for one app and one person, for five
 * minutes and one authorization. Source: SMART App Launch 2.2 app-launch.html#launch-app-ehr-launch
 */
import { randomBytes } from 'node:crypto';
import type { StateStore } from '../store/state.js';
import type { LaunchContext } from './launch-context.js';
import { interactionSeconds } from './rooms.js';

export interface Launch {
  /** Of the app. */
  readonly client: string;
  /** Id of the account that works in the other system. */
  readonly account: string;
  readonly context: LaunchContext;
  /** Milliseconds UTC: later it cannot be presented; what has begun by then may be finished. */
  readonly presentBy: number;
}

const kind = 'launch';
export const launchSeconds = 5 * 60;

export async function makeLaunch(states: StateStore, launch: Omit<Launch, 'presentBy'>, now: number): Promise<string> {
  const id = randomBytes(24).toString('base64url');
  const made: Launch = { ...launch, presentBy: now + launchSeconds * 1000 };
  await states.add({ kind, id, value: JSON.stringify(made), expires: made.presentBy + interactionSeconds * 1000 });
  return id;
}

export async function findLaunch(states: StateStore, id: string): Promise<Launch | undefined> {
  const item = await states.get(kind, id);
  return item && (JSON.parse(item.value) as Launch);
}

/** Of several that use it, one alone gets it. */
export async function takeLaunch(states: StateStore, id: string): Promise<Launch | undefined> {
  const item = await states.take(kind, id);
  return item && (JSON.parse(item.value) as Launch);
}
