/** Source: R4 http.html#trules (Conditional References), http.html#brules; references.html#contained; http.html#create */
import { describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

jest.setTimeout(60_000);

const urn = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const observation = (reference: string) => ({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference } });

describe.each(stores)('References that lead nowhere on $name', ({ open }) => {
  const server = serverOn(open);

  const bundle = (type: string, entry: readonly object[]): Promise<Answered> =>
    server.ask('POST', '', { resourceType: 'Bundle', type, entry });
  const post = (resource: object) => ({ resource, request: { method: 'POST', url: 'Observation' } });

  test('a URN that nothing resolves is stored, and whoever asks is told', async () => {
    const answer = await server.ask('POST', '/Observation', observation(urn), { prefer: 'return=OperationOutcome' });
    expect([answer.status, issuesOf(answer)]).toContainEqual(
      expect.arrayContaining(['warning: reference-unresolved at Observation.subject.reference']),
    );
    const whole = await server.ask('POST', '/Observation', observation(urn));
    expect([whole.status, whole.body.subject.reference]).toEqual([201, urn]);
    expect((await server.ask('POST', '/Observation', observation(urn), { prefer: 'return=minimal' })).text).toBe('');
  });

  test.each(['batch', 'transaction'])('the answer of a %s tells of it without being asked', async (type) => {
    const patient = { fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000002', resource: { resourceType: 'Patient' } };
    const answer = await bundle(type, [
      { ...patient, request: { method: 'POST', url: 'Patient' } },
      post(observation(urn)),
      post(observation('Patient/1')),
    ]);
    const outcomes = answer.body.entry.map(({ response }: { response: { outcome?: object } }) => response.outcome);
    expect([outcomes[0], outcomes[2]]).toEqual([undefined, undefined]);
    expect(issuesOf({ ...answer, body: outcomes[1] })).toEqual([
      'warning: reference-unresolved at Bundle.entry[1].resource.subject.reference',
    ]);
  });

  test('what a batch links within itself is stored with a warning; a transaction replaces it without one', async () => {
    const entry = [
      { fullUrl: urn, resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
      post(observation(urn)),
    ];
    expect((await bundle('batch', entry)).body.entry[1].response.outcome).toBeDefined();
    expect((await bundle('transaction', entry)).body.entry[1].response.outcome).toBeUndefined();
  });

  test('criteria are no reference outside of a transaction', async () => {
    const reference = 'Patient?identifier=urn:a|1';
    const expected = 'error: reference-conditional at Observation.subject';
    const created = await server.ask('POST', '/Observation', observation(reference));
    expect([created.status, issuesOf(created)]).toEqual([422, expect.arrayContaining([expected])]);
    const updated = await server.ask('PUT', '/Observation/criteria', { ...observation(reference), id: 'criteria' });
    expect([updated.status, (await server.ask('GET', '/Observation/criteria')).status]).toEqual([422, 404]);
    const inBatch = await bundle('batch', [post(observation(reference))]);
    expect(issuesOf({ ...inBatch, body: inBatch.body.entry[0].response.outcome })).toContain(
      'error: reference-conditional at Bundle.entry[0].resource.subject',
    );
    await server.ask('PUT', '/Patient/found', { resourceType: 'Patient', id: 'found', identifier: [{ system: 'urn:a', value: '1' }] });
    expect((await bundle('transaction', [post(observation(reference))])).status).toBe(200);
    const patched = await server.ask(
      'PATCH',
      '/Patient/found',
      { managingOrganization: { reference: 'Organization?name=x' } },
      { 'content-type': 'application/merge-patch+json' },
    );
    expect([patched.status, issuesOf(patched)]).toEqual([
      422,
      expect.arrayContaining(['error: reference-conditional at Patient.managingOrganization']),
    ]);
  });

  test('places inside of contained resources and of extensions beside primitives are looked at; uris of that name are not', async () => {
    const extension = [{ url: 'http://example.org/e', valueReference: { reference: urn } }];
    const contained = [{ resourceType: 'Specimen', id: 's', subject: { reference: urn } }];
    const sent = { ...observation('Patient/1'), contained, specimen: { reference: '#s' }, _status: { extension } };
    const answer = await server.ask('POST', '/Observation', sent, { prefer: 'return=OperationOutcome' });
    expect(issuesOf(answer).filter((issue) => issue.includes('unresolved'))).toEqual([
      'warning: reference-unresolved at Observation.contained[0].subject.reference',
      'warning: reference-unresolved at Observation._status.extension[0].valueReference.reference',
    ]);
    const issue = await server.ask(
      'POST',
      '/DetectedIssue',
      { resourceType: 'DetectedIssue', status: 'final', reference: urn },
      { prefer: 'return=OperationOutcome' },
    );
    expect([issue.status, issuesOf(issue).join().includes('unresolved')]).toEqual([201, false]);
  });

  test('a Bundle that is stored keeps what its entries say to each other', async () => {
    const request = { method: 'POST', url: 'Observation' };
    const entry = [
      { fullUrl: urn, resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
      { fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000003', resource: observation('Patient?identifier=urn:a|1'), request },
      { fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000004', resource: observation(urn), request },
    ];
    const answer = await server.ask('POST', '/Bundle', { resourceType: 'Bundle', type: 'transaction', entry });
    expect([answer.status, answer.body.entry[1].resource.subject.reference]).toEqual([201, 'Patient?identifier=urn:a|1']);
  });

  test('two contained resources with one id are refused', async () => {
    const contained = [1, 2].map(() => ({ resourceType: 'Specimen', id: 's' }));
    const answer = await server.ask('POST', '/Observation', { ...observation('Patient/1'), contained, specimen: { reference: '#s' } });
    expect([answer.status, issuesOf(answer)]).toEqual([
      422,
      expect.arrayContaining(['error: contained-id-repeated at Observation.contained[1]']),
    ]);
  });

  test('a resource that is sent to the base is told where it belongs', async () => {
    const answer = await server.ask('POST', '', { resourceType: 'Patient' });
    expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: bundle-wanted at Patient.resourceType']]);
    expect(answer.body.issue[0].details.text).toContain('/Patient');
    const nonsense = await server.ask('POST', '', { resourceType: 'Nonsense' });
    expect([nonsense.status, issuesOf(nonsense)]).toEqual([400, ['error: type-mismatch at Bundle.resourceType']]);
  });
});
