/** Many clients at the same thing at once, round after round. Source: R4 http.html#ccreate, #cond-update, #cdelete, #trules, #concurrency */
import { type Answered, send } from './ask.js';

export interface RacePlan {
  /** FHIR bases of one store. */
  readonly bases: readonly string[];
  readonly rounds: number;
  readonly clients: number;
}

export interface RaceOutcome {
  readonly race: string;
  readonly rounds: number;
  readonly clients: number;
  readonly seconds: number;
  /** Answers 503 with Retry-After; what was asked is then asked again, as a client would. */
  readonly refused: number;
  readonly faults: readonly string[];
}

export type Race = (plan: RacePlan) => Promise<RaceOutcome>;

const SYSTEM = 'urn:lianyi:race';
/** How often a client comes again. */
const PATIENCE = 20;

/** What one round has to hand. */
interface Round {
  /** A word that no other round has. */
  readonly word: string;
  /** Of every client its answer. */
  everybody(act: (client: number, ask: Ask) => Promise<Answered>): Promise<readonly Answered[]>;
  ask: Ask;
  /** Notes a fault where the two, as JSON, are not the same. */
  expect(what: string, found: unknown, wanted: unknown): void;
}

type Ask = (method: string, url: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answered>;

function race(name: string, run: (round: Round) => Promise<void>): Race {
  return async ({ bases, rounds, clients }) => {
    const faults: string[] = [];
    const start = performance.now();
    let refused = 0;
    for (let number = 1; number <= rounds; number++) {
      const askAt =
        (client: number): Ask =>
        async (...asked) => {
          for (let tries = 1; ; tries++) {
            const [method, url, ...rest] = asked;
            const answer = await send(`${bases[client % bases.length]}${url}`, method, ...rest);
            if (answer.status >= 500 && !(answer.status === 503 && answer.headers.has('retry-after')))
              faults.push(`round ${number}: ${method} ${url} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
            if (answer.status !== 503 || tries === PATIENCE) return answer;
            refused++;
          }
        };
      await run({
        word: `${crypto.randomUUID().slice(0, 8)}-${number}`,
        ask: askAt(0),
        everybody: (act) => Promise.all(Array.from({ length: clients }, (_, client) => act(client, askAt(client)))),
        expect(what, found, wanted) {
          const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
          if (a !== b) faults.push(`round ${number}: ${what}: ${a}, expected ${b}`);
        },
      });
    }
    return { race: name, rounds, clients, seconds: (performance.now() - start) / 1000, refused, faults };
  };
}

const person = (value: string, more: object = {}) => ({ resourceType: 'Patient', identifier: [{ system: SYSTEM, value }], ...more });
const criteria = (value: string) => `identifier=${encodeURIComponent(`${SYSTEM}|${value}`)}`;

/** `201: 1, 200: 63` */
function tally(statuses: readonly (number | string)[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const status of [...statuses].sort()) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

async function idsOf(ask: Ask, type: string, value: string): Promise<readonly string[]> {
  const { body } = await ask('GET', `/${type}?${criteria(value)}&_count=1000`);
  return (body.entry ?? []).map(({ resource }: { readonly resource: { readonly id: string } }) => resource.id);
}

interface Written {
  readonly request: { readonly method: string };
  readonly response: { readonly etag: string };
  readonly resource?: { readonly id: string; readonly name?: readonly { readonly text: string }[] };
}

/** Oldest first. */
async function historyOf(ask: Ask, instance: string): Promise<readonly Written[]> {
  const { body } = await ask('GET', `/${instance}/_history?_count=1000`);
  return [...(body.entry ?? [])].reverse();
}

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `W/"${at + 1}"`);

const sameIfNoneExist = race('the same If-None-Exist', async ({ word, everybody, ask, expect }) => {
  // Half of them by the value alone.
  const forms = [criteria(word), `identifier=${word}`];
  const answers = await everybody((client, own) => own('POST', '/Patient', person(word), { 'if-none-exist': forms[client % 2] ?? '' }));
  expect('answers', tally(answers.map(({ status }) => status)), { 200: answers.length - 1, 201: 1 });
  expect('resources shown', new Set(answers.map(({ body }) => body.id)).size, 1);
  expect('resources stored', (await idsOf(ask, 'Patient', word)).length, 1);
});

const sameConditionalUpdate = race('the same conditional update', async ({ word, everybody, ask, expect }) => {
  const answers = await everybody((client, own) =>
    own('PUT', `/Patient?${criteria(word)}`, person(word, { name: [{ text: `${client}` }] })),
  );
  expect('answers', tally(answers.map(({ status }) => status)), { 200: answers.length - 1, 201: 1 });
  expect('versions told', new Set(answers.map(({ headers }) => headers.get('etag'))).size, answers.length);
  const ids = await idsOf(ask, 'Patient', word);
  expect('resources stored', ids.length, 1);
  const history = await historyOf(ask, `Patient/${ids[0]}`);
  expect(
    'versions',
    history.map(({ response }) => response.etag),
    numbered(answers.length),
  );
  const texts = new Map(history.map(({ response, resource }) => [response.etag, resource?.name?.[0]?.text]));
  for (const [client, { headers }] of answers.entries()) expect('what a client wrote', texts.get(headers.get('etag') ?? ''), `${client}`);
});

const sameBundle = race('the same Bundle with ifNoneExist', async ({ word, everybody, ask, expect }) => {
  const unless = (type: string, fullUrl: string, resource: object) => ({
    fullUrl,
    resource: { ...resource, identifier: [{ system: SYSTEM, value: word }] },
    request: { method: 'POST', url: type, ifNoneExist: criteria(word) },
  });
  const entries = [
    unless('Patient', 'urn:uuid:7a9f6d7e-5f1b-4a7e-9b43-0d6c1f2a3b01', { resourceType: 'Patient' }),
    unless('Organization', 'urn:uuid:7a9f6d7e-5f1b-4a7e-9b43-0d6c1f2a3b02', { resourceType: 'Organization', name: '区人民医院' }),
    {
      resource: {
        ...{ resourceType: 'Observation', status: 'final', code: { text: '收缩压' }, identifier: [{ system: SYSTEM, value: word }] },
        subject: { reference: 'urn:uuid:7a9f6d7e-5f1b-4a7e-9b43-0d6c1f2a3b01' },
        performer: [{ reference: 'urn:uuid:7a9f6d7e-5f1b-4a7e-9b43-0d6c1f2a3b02' }],
      },
      request: { method: 'POST', url: 'Observation' },
    },
  ];
  const answers = await everybody((_, own) => own('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: entries }));
  expect('answers', tally(answers.map(({ status }) => status)), { 200: answers.length });
  const inside = answers.map(({ body }) =>
    body.entry?.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3)).join(),
  );
  expect('entries', tally(inside), { '200,200,201': answers.length - 1, '201,201,201': 1 });
  const [patients, organizations] = [await idsOf(ask, 'Patient', word), await idsOf(ask, 'Organization', word)];
  expect('resources stored', [patients.length, organizations.length], [1, 1]);
  const linked = `subject=Patient/${patients[0]}&performer=Organization/${organizations[0]}`;
  expect('observations of both', (await ask('GET', `/Observation?${linked}&_summary=count`)).body.total, answers.length);
});

const overlappingBundles = race('Bundles that overlap', async ({ word, everybody, ask, expect }) => {
  const shared = Array.from({ length: 24 }, (_, at) => `${word}-${at}`);
  const chosen = new Map<number, readonly string[]>();
  const answers = await everybody((client, own) => {
    const ids = shuffled(shared).slice(0, 4 + Math.floor(Math.random() * 17));
    chosen.set(client, ids);
    const entry = ids.map((id) => ({
      resource: person(id, { id, name: [{ text: `${client}` }] }),
      request: { method: 'PUT', url: `Patient/${id}` },
    }));
    return own('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  });
  expect('answers', tally(answers.map(({ status }) => status)), { 200: answers.length });
  const before = new Map<string, Set<string>>();
  for (const id of shared) {
    const writers = [...chosen].filter(([, ids]) => ids.includes(id)).map(([client]) => `${client}`);
    if (writers.length === 0) continue;
    const history = await historyOf(ask, `Patient/${id}`);
    expect(
      `versions of ${id}`,
      history.map(({ response }) => response.etag),
      numbered(writers.length),
    );
    const order = history.map(({ resource }) => resource?.name?.[0]?.text ?? '');
    expect(`writers of ${id}`, [...order].sort(), [...writers].sort());
    for (const [at, later] of order.entries()) {
      const earlier = order[at - 1];
      if (earlier !== undefined) before.set(later, (before.get(later) ?? new Set<string>()).add(earlier));
    }
  }
  expect('whether the Bundles followed one another', hasCircle(before), false);
});

const deleteAgainstUpdate = race('delete against update', async ({ word, everybody, ask, expect }) => {
  const answers = await everybody((client, own) => {
    if (client % 2 === 0) return own('DELETE', `/Patient/${word}`);
    return own('PUT', `/Patient/${word}`, person(word, { id: word, name: [{ text: `${client}` }] }));
  });
  const history = await historyOf(ask, `Patient/${word}`);
  expect(
    'versions',
    history.map(({ response }) => response.etag),
    numbered(history.length),
  );
  const writers = new Map(history.map(({ response, resource }) => [response.etag, resource?.name?.[0]?.text]));
  let live = false;
  const revived = new Set<string>();
  for (const { request, response } of history) {
    if (request.method !== 'DELETE' && !live) revived.add(response.etag);
    expect(`a deletion of what is deleted as ${response.etag}`, request.method === 'DELETE' && !live, false);
    live = request.method !== 'DELETE';
  }
  for (const [client, { status, headers }] of answers.entries()) {
    const etag = headers.get('etag') ?? '';
    if (client % 2 === 0) expect('a deletion', status, 204);
    else expect('an update', [status, writers.get(etag)], [revived.has(etag) ? 201 : 200, `${client}`]);
  }
});

const deleteAgainstCreate = race('conditional delete against conditional create', async ({ word, everybody, ask, expect }) => {
  const answers = await everybody((client, own) => {
    if (client % 2 === 0) return own('DELETE', `/Patient?${criteria(word)}`);
    return own('POST', '/Patient', person(word), { 'if-none-exist': criteria(word) });
  });
  const creates = answers.filter((_, client) => client % 2 === 1);
  const deletions = answers.filter((_, client) => client % 2 === 0);
  expect('deletions', tally(deletions.map(({ status }) => status)), { 204: deletions.length });
  const created = creates.filter(({ status }) => status === 201).map(({ body }) => body.id as string);
  for (const { status, body } of creates) expect('a create', status === 201 || (status === 200 && created.includes(body.id)), true);
  const gone = deletions.filter(({ headers }) => headers.has('etag')).length;
  const left = await idsOf(ask, 'Patient', word);
  expect('what is left', left.length, created.length - gone);
  expect('whether more than one is left', left.length > 1, false);
});

export const races: readonly Race[] = [
  sameIfNoneExist,
  sameConditionalUpdate,
  sameBundle,
  overlappingBundles,
  deleteAgainstUpdate,
  deleteAgainstCreate,
];

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, by: Math.random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item);
}

function hasCircle(before: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const done = new Set<string>();
  const leads = (from: string, path: ReadonlySet<string>): boolean => {
    if (path.has(from)) return true;
    if (done.has(from)) return false;
    const isCircle = [...(before.get(from) ?? [])].some((earlier) => leads(earlier, new Set([...path, from])));
    done.add(from);
    return isCircle;
  };
  return [...before.keys()].some((from) => leads(from, new Set()));
}
