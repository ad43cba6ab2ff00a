import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

const system = 'urn:oid:1.2.3.5';
const patient = (value: string, more: object = {}) => ({ resourceType: 'Patient', identifier: [{ system, value }], ...more });
const put = (value: string, id: string, more: object = {}) => ({
  resource: patient(value, { id, ...more }),
  request: { method: 'PUT', url: `Patient/${id}` },
});
const putIf = (value: string, resource: object = patient(value)) => ({
  resource,
  request: { method: 'PUT', url: `Patient?identifier=${system}|${value}` },
});
const removal = (url: string) => ({ request: { method: 'DELETE', url } });
const postIf = (value: string) => ({
  resource: patient(value),
  request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=${system}|${value}` },
});

jest.setTimeout(60_000);

describe.each(stores)('Identities that overlap in a transaction, on $name (http.html#trules)', ({ open }) => {
  const server = serverOn(open);
  beforeAll(async () => {
    await server.ask('PUT', '/Patient/old', patient('before', { id: 'old' }));
  });

  const send = (...entry: object[]): Promise<Answered> =>
    server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }, { prefer: 'return=representation' });
  const total = async (value: string): Promise<number> =>
    (await server.ask('GET', `/Patient?identifier=${system}|${value}&_summary=count`)).body.total;

  test.each([
    ['two conditional updates by the same criteria', 'a', putIf('a'), putIf('a')],
    ['two of which neither brings what it is looked for by', 'b', putIf('b', patient('b1')), putIf('b', patient('b2'))],
    [
      'criteria that say the same in other words',
      'c',
      putIf('c'),
      { ...putIf('c'), request: { method: 'PUT', url: 'Patient?identifier=c' } },
    ],
    ['an update that creates, and criteria that find what it makes', 'd', put('d', 'd'), putIf('d')],
    ['an update of what is there, and criteria that find what becomes of it', 'e', put('e', 'old'), putIf('e')],
    ['an update of what is there, and criteria that find it', 'before', put('before', 'old', { active: true }), putIf('before')],
    ['a delete, and one by criteria that find the same', 'before', removal('Patient/old'), removal('Patient?identifier=before')],
    [
      'two deletes by criteria that find the same',
      'before',
      removal('Patient?identifier=before'),
      removal(`Patient?identifier=${system}|before`),
    ],
  ])('%s fail the Bundle, in either order', async (_what, value, first, second) => {
    const before = await total(value);
    for (const entries of [
      [first, second],
      [second, first],
    ]) {
      const answer = await send(...entries);
      expect([answer.status, issuesOf(answer)]).toEqual([
        400,
        [expect.stringMatching(/^error: same-target-twice at Bundle\.entry\[[01]]$/)],
      ]);
    }
    expect(await total(value)).toBe(before);
  });

  test('conditional updates with ids of their own are told which', async () => {
    const answer = await send(putIf('f', patient('f', { id: 'f1' })), putIf('f', patient('f', { id: 'f2' })));
    expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: id-mismatch at Bundle.entry[1].resource.id']]);
  });

  test('a conditional create finds what an update of the same Bundle makes', async () => {
    const answer = await send(postIf('g'), put('g', 'g'));
    expect([answer.status, answer.status === 200 ? [] : issuesOf(answer)]).toEqual([200, []]);
    expect(
      answer.body.entry.map(({ response, resource }: { response: { status: string }; resource: { id: string } }) => [
        response.status,
        resource.id,
      ]),
    ).toEqual([
      ['200 OK', 'g'],
      ['201 Created', 'g'],
    ]);
    expect(await total('g')).toBe(1);
  });
});
