/**
 * How much each may ask of a server that is started with RATE_LIMIT and CONCURRENCY_LIMIT, on both stores: whoever asks for more is told when
 * to come back, nobody else notices, and the refusals are recorded. Source: RFC 6585 §4 (429), RFC 9110 §10.2.3 (Retry-After)
 */
import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeKeys, systemToken } from '../auth/auth-server.js';
import { type Answered, ask } from '../running-server.js';
import { stores } from '../stores.js';
import { until } from '../until.js';
import { run } from './command.js';
import { openSmartRegion, type SmartRegion } from './smart-region.js';

const keys = makeKeys('ES384', 'k1');
/** Points of a person in a minute: one comes back in twelve seconds. */
const points = 5;
/** Milliseconds until what was refused for a moment is answered: many, for machines are shared. */
const MOST = 5000;

/** What is looked at here of an AuditEvent. */
interface Told {
  readonly outcomeDesc: string;
  readonly entity: readonly { readonly description?: string }[];
}

describe.each(stores)('limits on $name', ({ open }) => {
  let region: SmartRegion;
  /** Of the person. */
  let refusals = 0;
  beforeAll(async () => {
    region = await openSmartRegion(open, { RATE_LIMIT: `${points},100000`, CONCURRENCY_LIMIT: '64,1' });
    for (const name of ['one', 'other']) await region.addAccount({ name, role: 'patient', fhirUser: `Patient/${name}` });
    for (const id of ['busy', 'idle']) {
      await region.addClient({ id, name: id, kind: 'asymmetric', scopes: ['system/*.cruds'], jwks: { keys: [keys.jwk] } });
    }
    await region.addAccount({ name: 'auditor', role: 'auditor' });
  });
  afterAll(() => region.close());

  /** As somebody with an account, by the command line. */
  async function tokenOf(account: string, scope: string): Promise<string> {
    const { stdout } = await run(['token', '--as', account, '--scope', scope], {
      STORE: region.store,
      BASE_URL: region.base,
      LOG_LEVEL: 'error',
    });
    return stdout.trim();
  }
  const tokenFor = async (client: string) => (await systemToken(region, client, keys, 'system/*.cruds')).body.access_token ?? '';
  const get = (path: string, token: string) => ask(region.base, 'GET', path, undefined, { authorization: `Bearer ${token}` });

  test('a person who asks for more than RATE_LIMIT is refused for a time, and nobody else', async () => {
    const [one, other] = await Promise.all(['one', 'other'].map((name) => tokenOf(name, 'user/*.rs')));
    const answers: Answered[] = [];
    const begun = Date.now();
    for (let count = 0; count < points * 3; count++) answers.push(await get('/Practitioner/nobody', one ?? ''));
    const cameBack = Math.ceil((Date.now() - begun) / 12_000);
    const [refused] = answers.filter(({ status }) => status === 429);
    refusals = answers.filter(({ status }) => status === 429).length;
    expect(answers.slice(0, points).map(({ status }) => status)).toEqual(Array(points).fill(404));
    expect(refusals).toBeGreaterThanOrEqual(answers.length - points - cameBack);
    expect(saidBy(refused)).toEqual(['throttled', 'too-many-requests']);
    const wait = Number(refused?.headers.get('retry-after'));
    expect([wait >= 1, wait <= 12]).toEqual([true, true]);
    expect((await get('/Practitioner/nobody', other ?? '')).status).toBe(404);
  });

  test('a system that asks at once for more than CONCURRENCY_LIMIT is refused until its request is answered, and nobody else', async () => {
    const [busy, idle] = [await tokenFor('busy'), await tokenFor('idle')];
    // From now on its token is known.
    await until(async () => (await get('/Basic', busy)).status === 200, MOST);
    const headers = { authorization: `Bearer ${busy}`, 'content-type': 'application/fhir+json', expect: '100-continue' };
    const held = request(`${region.base}/Basic`, { method: 'POST', headers });
    held.flushHeaders();
    await once(held, 'continue');
    const refused = await get('/Basic', busy);
    expect([saidBy(refused), refused.headers.get('retry-after')]).toEqual([['throttled', 'too-many-at-once'], '1']);
    expect((await get('/Basic', idle)).status).toBe(200);
    held.end(JSON.stringify({ resourceType: 'Basic', code: { text: 'x' } }));
    const [answer] = await once(held, 'response');
    answer.resume();
    expect(answer.statusCode).toBe(201);
    await until(async () => (await get('/Basic', busy)).status === 200, MOST);
  });

  test('what was refused is recorded, with who asked', async () => {
    const auditor = await tokenOf('auditor', 'user/AuditEvent.rs');
    const asked = async (who: string) => {
      const { body } = await get(`/AuditEvent?outcome=4&${who}&_count=200`, auditor);
      const found: readonly Told[] = (body.entry ?? []).map(({ resource }: { readonly resource: Told }) => resource);
      return found.filter(({ outcomeDesc }) => outcomeDesc === 'HTTP 429').map(({ entity }) => entity[0]?.description);
    };
    // What waits to be written is written when the server stops.
    await region.restart();
    // A point of the auditor's for each.
    expect(await asked('agent-name=one')).toEqual(Array(refusals).fill('GET /fhir/Practitioner/nobody'));
    expect(await asked('agent-name=other')).toEqual([]);
    expect(new Set(await asked('agent:identifier=busy'))).toEqual(new Set(['GET /fhir/Basic']));
    expect(await asked('agent:identifier=idle')).toEqual([]);
  });
});

function saidBy(answer: Answered | undefined): readonly string[] {
  const [issue] = answer?.body.issue ?? [];
  return [issue?.code, issue?.details.coding[0].code];
}
