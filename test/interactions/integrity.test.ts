/** Source: R4 references.html#literal, http.html#delete, http.html#trules, capabilitystatement.html (referencePolicy) */
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import { bundleOf, deletion, observation, patchOf, patient, put, relativeOf } from './integrity-bodies.js';

jest.setTimeout(60_000);

const told = (answer: Answered) => [answer.status, issuesOf(answer)];
const toNothing = (place: string) => [422, [`error: reference-to-nothing at ${place}`]];
const outcomesOf = ({ body }: Answered): (string[] | undefined)[] =>
  body.entry.map(({ response: { outcome } }: { response: { outcome?: object } }) => outcome && issuesOf({ body: outcome } as Answered));

describe.each(stores)('REFERENTIAL_INTEGRITY=refuse on $name', ({ open }) => {
  const server = serverOn(open, { referentialIntegrity: 'refuse' });
  const ask = (...asked: Parameters<typeof server.ask>) => server.ask(...asked);
  const statusOf = async (...asked: Parameters<typeof server.ask>) => (await ask(...asked)).status;
  const store = async (...resources: readonly { resourceType: string; id?: string }[]) => {
    for (const one of resources) expect([200, 201]).toContain(await statusOf('PUT', `/${one.resourceType}/${one.id}`, one));
  };
  beforeAll(() => store(patient('here')));

  test('the statement says that references are enforced', async () => {
    const { body } = await ask('GET', '/metadata');
    expect(body.rest[0].resource[0].referencePolicy).toEqual(['literal', 'logical', 'enforced']);
  });

  test.each([
    ['relative', 'Patient/nobody'],
    ['absolute', '/Patient/nobody'],
    ['to a version', 'Patient/nobody/_history/1'],
    ['to a version that is not there', 'Patient/here/_history/7'],
    ['to a version that can be none', 'Patient/here/_history/x'],
  ])('a reference to nothing is 422 at its place: %s', async (_, reference) => {
    const whole = reference.startsWith('/') ? server.url + reference : reference;
    const refused = await ask('POST', '/Observation', observation(whole));
    expect(told(refused)).toEqual(toNothing('Observation.subject'));
    expect(refused.body.issue[0].code).toBe('not-found');
    expect(refused.body.issue[0].details.text).toContain(whole);
  });

  test.each([
    ['relative', () => 'Patient/here'],
    ['absolute', () => `${server.url}/Patient/here`],
    ['to a version', () => 'Patient/here/_history/1'],
    ['into another server', () => 'https://elsewhere.example/fhir/Patient/nobody'],
    ['a URN', () => 'urn:uuid:00000000-0000-4000-8000-00000000000a'],
    ['to what a package brings', () => 'StructureDefinition/Patient'],
  ])('what leads somewhere, or is not for this server to judge, is stored: %s', async (_, reference) => {
    const body = { resourceType: 'Basic', code: { text: 'x' }, subject: { reference: reference() } };
    expect(await statusOf('POST', '/Basic', body)).toBe(201);
  });

  test('references are judged wherever they stand', async () => {
    const extension = [{ url: 'urn:x', valueReference: { reference: 'Patient/e' } }];
    const refused = await ask('POST', '/Observation', {
      ...observation('Patient/here'),
      extension,
      _status: { extension },
      note: [{ text: 'a' }, { text: 'b', authorReference: { reference: 'Practitioner/n' } }],
      performer: [{ reference: '#p' }, { reference: 'Practitioner/q' }],
      contained: [
        { resourceType: 'Practitioner', id: 'p', qualification: [{ code: { text: 'y' }, issuer: { reference: 'Organization/c' } }] },
      ],
    });
    const places = ['extension[0].valueReference', '_status.extension[0].valueReference', 'note[1].authorReference', 'performer[1]'];
    places.push('contained[0].qualification[0].issuer');
    expect(refused.status).toBe(422);
    expect(issuesOf(refused).sort()).toEqual(places.map((place) => `error: reference-to-nothing at Observation.${place}`).sort());
  });

  test('what stands inside of a Bundle or Parameters is a message, and a canonical names no instance', async () => {
    const fullUrl = 'https://elsewhere.example/fhir/Observation/x';
    const inside = { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl, resource: observation('Patient/nobody', 'x') }] };
    expect(await statusOf('POST', '/Bundle', inside)).toBe(201);
    const answers = { resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'https://example.org/Questionnaire/none' };
    expect(await statusOf('POST', '/QuestionnaireResponse', answers)).toBe(201);
  });

  test('a resource that was deleted is nothing; created again it is there', async () => {
    await store(patient('back'));
    expect(await statusOf('DELETE', '/Patient/back')).toBe(204);
    expect(told(await ask('POST', '/Observation', observation('Patient/back')))).toEqual(toNothing('Observation.subject'));
    expect(told(await ask('POST', '/Observation', observation('Patient/back/_history/1')))).toEqual(toNothing('Observation.subject'));
    await store(patient('back'), observation('Patient/back/_history/3', 'of-back'));
    expect(told(await ask('DELETE', '/Patient/back'))).toEqual([409, ['error: referred-to']]);
  });

  test('an update and a patch are judged by what they leave', async () => {
    await store(observation('Patient/here', 'patched'));
    const patch = (value: string) =>
      ask('PATCH', '/Observation/patched', [{ op: 'replace', path: '/subject/reference', value }], {
        'content-type': 'application/json-patch+json',
      });
    expect(told(await patch('Patient/nobody'))).toEqual(toNothing('Observation.subject'));
    expect((await patch('Patient/here')).status).toBe(200);
    expect(told(await ask('PUT', '/Observation/patched', observation('Patient/nobody', 'patched')))).toEqual(
      toNothing('Observation.subject'),
    );
    expect((await ask('GET', '/Observation/patched')).body.meta.versionId).toBe('2');
    expect(told(await ask('PUT', '/Observation?_id=made', observation('Patient/nobody', 'made')))).toEqual(
      toNothing('Observation.subject'),
    );
  });

  test('what is referred to is not deleted: 409 names some that refer, also by what no search parameter covers', async () => {
    const note = [{ text: 'n', authorReference: { reference: 'Practitioner/author' } }];
    const extension = [{ url: 'urn:x', valueReference: { reference: 'Practitioner/author' } }];
    await store({ resourceType: 'Practitioner', id: 'author' });
    await store(observation('Patient/here', 'noted', { note }), { ...patient('extended'), extension } as never);
    const refused = await ask('DELETE', '/Practitioner/author');
    expect([told(refused), refused.body.issue[0].code]).toEqual([[409, ['error: referred-to']], 'conflict']);
    expect(refused.body.issue[0].details.text).toBe(
      'Practitioner/author cannot be deleted: Observation/noted, Patient/extended refer to it',
    );
    expect(await statusOf('DELETE', '/Practitioner?_id=author')).toBe(409);
    await store(observation('Patient/here', 'noted'), patient('extended'));
    expect(await statusOf('DELETE', '/Practitioner/author')).toBe(204);
  });

  test('of many that refer five are named', async () => {
    await store(patient('often'), ...Array.from({ length: 7 }, (_, at) => observation('Patient/often', `often-${at}`)));
    const { body } = await ask('DELETE', '/Patient/often');
    const names = Array.from({ length: 5 }, (_, at) => `Observation/often-${at}`).join(', ');
    expect(body.issue[0].details.text).toBe(`Patient/often cannot be deleted: ${names}, others refer to it`);
  });

  test('what refers to itself alone can be deleted, and so can what nothing refers to any more', async () => {
    const link = [{ other: { reference: 'Patient/self' }, type: 'seealso' }];
    expect(
      told(await ask('PUT', '/Patient/self', { ...patient('self'), link: [{ ...link[0], other: { reference: 'Patient/selv' } }] })),
    ).toEqual(toNothing('Patient.link[0].other'));
    await store({ ...patient('self'), link } as never);
    expect(await statusOf('DELETE', '/Patient/self')).toBe(204);
  });

  test('a transaction is judged by what all of it leaves: circles, both ends deleted, references moved', async () => {
    const urn = (at: number) => `urn:uuid:00000000-0000-4000-8000-00000000000${at}`;
    const links = (other: string) => ({ resourceType: 'Patient', link: [{ other: { reference: other }, type: 'seealso' }] });
    const circle = await ask(
      'POST',
      '',
      bundleOf(
        { fullUrl: urn(1), resource: links(urn(2)), request: { method: 'POST', url: 'Patient' } },
        { fullUrl: urn(2), resource: links(urn(1)), request: { method: 'POST', url: 'Patient' } },
        put(observation('Patient/late', 'early')),
        put(patient('late')),
      ),
    );
    expect(circle.status).toBe(200);
    const [one, other] = circle.body.entry.slice(0, 2).map(relativeOf);
    expect(await statusOf('DELETE', `/${one}`)).toBe(409);
    expect(told(await ask('POST', '', bundleOf(deletion(one), put(patient('late')))))).toEqual([
      409,
      ['error: referred-to at Bundle.entry[0]'],
    ]);
    expect(await statusOf('POST', '', bundleOf(deletion(one), deletion(other)))).toBe(200);
    // What refers is written anew, and refers elsewhere.
    expect(await statusOf('POST', '', bundleOf(deletion('Patient/late'), put(observation('Patient/here', 'early'))))).toBe(200);
  });

  test('a reference to what the same transaction deletes, or to nothing, is told from the Bundle, and nothing is stored', async () => {
    await store(patient('going'), observation('Patient/going', 'staying'));
    const both = await ask('POST', '', bundleOf(deletion('Patient/going'), put(observation('Patient/going', 'staying'))));
    expect(told(both)).toEqual(toNothing('Bundle.entry[1].resource.subject'));
    const some = await ask(
      'POST',
      '',
      bundleOf(put(patient('new')), put(observation('Patient/new', 'n')), put(observation('Patient/no', 'm'))),
    );
    expect(told(some)).toEqual(toNothing('Bundle.entry[2].resource.subject'));
    expect([await statusOf('GET', '/Patient/going'), await statusOf('GET', '/Patient/new')]).toEqual([200, 404]);
    expect(told(await ask('POST', '', bundleOf(patchOf('staying', 'Patient/no'))))).toEqual(toNothing('Bundle.entry[0].resource.subject'));
  });

  test('a version that the same transaction makes is there; one that it does not make is not', async () => {
    await store(patient('versioned'));
    const both = (version: number) =>
      bundleOf(put(patient('versioned')), put(observation(`Patient/versioned/_history/${version}`, 'of-versioned')));
    expect(told(await ask('POST', '', both(3)))).toEqual(toNothing('Bundle.entry[1].resource.subject'));
    expect(await statusOf('POST', '', both(2))).toBe(200);
    expect(await statusOf('POST', '', both(1))).toBe(200);
  });

  test('a conditional reference and a conditional create that finds something lead to what is there', async () => {
    await store({ ...patient('found'), identifier: [{ system: 'urn:i', value: '1' }] } as never);
    const existing = { fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000009', resource: patient('x') };
    const answer = await ask(
      'POST',
      '',
      bundleOf(
        { ...existing, request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:i|1' } },
        put(observation(existing.fullUrl, 'to-existing')),
        put(observation('Patient?identifier=urn:i|1', 'to-criteria')),
      ),
    );
    expect(answer.status).toBe(200);
    expect((await ask('GET', '/Observation/to-existing')).body.subject.reference).toBe('Patient/found');
  });

  test('the entries of a batch are judged each for itself', async () => {
    const answer = await ask('POST', '', { ...bundleOf(put(patient('b1')), put(observation('Patient/b9', 'b2'))), type: 'batch' });
    expect(answer.body.entry.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3))).toEqual(['201', '422']);
    expect(outcomesOf(answer)[1]).toEqual(['error: reference-to-nothing at Bundle.entry[1].resource.subject']);
  });
});

