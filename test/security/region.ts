/**
 * A whole server with access by tokens, its journal on, and two patients of whom one is told of in secret words: whoever may see the one may
 * learn nothing of the other.
 */
import { ensureKeys } from '../../src/auth/keys.js';
import { type OperatorToken, signOperatorToken } from '../../src/auth/operator-token.js';
import { createServer } from '../../src/server.js';
import type { SmartOptions } from '../../src/server-options.js';
import { type Answered, ask } from '../running-server.js';
import type { TestStore } from '../test-store.js';

export const SECRET = 'Xsecretword';

export interface Region {
  readonly base: string;
  readonly issuer: string;
  readonly registrationToken: string;
  readonly store: Awaited<ReturnType<TestStore['open']>>['store'];
  readonly logged: unknown[];
  /** Everything that was answered to the attacker, or to nobody. */
  readonly answers: string[];
  /** A token of this server: of the app of patient `a` unless said otherwise. */
  token(of?: Partial<OperatorToken>): Promise<string>;
  /** As the app of patient `a`. */
  attack(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  /** As a system that sees and writes everything. */
  truth(method: string, path: string, body?: unknown): Promise<Answered>;
  close(): Promise<void>;
}

/** `smart`: settings of the access beside the usual ones. */
export async function openRegion(open: TestStore['open'], smart: SmartOptions = {}): Promise<Region> {
  const opened = await open();
  const { store } = opened;
  const [logged, answers, tokens]: [unknown[], string[], string[]] = [[], [], []];
  const note = (fields: object) => void logged.push(fields);
  const server = await createServer({
    store,
    logger: { info: () => undefined, warn: note, error: note },
    smart: { ...smart, onFirstStart: (token) => void tokens.push(token) },
    audit: { days: 365 },
  });
  const { url: base, close } = await server.listen(0);
  const issuer = base.replace(/fhir$/, 'auth');
  await ensureKeys(store.states, Date.now());
  const token: Region['token'] = async (of = {}) => (await signOperatorToken(store.states, { ...app, issuer, base, ...of })).token;
  const [attacker, system] = [await token(), await token({ ...everybody, issuer, base })];
  const region: Region = {
    base,
    issuer,
    registrationToken: tokens[0] ?? '',
    store,
    logged,
    answers,
    token,
    async attack(method, path, body, headers = {}) {
      const answer = await ask(base, method, path, body, { authorization: `Bearer ${attacker}`, ...headers });
      answers.push(`${method} ${path}: ${answer.status} ${answer.text}`);
      return answer;
    },
    truth: (method, path, body) => ask(base, method, path, body, { authorization: `Bearer ${system}` }),
    async close() {
      await close();
      await opened.close();
    },
  };
  await fill(region);
  return region;
}

const app: Pick<OperatorToken, 'scope' | 'role' | 'lasts' | 'patient' | 'account'> = {
  scope: 'openid fhirUser launch/patient patient/*.cruds',
  role: 'patient',
  lasts: 3600,
  patient: 'a',
  account: { id: 'account-a', name: 'a', fhirUser: 'Patient/a' },
};
const everybody = {
  scope: 'system/*.cruds',
  role: 'system-integration',
  institution: '*',
  patient: undefined,
  account: undefined,
} as unknown as Partial<OperatorToken>;

const refer = (reference: string) => ({ reference });
const told = { text: SECRET };
const [ofA, ofB] = [refer('Patient/a'), refer('Patient/b')];
const code = { coding: [{ system: 'urn:codes', code: 'secret-code' }], text: SECRET };
const number = (value: string) => ({ identifier: [{ system: 'urn:ids', value }] });

interface Named {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

/** What is told of patient `b`; the ids are `b-…`. Much of it names `a` beside. */
export const hidden: readonly Named[] = [
  {
    resourceType: 'Patient',
    id: 'b',
    ...number('b-number'),
    name: [told],
    gender: 'female',
    birthDate: '1971-02-03',
    generalPractitioner: [refer('Practitioner/d')],
    managingOrganization: refer('Organization/o'),
    link: [{ other: ofA, type: 'seealso' }],
  },
  {
    resourceType: 'Encounter',
    id: 'b-visit',
    status: 'finished',
    class: { code: 'AMB' },
    subject: ofB,
    participant: [{ individual: refer('Practitioner/d') }],
    serviceProvider: refer('Organization/o'),
    reasonCode: [code],
  },
  {
    resourceType: 'Observation',
    id: 'b-observation',
    ...number('b-finding'),
    status: 'final',
    code,
    subject: ofB,
    performer: [ofA],
    focus: [ofA],
    encounter: refer('Encounter/b-visit'),
    valueString: SECRET,
  },
  { resourceType: 'Condition', id: 'b-condition', code, subject: ofB, asserter: ofA },
  {
    resourceType: 'AllergyIntolerance',
    id: 'b-allergy',
    code,
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    patient: ofB,
    recorder: ofA,
  },
  {
    resourceType: 'MedicationRequest',
    id: 'b-order',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: code,
    subject: ofB,
    requester: ofA,
  },
  { resourceType: 'Immunization', id: 'b-immunization', status: 'completed', vaccineCode: code, patient: ofB, occurrenceString: SECRET },
  {
    resourceType: 'DocumentReference',
    id: 'b-document',
    status: 'current',
    subject: ofB,
    author: [ofA],
    description: SECRET,
    content: [{ attachment: { url: 'Binary/b-binary' } }],
  },
  {
    resourceType: 'Binary',
    id: 'b-binary',
    contentType: 'text/plain',
    data: Buffer.from(SECRET).toString('base64'),
    securityContext: refer('DocumentReference/b-document'),
  },
  {
    resourceType: 'Communication',
    id: 'b-message',
    status: 'completed',
    subject: ofB,
    recipient: [ofA],
    sender: ofA,
    payload: [{ contentString: SECRET }],
  },
  {
    resourceType: 'Appointment',
    id: 'b-appointment',
    status: 'booked',
    description: SECRET,
    start: '2026-06-20T09:00:00+08:00',
    end: '2026-06-20T09:30:00+08:00',
    participant: [{ actor: ofB, status: 'accepted' }],
  },
  {
    resourceType: 'List',
    id: 'b-list',
    status: 'current',
    mode: 'working',
    title: SECRET,
    subject: ofB,
    entry: [{ item: refer('Observation/b-observation') }, { item: ofA }],
  },
  {
    resourceType: 'QuestionnaireResponse',
    id: 'b-answers',
    status: 'completed',
    subject: ofB,
    author: ofA,
    source: ofA,
    item: [{ linkId: '1', text: SECRET }],
  },
  { resourceType: 'RelatedPerson', id: 'b-mother', patient: ofB, name: [told] },
  {
    resourceType: 'Consent',
    id: 'b-consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'research' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: ofB,
    performer: [ofA],
    policyRule: { text: SECRET },
  },
  {
    resourceType: 'Provenance',
    id: 'b-provenance',
    target: [ofB],
    recorded: '2026-06-01T00:00:00Z',
    agent: [{ who: ofA }],
    reason: [told],
  },
  { resourceType: 'Group', id: 'b-group', type: 'person', actual: true, name: SECRET, member: [{ entity: ofA }, { entity: ofB }] },
  { resourceType: 'Person', id: 'b-person', name: [told], link: [{ target: ofA }, { target: ofB }] },
  { resourceType: 'Basic', id: 'b-basic', code, subject: ofB, author: ofA },
];

/** The attacker's own record, which names `b`; and what everybody may see. */
const open = [
  { resourceType: 'Organization', id: 'o', name: 'Open' },
  { resourceType: 'Practitioner', id: 'd', name: [{ text: 'Open' }] },
  {
    resourceType: 'Patient',
    id: 'a',
    ...number('a-number'),
    name: [{ text: 'Own' }],
    generalPractitioner: [refer('Practitioner/d')],
    link: [{ other: ofB, type: 'seealso' }],
  },
  {
    resourceType: 'Observation',
    id: 'a-observation',
    status: 'final',
    code: { text: 'own' },
    subject: ofA,
    performer: [ofB],
    focus: [ofB],
    hasMember: [refer('Observation/b-observation')],
    encounter: refer('Encounter/b-visit'),
  },
  { resourceType: 'Observation', id: 'a-other', status: 'final', code: { text: 'own' }, subject: ofA },
  {
    resourceType: 'List',
    id: 'a-list',
    status: 'current',
    mode: 'working',
    subject: ofA,
    entry: [{ item: refer('Observation/b-observation') }, { item: ofB }],
  },
];

async function fill({ truth }: Region): Promise<void> {
  // What a Binary's context is has to be there before it.
  const isBinary = ({ resourceType }: Named) => resourceType === 'Binary';
  for (const resources of [[...open, ...hidden].filter((one) => !isBinary(one)), hidden.filter(isBinary)]) {
    const entry = resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }));
    const { status, text } = await truth('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry });
    if (status !== 200) throw new Error(text.slice(0, 2000));
  }
}
