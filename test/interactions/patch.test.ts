import { describe, expect, jest, test } from '@jest/globals';
import { issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

const JSON_PATCH = { 'content-type': 'application/json-patch+json' };
const MERGE_PATCH = { 'content-type': 'application/merge-patch+json' };
const patient = { resourceType: 'Patient', active: true, name: [{ family: '张', given: ['三'] }] };

jest.setTimeout(60_000);

const errorsOf = (answer: Parameters<typeof issuesOf>[0]) => issuesOf(answer).filter((issue) => issue.startsWith('error'));

describe.each(stores)('patch on $name', ({ open }) => {
  const server = serverOn(open);

  const create = async (resource: object | string = patient, type = 'Patient'): Promise<string> => {
    const created = await server.ask('POST', `/${type}`, resource);
    expect([created.status, created.text]).toEqual([201, expect.anything()]);
    return created.body.id;
  };
  const patchOf = (path: string, operations: unknown, headers: Readonly<Record<string, string>> = JSON_PATCH) =>
    server.ask('PATCH', path, operations, headers);

  test('JSON Patch makes the next version and answers as an update does (http.html#patch)', async () => {
    const id = await create();
    const answer = await patchOf(`/Patient/${id}`, [
      { op: 'test', path: '/name/0/family', value: '张' },
      { op: 'replace', path: '/active', value: false },
      { op: 'add', path: '/name/0/given/-', value: '丰' },
    ]);
    expect([answer.status, answer.headers.get('etag'), answer.body.meta.versionId]).toEqual([200, 'W/"2"', '2']);
    expect(answer.body).toMatchObject({ active: false, name: [{ family: '张', given: ['三', '丰'] }] });
    expect((await server.ask('GET', `/Patient/${id}`)).text).toBe(answer.text);
    expect((await server.ask('GET', `/Patient/${id}/_history/1`)).body.active).toBe(true);
  });

  test('Prefer says what comes back (http.html#ops)', async () => {
    const id = await create();
    const change = [{ op: 'replace', path: '/active', value: false }];
    const minimal = await patchOf(`/Patient/${id}`, change, { ...JSON_PATCH, prefer: 'return=minimal' });
    expect([minimal.status, minimal.text, minimal.headers.get('etag')]).toEqual([200, '', 'W/"2"']);
    const outcome = await patchOf(`/Patient/${id}`, change, { ...JSON_PATCH, prefer: 'return=OperationOutcome' });
    expect([outcome.status, outcome.body.resourceType, outcome.headers.get('etag')]).toEqual([200, 'OperationOutcome', 'W/"3"']);
  });

  test('digits, key order, siblings and contained resources stay as they were sent', async () => {
    const id = await create(
      '{"resourceType":"Observation","status":"final","_status":{"extension":[{"url":"urn:e","valueDecimal":0.0}]},"code":{"text":"𠮷"},"valueQuantity":{"unit":"g","value":1.10},' +
        '"component":[{"valueQuantity":{"value":1234567890.12345678901234567890},"code":{"text":"b"}}]}',
      'Observation',
    );
    const answer = await patchOf(
      `/Observation/${id}`,
      '[{"op":"test","path":"/valueQuantity/value","value":1.1},{"op":"add","path":"/component/0/valueQuantity/unit","value":"x"},' +
        '{"op":"copy","from":"/valueQuantity","path":"/component/0/valueQuantity"},{"op":"replace","path":"/valueQuantity/value","value":2.500}]',
    );
    expect(answer.text).toContain(
      '"status":"final","_status":{"extension":[{"url":"urn:e","valueDecimal":0.0}]},"code":{"text":"𠮷"},"valueQuantity":{"unit":"g","value":2.500},' +
        '"component":[{"valueQuantity":{"unit":"g","value":1.10},"code":{"text":"b"}}]}',
    );
  });

  test('merge patch sets, removes and replaces (RFC 7396)', async () => {
    const id = await create({ ...patient, gender: 'male', maritalStatus: { text: 'M' } });
    const answer = await patchOf(
      `/Patient/${id}`,
      { birthDate: '1970-01-01', gender: null, maritalStatus: { text: null }, name: [{ family: '李' }] },
      MERGE_PATCH,
    );
    expect(answer.status).toBe(200);
    const { id: _, meta: _meta, ...rest } = answer.body;
    expect(rest).toEqual({ resourceType: 'Patient', active: true, name: [{ family: '李' }], birthDate: '1970-01-01' });
  });

  test('merge patch makes no prototype, and reads none (RFC 7396)', async () => {
    const id = await create();
    const answer = await patchOf(`/Patient/${id}`, '{"__proto__":{"gender":"male"}}', MERGE_PATCH);
    expect([answer.status, errorsOf(answer)]).toEqual([422, ['error: unknown-element at Patient']]);
    const inherited = await patchOf(`/Patient/${id}`, [{ op: 'test', path: '/constructor/name', value: 'Object' }]);
    expect([inherited.status, issuesOf(inherited)]).toEqual([422, ['error: patch-path-missing']]);
  });

  test('merge patch that is no object, or changes the id, is refused', async () => {
    const id = await create();
    const list = await patchOf(`/Patient/${id}`, [{ gender: 'male' }], MERGE_PATCH);
    expect([list.status, issuesOf(list)]).toEqual([400, ['error: merge-patch-object-wanted']]);
    const other = await patchOf(`/Patient/${id}`, { id: 'other' }, MERGE_PATCH);
    expect([other.status, issuesOf(other)]).toEqual([422, ['error: patch-identity at Patient.id']]);
  });

  test('what is emptied is gone, what a client writes as empty is not valid', async () => {
    const id = await create();
    const removed = await patchOf(`/Patient/${id}`, [
      { op: 'remove', path: '/name/0/given/0' },
      { op: 'remove', path: '/name/0/family' },
    ]);
    expect([removed.status, removed.body.name]).toEqual([200, undefined]);
    expect((await patchOf(`/Patient/${id}`, [{ op: 'add', path: '/name', value: [] }])).status).toBe(422);
  });

  test.each([
    ['a test that fails', [{ op: 'test', path: '/active', value: false }], 422, 'error: patch-test-failed'],
    ['a path that is not there', [{ op: 'replace', path: '/gender', value: 'male' }], 422, 'error: patch-path-missing'],
    ['a parent that is not there', [{ op: 'add', path: '/a/b', value: 1 }], 422, 'error: patch-path-missing'],
    ['an index beyond the end', [{ op: 'add', path: '/name/2', value: {} }], 422, 'error: patch-index'],
    ['another id', [{ op: 'replace', path: '/id', value: 'other' }], 422, 'error: patch-identity at Patient.id'],
    ['no id', [{ op: 'remove', path: '/id' }], 422, 'error: patch-identity at Patient.id'],
    ['another type', [{ op: 'replace', path: '/resourceType', value: 'Group' }], 422, 'error: patch-identity at Patient.resourceType'],
    ['another version', [{ op: 'replace', path: '/meta/versionId', value: '9' }], 422, 'error: patch-identity at Patient.meta.versionId'],
    [
      'another time',
      [{ op: 'replace', path: '/meta/lastUpdated', value: '2001' }],
      422,
      'error: patch-identity at Patient.meta.lastUpdated',
    ],
    ['no object', [{ op: 'replace', path: '', value: 7 }], 422, 'error: patch-identity at Patient'],
    ['an element that is none', [{ op: 'add', path: '/nickname', value: '三' }], 422, 'error: unknown-element at Patient'],
    [
      'a property that would be a prototype',
      [{ op: 'add', path: '/__proto__', value: { active: 1 } }],
      422,
      'error: unknown-element at Patient',
    ],
    ['an unknown operation', [{ op: 'append', path: '/name', value: {} }], 400, 'error: patch-op'],
    ['an operation without a value', [{ op: 'add', path: '/name' }], 400, 'error: patch-member-missing'],
    ['an operation without a path', [{ op: 'remove' }], 400, 'error: patch-member-missing'],
    ['a pointer that is none', [{ op: 'remove', path: 'name/0' }], 400, 'error: patch-pointer'],
    ['a pointer with a bad escape', [{ op: 'remove', path: '/name~2' }], 400, 'error: patch-pointer'],
    ['an operation that is no object', ['remove'], 400, 'error: patch-operation-object'],
    ['an object', { op: 'remove', path: '/name' }, 400, 'error: json-patch-array-wanted'],
    ['too many operations', Array(5001).fill({ op: 'test', path: '/active', value: true }), 413, 'error: too-many-operations'],
  ])('%s is refused and nothing is stored', async (_what, operations, status, expected) => {
    const id = await create();
    const answer = await patchOf(`/Patient/${id}`, operations);
    expect([answer.status, errorsOf(answer)[0]]).toEqual([status, expected]);
    expect((await server.ask('GET', `/Patient/${id}`)).headers.get('etag')).toBe('W/"1"');
  });

  test('a failed operation is named by its index, in the language asked for', async () => {
    const id = await create();
    const operations = [
      { op: 'remove', path: '/active' },
      { op: 'remove', path: '/active' },
    ];
    expect((await patchOf(`/Patient/${id}`, operations)).body.issue[0].details.text).toBe(
      'Operation 1 (remove /active): there is nothing at "/active"',
    );
    const chinese = await patchOf(`/Patient/${id}`, operations, { ...JSON_PATCH, 'accept-language': 'zh-CN' });
    expect(chinese.body.issue[0].details.text).toBe('操作 1（remove /active）：“/active”处没有内容');
  });

  test('a copy that doubles the resource again and again, or nests it deeper than it could be read, is stopped', async () => {
    const id = await create();
    const doubled = await patchOf(`/Patient/${id}`, Array(40).fill({ op: 'copy', from: '/name', path: '/name/0' }));
    expect([doubled.status, issuesOf(doubled)]).toEqual([422, ['error: patched-too-large']]);
    const levels = 60;
    const nested = await patchOf(`/Patient/${id}`, [
      { op: 'add', path: '/a', value: JSON.parse('{"x":'.repeat(levels) + 1 + '}'.repeat(levels)) },
      { op: 'copy', from: '/a', path: `/a${'/x'.repeat(levels - 1)}/y` },
    ]);
    expect([nested.status, issuesOf(nested)]).toEqual([422, ['error: patched-too-deep']]);
  });

  test('a body in another media type is 415 and says what is taken (http.html#patch)', async () => {
    const id = await create();
    for (const type of ['application/json', 'application/xml-patch+xml', 'text/plain']) {
      const answer = await patchOf(`/Patient/${id}`, [], { 'content-type': type });
      expect([answer.status, issuesOf(answer)]).toEqual([415, ['error: media-type at http.Content-Type']]);
      expect(answer.body.issue[0].details.text).toContain('application/json-patch+json, application/merge-patch+json');
    }
  });

  test('what is not there is 404, what was deleted 410', async () => {
    const missing = await patchOf('/Patient/never', []);
    expect([missing.status, issuesOf(missing)]).toEqual([404, ['error: not-found']]);
    const id = await create();
    await server.ask('DELETE', `/Patient/${id}`);
    const gone = await patchOf(`/Patient/${id}`, []);
    expect([gone.status, issuesOf(gone)]).toEqual([410, ['error: deleted']]);
  });

  test('If-Match and If-None-Match are kept (http.html#concurrency)', async () => {
    const id = await create();
    const change = [{ op: 'replace', path: '/active', value: false }];
    expect((await patchOf(`/Patient/${id}`, change, { ...JSON_PATCH, 'if-match': 'W/"1"' })).status).toBe(200);
    const stale = await patchOf(`/Patient/${id}`, [{ op: 'remove', path: '/gender' }], { ...JSON_PATCH, 'if-match': 'W/"1"' });
    expect([stale.status, issuesOf(stale)]).toEqual([412, ['error: version-mismatch at http.If-Match']]);
    const known = await patchOf(`/Patient/${id}`, change, { ...JSON_PATCH, 'if-none-match': 'W/"2"' });
    expect([known.status, issuesOf(known)]).toEqual([412, ['error: already-exists at http.If-None-Match']]);
  });

  test('a patch that changes nothing makes a version, as an update does', async () => {
    const id = await create();
    const answer = await patchOf(`/Patient/${id}`, []);
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, 'W/"2"']);
  });

  test('conditional patch: none 404, one patched, many 412 (http.html#patch)', async () => {
    const system = `urn:test:${Math.random()}`;
    const change = [{ op: 'replace', path: '/active', value: false }];
    const path = `/Patient?identifier=${system}|1`;
    const none = await patchOf(path, change);
    expect([none.status, issuesOf(none)]).toEqual([404, ['error: no-match']]);
    const id = await create({ ...patient, identifier: [{ system, value: '1' }] });
    const one = await patchOf(path, change);
    expect([one.status, one.body.id, one.body.active]).toEqual([200, id, false]);
    await create({ ...patient, identifier: [{ system, value: '1' }] });
    const many = await patchOf(path, change);
    expect([many.status, issuesOf(many)]).toEqual([412, ['error: multiple-matches']]);
    expect((await patchOf('/Patient', change)).status).toBe(400);
  });

  test('64 clients that each add one element lose none (http.html#concurrency)', async () => {
    const id = await create();
    const values = Array.from({ length: 64 }, (_, index) => String(index));
    const answers = await Promise.all(values.map((value) => patchOf(`/Patient/${id}`, [{ op: 'add', path: '/name/0/given/-', value }])));
    expect(answers.map(({ status }) => status)).toEqual(values.map(() => 200));
    const versions = answers.map(({ body }) => Number(body.meta.versionId)).sort((a, b) => a - b);
    expect(versions).toEqual(values.map((_, index) => index + 2));
    const { body } = await server.ask('GET', `/Patient/${id}`);
    expect(body.name[0].given.slice(1).sort()).toEqual(values.sort());
  });

  describe('narrative (http.html#patch)', () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml">张三</div>';
    const change = { op: 'replace', path: '/active', value: false };

    test('made from the data is left out when the data changes', async () => {
      const id = await create({ ...patient, text: { status: 'generated', div } });
      expect((await patchOf(`/Patient/${id}`, [change])).body.text).toBeUndefined();
    });

    test('stays where only what the record says of itself changes, or where the patch brings its own', async () => {
      const id = await create({ ...patient, text: { status: 'generated', div } });
      const tagged = await patchOf(`/Patient/${id}`, [{ op: 'add', path: '/meta/tag', value: [{ code: 't' }] }]);
      expect(tagged.body.text).toEqual({ status: 'generated', div });
      const own = await patchOf(`/Patient/${id}`, [change, { op: 'replace', path: '/text/div', value: div.replace('张', '李') }]);
      expect(own.body.text.div).toContain('李三');
    });

    test('with more than the data is only changed by who says what becomes of it', async () => {
      const id = await create({ ...patient, text: { status: 'additional', div } });
      const refused = await patchOf(`/Patient/${id}`, [change]);
      expect([refused.status, issuesOf(refused)]).toEqual([422, ['error: patch-narrative at Patient.text']]);
      expect((await patchOf(`/Patient/${id}`, [change, { op: 'remove', path: '/text' }])).status).toBe(200);
    });
  });
});
