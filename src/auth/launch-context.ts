/**
 * What a token says beside its scopes: the patient and the visit in hand, and whatever the launch brought. It belongs to a grant and stays as
 * it is for the grant's life. Source: SMART App Launch 2.2 scopes-and-launch-context.html#launch-context-arrives-with-your-access_token
 */
import { eachItem, type StateStore } from '../store/state.js';

/** Under SMART's own names, for they go into tokens as they are. */
export interface LaunchContext {
  /** Ids. */
  readonly patient?: string;
  readonly encounter?: string;
  readonly need_patient_banner?: boolean;
  readonly intent?: string;
  readonly tenant?: string;
  readonly smart_style_url?: string;
  readonly fhirContext?: readonly ContextItem[];
}

/** At least one of reference, canonical and identifier. */
export interface ContextItem {
  readonly reference?: string;
  readonly canonical?: string;
  readonly identifier?: Readonly<Record<string, unknown>>;
  readonly type?: string;
  readonly role?: string;
}

/** Why the glass was broken. */
export interface Emergency {
  readonly reason: string;
  /** Code of v3-ActReason. */
  readonly purpose: string;
}

/** What is kept of a grant beside what the library keeps of it. */
export interface GrantContext {
  readonly grant: string;
  readonly client: string;
  readonly account: string;
  readonly scopes: readonly string[];
  readonly launch: LaunchContext;
  readonly emergency?: Emergency;
  /** The session it was given in, where it ends with that. */
  readonly session?: string;
  /** Milliseconds UTC. */
  readonly madeAt: number;
  readonly expires: number;
}

const kind = 'grant-context';

export async function keepContext(states: StateStore, context: GrantContext): Promise<void> {
  const { grant, account, client, session, expires } = context;
  const refs = [`grant:${grant}`, `account:${account}`, `client:${client}`, ...(session === undefined ? [] : [`session:${session}`])];
  await states.put({ kind, id: grant, value: JSON.stringify(context), refs, expires });
}

export async function contextOf(states: StateStore, grant: string): Promise<GrantContext | undefined> {
  const item = await states.get(kind, grant);
  return item && (JSON.parse(item.value) as GrantContext);
}

/** All that carry a reference: `account:…`, `client:…`, `session:…`. */
export async function contextsWith(states: StateStore, ref: string): Promise<readonly GrantContext[]> {
  const found: GrantContext[] = [];
  for await (const { value } of eachItem(states, kind, ref)) found.push(JSON.parse(value) as GrantContext);
  return found;
}
