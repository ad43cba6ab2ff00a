import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

const valid = { resourceType: 'Patient', text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' } };
const invalid = { ...valid, gender: 'wrong' };
const wrapped = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });
const unknown = 'http://example.org/StructureDefinition/unknown';

describe('$validate', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
    await server.ask('PUT', '/Patient/stored', { ...valid, id: 'stored' });
  });
  afterAll(() => server.close());

  test.each([
    ['on the type', '/Patient/$validate', invalid],
    ['on the system', '/$validate', invalid],
    ['on an instance', '/Patient/stored/$validate', invalid],
    ['wrapped in Parameters', '/Patient/$validate', wrapped({ name: 'resource', resource: invalid })],
  ])('%s answers 200 with what was found, told from the resource (resource-operation-validate.html)', async (_what, path, body) => {
    const answer = await server.ask('POST', path, body);
    expect([answer.status, issuesOf(answer)]).toEqual([200, ['error: code-not-in-value-set at Patient.gender']]);
  });

  test('nothing to say is said, and nothing is stored', async () => {
    const answer = await server.ask('POST', '/Patient/$validate', valid);
    expect([answer.status, issuesOf(answer)]).toEqual([200, ['information: all-ok']]);
    expect((await server.ask('GET', '/Patient?_summary=count')).body.total).toBe(1);
  });

  test('GET validates what is stored', async () => {
    expect(issuesOf(await server.ask('GET', '/Patient/stored/$validate'))).toEqual(['information: all-ok']);
    expect((await server.ask('GET', '/Patient/never/$validate')).status).toBe(404);
  });

  test.each([
    ['in the URL', `/Patient/$validate?profile=${encodeURIComponent(unknown)}`, valid],
    ['in Parameters', '/Patient/$validate', wrapped({ name: 'resource', resource: valid }, { name: 'profile', valueUri: unknown })],
  ])('a profile asked for %s that nobody knows is an error', async (_what, path, body) => {
    const answer = await server.ask('POST', path, body);
    expect([answer.status, issuesOf(answer).join()]).toEqual([200, expect.stringMatching(/^error: profile-not-found/)]);
  });

  test('Parameters themselves can be validated', async () => {
    const answer = await server.ask('POST', '/Parameters/$validate', wrapped({ name: 'x', valueString: 'y' }));
    expect([answer.status, issuesOf(answer).filter((issue) => issue.startsWith('error'))]).toEqual([200, []]);
  });

  test('one resource is validated, on an instance that is there', async () => {
    const two = await server.ask(
      'POST',
      '/Patient/$validate',
      wrapped({ name: 'resource', resource: valid }, { name: 'resource', resource: valid }),
    );
    expect([two.status, issuesOf(two)]).toEqual([400, ['error: one-resource-wanted at Parameters.parameter']]);
    const nowhere = await server.ask('POST', '/Patient/nope/$validate', valid);
    expect([nowhere.status, issuesOf(nowhere)]).toEqual([404, ['error: not-found']]);
  });

  test('the mode decides what is asked of the id', async () => {
    const update = wrapped({ name: 'resource', resource: { ...valid, id: 'other' } }, { name: 'mode', valueCode: 'update' });
    expect(issuesOf(await server.ask('POST', '/Patient/stored/$validate', update))).toEqual(['error: id-mismatch at Patient.id']);
    expect(issuesOf(await server.ask('POST', '/Patient/stored/$validate', wrapped({ name: 'mode', valueCode: 'delete' })))).toEqual([
      'information: all-ok',
    ]);
    expect((await server.ask('POST', '/Patient/$validate', wrapped({ name: 'mode', valueCode: 'delete' }))).status).toBe(400);
  });

  test.each([
    ['no body', '/Patient/$validate', undefined, 400, 'error: not-a-resource'],
    ['Parameters without a resource', '/Patient/$validate', wrapped(), 400, 'error: not-a-resource'],
    ['another type than the URL', '/Patient/$validate', { resourceType: 'Group' }, 400, 'error: type-mismatch at Patient.resourceType'],
    ['an unknown mode', '/Patient/$validate?mode=x', valid, 400, 'error: bad-validation-mode at mode'],
    ['an unknown parameter', '/Patient/$validate?x=y', valid, 400, 'error: parameter-not-supported at x'],
    ['an operation that is not there', '/Patient/$nothing', valid, 404, 'error: unknown-operation'],
    [
      'parameters that are no list',
      '/Patient/$validate',
      { resourceType: 'Parameters', parameter: 1 },
      400,
      'error: bad-parameters at Parameters.parameter',
    ],
  ])('%s is a broken request', async (_what, path, body, status, expected) => {
    const answer = await server.ask('POST', path, body);
    expect([answer.status, issuesOf(answer)]).toEqual([status, [expected]]);
  });
});
