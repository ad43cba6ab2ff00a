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
    expect(answer.headers.get('content-language')).toBe('en');
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

  const asks = (mode: string, resource?: object, ...more: object[]) =>
    wrapped(...(resource === undefined ? [] : [{ name: 'resource', resource }]), { name: 'mode', valueCode: mode }, ...more);

  test.each([
    ['an update of another id', '/Patient/stored/$validate', asks('update', { ...valid, id: 'other' }), 'error: id-mismatch at Patient.id'],
    ['an update without an id', '/Patient/$validate', asks('update', valid), 'error: id-mismatch at Patient.id'],
    ['an update', '/Patient/stored/$validate', asks('update', { ...valid, id: 'stored' }), 'information: all-ok'],
    ['an update that creates', '/Patient/new/$validate', asks('update', { ...valid, id: 'new' }), 'information: all-ok'],
    ['a create, whatever its id', '/Patient/$validate', asks('create', { ...valid, id: 'stored' }), 'information: all-ok'],
    ['a create of what is invalid', '/Patient/$validate', asks('create', invalid), 'error: code-not-in-value-set at Patient.gender'],
    ['a delete', '/Patient/stored/$validate', asks('delete'), 'information: all-ok'],
    ['a delete of nothing', '/Patient/never/$validate', asks('delete'), 'information: nothing-to-delete'],
  ])('%s: whether it would be accepted (valueset-resource-validation-mode.html)', async (_what, path, body, expected) => {
    const answer = await server.ask('POST', path, body);
    expect([answer.status, issuesOf(answer)]).toEqual([200, [expected]]);
  });

  test('preconditions are among what a write would be refused for', async () => {
    const update = await server.ask('POST', '/Patient/stored/$validate?mode=update', { ...valid, id: 'stored' }, { 'if-match': 'W/"9"' });
    expect([update.status, issuesOf(update)]).toEqual([200, [expect.stringMatching(/^error: /)]]);
    const removal = await server.ask('POST', '/Patient/stored/$validate?mode=delete', undefined, { 'if-match': 'W/"9"' });
    expect([removal.status, issuesOf(removal)]).toEqual([200, [expect.stringMatching(/^error: /)]]);
  });

  test('a mode writes nothing', async () => {
    await server.ask('POST', '/Patient/$validate', asks('create', valid));
    await server.ask('POST', '/Patient/stored/$validate', asks('delete'));
    expect((await server.ask('GET', '/Patient?_summary=count')).body.total).toBe(1);
    expect((await server.ask('GET', '/Patient/stored')).headers.get('etag')).toBe('W/"1"');
  });

  test('mode=profile asks the nominated profile alone of what is stored', async () => {
    const claims = { ...valid, id: 'claims', meta: { profile: [unknown] } };
    await server.ask('PUT', '/Patient/claims', claims);
    const nominated = encodeURIComponent('http://hl7.org/fhir/StructureDefinition/Patient');
    const alone = await server.ask('GET', `/Patient/claims/$validate?mode=profile&profile=${nominated}`);
    expect([alone.status, issuesOf(alone)]).toEqual([200, ['information: all-ok']]);
    expect(issuesOf(await server.ask('GET', `/Patient/claims/$validate?profile=${nominated}`))).toEqual([
      'warning: profile-unknown at Patient.meta.profile[0]',
    ]);
  });

  test('each of several profiles is asked', async () => {
    const profiles = ['http://example.org/a', 'http://example.org/b'].map((valueUri) => ({ name: 'profile', valueUri }));
    const answer = await server.ask('POST', '/Patient/$validate', wrapped({ name: 'resource', resource: valid }, ...profiles));
    expect(answer.body.issue.map((issue: { details: { text: string } }) => /example\.org\/./.exec(issue.details.text)?.[0])).toEqual([
      'example.org/a',
      'example.org/b',
    ]);
  });

  test('XML in, XML out, as an entry of a batch, and whatever is preferred', async () => {
    const xml = await server.ask(
      'POST',
      '/$validate?_format=xml',
      '<Patient xmlns="http://hl7.org/fhir"><gender value="wrong"/></Patient>',
      {
        'content-type': 'application/fhir+xml',
      },
    );
    expect([xml.status, xml.text]).toEqual([200, expect.stringContaining('<expression value="Patient.gender"/>')]);
    const entry = [{ request: { method: 'POST', url: 'Patient/$validate' }, resource: invalid }];
    const batch = await server.ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
    expect(batch.body.entry[0]).toMatchObject({ response: { status: '200 OK' }, resource: { resourceType: 'OperationOutcome' } });
    for (const prefer of ['return=minimal', 'return=representation', 'return=OperationOutcome'])
      expect(issuesOf(await server.ask('POST', '/$validate', invalid, { prefer }))).toContain(
        'error: code-not-in-value-set at Patient.gender',
      );
  });

  test('what is missing is told in Chinese: the resource, and where it belongs', async () => {
    const chinese = { 'accept-language': 'zh-CN' };
    const text = async (...asked: Parameters<typeof server.ask>) => (await server.ask(...asked)).body.issue[0].details.text;
    expect(await text('POST', '/Patient/$validate', wrapped(), chinese)).toBe('Parameters 中没有参数“resource”；待校验的资源应放在其中');
    expect(await text('GET', '/Patient/$validate', undefined, chinese)).toMatch(/^没有待校验的资源；请用 POST 提交/);
    expect(await text('POST', '/$validate', {}, chinese)).toBe('正文应为资源，但正文没有 resourceType');
  });

  test.each([
    ['no body', '/Patient/$validate', undefined, 400, 'error: not-a-resource'],
    ['Parameters without a resource', '/Patient/$validate', wrapped(), 400, 'error: not-a-resource at Parameters.parameter'],
    ['another type than the URL', '/Patient/$validate', { resourceType: 'Group' }, 400, 'error: type-mismatch at Patient.resourceType'],
    ['an unknown mode', '/Patient/$validate?mode=x', valid, 400, 'error: bad-validation-mode at mode'],
    ['two modes', '/Patient/$validate?mode=update', asks('create', valid), 400, 'error: bad-validation-mode at mode'],
    ['a delete of no instance', '/Patient/$validate', asks('delete'), 400, 'error: instance-wanted'],
    ['a profile mode without a profile', '/Patient/stored/$validate', asks('profile'), 400, 'error: profile-wanted at profile'],
    [
      'a misspelt part of Parameters',
      '/Patient/$validate',
      wrapped({ name: 'resource', resource: valid }, { name: 'profil', valueUri: unknown }),
      400,
      'error: parameter-not-supported at Parameters.parameter[1].name',
    ],
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