describe.each(stores)('REFERENTIAL_INTEGRITY=warn on $name', ({ open }) => {
  const server = serverOn(open, { referentialIntegrity: 'warn' });
  const prefer = { prefer: 'return=OperationOutcome' };

  test('references to nothing are stored, and whoever asks is told of each', async () => {
    const stored = await server.ask('POST', '/Observation', { ...observation('Patient/a'), focus: [{ reference: 'Patient/b' }] }, prefer);
    expect(stored.status).toBe(201);
    expect(issuesOf(stored)).toEqual(
      expect.arrayContaining(['subject', 'focus[0]'].map((place) => `warning: reference-to-nothing at Observation.${place}`)),
    );
    const whole = await server.ask('POST', '/Observation', observation('Patient/a'));
    expect([whole.status, whole.body.subject.reference]).toEqual([201, 'Patient/a']);
    const { body } = await server.ask('GET', '/metadata');
    expect(body.rest[0].resource[0].referencePolicy).toEqual(['literal', 'logical']);
  });

  test('the answer of a transaction tells of them without being asked, and of a deletion of what is referred to', async () => {
    const entries = [put(patient('w')), put(observation('Patient/w', 'to-w')), put(observation('Patient/v', 'to-v'))];
    expect(outcomesOf(await server.ask('POST', '', bundleOf(...entries)))).toEqual([
      undefined,
      undefined,
      ['warning: reference-to-nothing at Bundle.entry[2].resource.subject'],
    ]);
    expect(outcomesOf(await server.ask('POST', '', bundleOf(patchOf('to-w', 'Patient/u'))))).toEqual([
      ['warning: reference-to-nothing at Bundle.entry[0].resource.subject'],
    ]);
    await server.ask('POST', '', bundleOf(patchOf('to-w', 'Patient/w')));
    expect(outcomesOf(await server.ask('POST', '', bundleOf(deletion('Patient/w'))))).toEqual([
      ['warning: referred-to at Bundle.entry[0]', 'information: deleted-count'],
    ]);
  });

  test('what is referred to is deleted; who prefers an OperationOutcome is told', async () => {
    await server.ask('POST', '', bundleOf(put(patient('d')), put(patient('e')), put(observation('Patient/d', 'to-d'))));
    const answer = await server.ask('DELETE', '/Patient/d', undefined, prefer);
    expect(told(answer)).toEqual([200, ['warning: referred-to', 'information: deleted-count']]);
    expect(answer.body.issue[0].details.text).toBe('Patient/d is deleted although Observation/to-d refers to it');
    expect((await server.ask('GET', '/Patient/d')).status).toBe(410);
    expect((await server.ask('DELETE', '/Patient/e')).status).toBe(204);
  });
});
