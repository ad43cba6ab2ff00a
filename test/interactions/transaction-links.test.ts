import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';

const urn = (n: number) => `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const xhtml = 'http://www.w3.org/1999/xhtml';

jest.setTimeout(60_000);

describe('Links in a transaction', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  /** The resource is sent beside a Patient that links may lead to. */
  const send = (resource: { resourceType: string }): Promise<Answered> =>
    server.ask(
      'POST',
      '',
      {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          { fullUrl: urn(1), resource: { resourceType: 'Patient', active: true }, request: { method: 'POST', url: 'Patient' } },
          { resource, request: { method: 'POST', url: resource.resourceType } },
        ],
      },
      { prefer: 'return=representation' },
    );
  const narrated = (inside: string) => ({
    resourceType: 'Basic',
    code: { text: 'x' },
    text: { status: 'generated', div: `<div xmlns="${xhtml}">${inside}</div>` },
  });

  test.each([
    [
      'a link after a title that looks like one',
      `<a title="see href='x'" href="${urn(1)}">p</a>`,
      `<a title="see href='x'" href="TARGET">p</a>`,
    ],
    ['what a title says', `<a title='x href="${urn(1)}"'>p</a>`, `<a title='x href="${urn(1)}"'>p</a>`],
    ['a link over lines', `<a\n id="i"\n href = '${urn(1)}'>p</a>`, `<a\n id="i"\n href = 'TARGET'>p</a>`],
    ['an image', `<img alt="x" src="${urn(1)}"/>`, `<img alt="x" src="TARGET"/>`],
    ['other attributes', `<abbr title="${urn(1)}">p</abbr>`, `<abbr title="${urn(1)}">p</abbr>`],
    ['two links', `<a href="${urn(1)}">p</a> <a href="${urn(1)}#x">q</a>`, `<a href="TARGET">p</a> <a href="TARGET#x">q</a>`],
  ])('of narrative: %s (http.html#trules: <a href and <img src)', async (_what, inside, expected) => {
    const answer = await send(narrated(inside));
    expect([answer.status, answer.status === 200 ? [] : issuesOf(answer)]).toEqual([200, []]);
    const [target, { resource }] = answer.body.entry;
    expect(resource.text.div).toBe(narrated(expected.replaceAll('TARGET', `Patient/${target.resource.id}`)).text.div);
  });

  test.each([
    ['tags that never end', '<a '],
    ['attributes without end', '<a x="'],
    ['spaces', '<a               '],
  ])('narrative of nothing but %s is read in one go', async (_what, part) => {
    const from = performance.now();
    const answer = await send(narrated(part.repeat(1_000_000 / part.length)));
    expect(answer.status).toBe(422);
    expect(performance.now() - from).toBeLessThan(3000);
  });

  test('a Bundle inside stays as it is sent where its links lead to entries of its own (bundle.html#references)', async () => {
    const inner = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { fullUrl: urn(1), resource: { resourceType: 'Patient', active: false } },
        { fullUrl: urn(3), resource: { resourceType: 'Patient', link: [{ other: { reference: urn(1) }, type: 'seealso' }] } },
      ],
    };
    const answer = await send(inner);
    expect([answer.status, answer.status === 200 ? [] : issuesOf(answer)]).toEqual([200, []]);
    expect(answer.body.entry[1].resource.entry).toEqual(inner.entry);
  });

  test('a Bundle inside has those links replaced that lead out of it, but no fullUrl', async () => {
    const patient = { resourceType: 'Patient', link: [{ other: { reference: urn(1) }, type: 'seealso' }] };
    const answer = await send({ resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: urn(3), resource: patient }] } as {
      resourceType: string;
    });
    const [target, { resource }] = answer.body.entry;
    expect(resource.entry[0]).toMatchObject({
      fullUrl: urn(3),
      resource: { link: [{ other: { reference: `Patient/${target.resource.id}` } }] },
    });
  });

  test('uuid and oid stay: a relative URL is none (datatypes.html#uuid, datatypes.html#oid)', async () => {
    const extension = [
      { url: 'http://example.org/a', valueUuid: urn(1) },
      { url: 'http://example.org/b', valueUri: urn(1) },
    ];
    const answer = await send({ resourceType: 'Basic', code: { text: 'x' }, extension } as { resourceType: string });
    expect([answer.status, answer.status === 200 ? [] : issuesOf(answer)]).toEqual([200, []]);
    const [target, { resource }] = answer.body.entry;
    expect(resource.extension).toEqual([extension[0], { ...extension[1], valueUri: `Patient/${target.resource.id}` }]);
  });
});
