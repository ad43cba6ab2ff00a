import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';

jest.setTimeout(60_000);

const url = 'http://hospital.cn/Questionnaire/a,b';
const questionnaire = (version: string, type: string) => ({
  resourceType: 'Questionnaire',
  url,
  version,
  status: 'active',
  item: [{ linkId: 'q', type }],
});
const response = (canonical: string, answer: object) => ({
  resourceType: 'QuestionnaireResponse',
  questionnaire: canonical,
  status: 'completed',
  item: [{ linkId: 'q', answer: [answer] }],
});
const wrongType = /^error: questionnaire-answer-type at /;
const entry = (resource: { readonly resourceType: string }) => ({ resource, request: { method: 'POST', url: resource.resourceType } });

describe.each(stores)('A QuestionnaireResponse is checked against the Questionnaire in the store, on $name', ({ open }) => {
  let server: RunningServer;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const opened = await open();
    server = await startServer({ store: opened.store });
    close = opened.close;
    await server.ask('POST', '/Questionnaire', questionnaire('1.2', 'string'));
    await server.ask('POST', '/Questionnaire', questionnaire('1.10', 'boolean'));
  });
  afterAll(async () => {
    await server.close();
    await close();
  });

  test.each([
    ['the newest version where none is named', url, { valueBoolean: true }, { valueString: 'x' }],
    ['the version that is named (references.html#canonical)', `${url}|1.2`, { valueString: 'x' }, { valueBoolean: true }],
  ])('by %s', async (_what, canonical, right, wrong) => {
    expect((await server.ask('POST', '/QuestionnaireResponse', response(canonical, right))).status).toBe(201);
    const refused = await server.ask('POST', '/QuestionnaireResponse', response(canonical, wrong));
    expect([refused.status, issuesOf(refused)]).toEqual([422, expect.arrayContaining([expect.stringMatching(wrongType)])]);
  });

  test('by its id, as R4 itself does in its examples', async () => {
    await server.ask('PUT', '/Questionnaire/own', { ...questionnaire('1', 'time'), url: undefined, id: 'own' });
    const refused = await server.ask('POST', '/QuestionnaireResponse', response('Questionnaire/own', { valueString: 'x' }));
    expect([refused.status, issuesOf(refused)]).toEqual([422, expect.arrayContaining([expect.stringMatching(wrongType)])]);
  });

  test('by $validate too, and wherever the response stands', async () => {
    const wrong = response(url, { valueString: 'x' });
    expect(issuesOf(await server.ask('POST', '/QuestionnaireResponse/$validate', wrong))).toContainEqual(expect.stringMatching(wrongType));
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:9a4e6a3e-5b8c-4d0e-8f63-0f0f6f6b8a11', resource: wrong }],
    };
    expect(issuesOf(await server.ask('POST', '/Bundle/$validate', bundle))).toContainEqual(
      'error: questionnaire-answer-type at Bundle.entry[0].resource.item[0].answer[0].value.ofType(string)',
    );
  });

  test('a Questionnaire of the same transaction counts', async () => {
    const own = { ...questionnaire('1', 'integer'), url: 'http://hospital.cn/Questionnaire/own' };
    const transaction = (answer: object) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [entry(own), entry(response(own.url, answer))],
    });
    expect((await server.ask('POST', '/', transaction({ valueString: 'x' }))).status).toBe(422);
    expect((await server.ask('POST', '/', transaction({ valueInteger: 1 }))).status).toBe(200);
  });

  test('a Questionnaire that is not here is a warning, and the response is stored', async () => {
    const unknown = response('http://other.cn/q', { valueString: 'x' });
    const answer = await server.ask('POST', '/QuestionnaireResponse', unknown, { prefer: 'return=OperationOutcome' });
    expect([answer.status, issuesOf(answer)]).toEqual([
      201,
      expect.arrayContaining(['warning: questionnaire-not-found at QuestionnaireResponse.questionnaire']),
    ]);
  });
});
