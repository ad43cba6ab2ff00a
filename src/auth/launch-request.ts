/**
 * What a system says when it makes a launch, and what it may say.
 * Source: SMART App Launch 2.2 scopes-and-launch-context.html#launch-context-arrives-with-your-access_token, #fhir-context
 */
import { Ajv } from 'ajv';
import type { ContextItem, LaunchContext } from './launch-context.js';

export interface LaunchRequest {
  readonly client_id: string;
  /** Name or id; absent: of whoever asks. */
  readonly account?: string;
  readonly context: LaunchContext;
}

const id = { type: 'string', pattern: '^[A-Za-z0-9.-]{1,64}$' };
const text = { type: 'string', minLength: 1, maxLength: 512 };
const item = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    // Relative: resources of this server.
    reference: { type: 'string', pattern: '^[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}$' },
    canonical: text,
    identifier: { type: 'object' },
    type: { type: 'string', pattern: '^[A-Z][A-Za-z]+$' },
    role: text,
  },
  anyOf: [{ required: ['reference'] }, { required: ['canonical'] }, { required: ['identifier'] }],
};
const schema = {
  type: 'object',
  required: ['client_id'],
  additionalProperties: false,
  properties: {
    client_id: text,
    account: text,
    patient: id,
    encounter: id,
    need_patient_banner: { type: 'boolean' },
    intent: text,
    tenant: text,
    smart_style_url: { type: 'string', pattern: '^https?://', maxLength: 2048 },
    fhirContext: { type: 'array', maxItems: 50, items: item },
  },
};

const check = new Ajv({ strict: false }).compile(schema);

/** A sentence where it is not right. */
export function launchOf(body: string): LaunchRequest | string {
  let said: unknown;
  try {
    said = JSON.parse(body);
  } catch {
    return 'a JSON object is expected';
  }
  if (!check(said)) {
    const [error] = check.errors ?? [];
    return `${error?.instancePath.slice(1).replaceAll('/', '.') || 'the object'} ${error?.message ?? 'is not right'}`;
  }
  const { client_id, account, ...context } = said as unknown as LaunchContext & Omit<LaunchRequest, 'context'>;
  const wrong = context.fhirContext?.find(isPatientWithoutRole);
  if (wrong !== undefined)
    return `fhirContext names ${wrong.reference} without a role of its own: patient and encounter are for the ones in hand`;
  return { client_id, ...(account === undefined ? {} : { account }), context };
}

/** `launch` is the role of one that has none. */
function isPatientWithoutRole({ reference, type, role = 'launch' }: ContextItem): boolean {
  return role === 'launch' && /^(Patient|Encounter)$/.test(type ?? reference?.split('/')[0] ?? '');
}
