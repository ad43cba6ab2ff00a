import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

/** What a searchset shows: `mode Type/id`. */
const shown = ({ body }: Answered): string[] =>
  (body.entry ?? []).map(({ search, resource }: { search: { mode: string }; resource: { resourceType: string; id: string } }) =>
    search.mode === 'outcome' ? 'outcome' : `${search.mode} ${resource.resourceType}/${resource.id}`,
  );
const linkOf = ({ body }: Answered, wanted: string): string | undefined =>
  body.link.find(({ relation }: { relation: string }) => relation === wanted)?.url;

describe('Search', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
    const put = (type: string, id: string, more: object) => server.ask('PUT', `/${type}/${id}`, { resourceType: type, id, ...more });
    await put('Organization', 'o', { name: '市一院' });
    for (const n of [1, 2, 3]) {
      await put('Patient', `p${n}`, {
        name: [{ family: '张', given: [`三${n}`] }],
        gender: n === 3 ? 'male' : 'female',
        managingOrganization: { reference: 'Organization/o' },
      });
    }
    await put('Observation', 'w', { status: 'final', code: { text: 'w' }, subject: { reference: 'Patient/p1' } });
  });
  afterAll(() => server.close());

  test('a searchset says what was searched, how many there are, and each match with its fullUrl (search.html#conformance)', async () => {
    const answer = await server.ask('GET', '/Patient?gender=female');
    expect([answer.status, answer.body.type, answer.body.total, shown(answer)]).toEqual([
      200,
      'searchset',
      2,
      ['match Patient/p1', 'match Patient/p2'],
    ]);
    expect(linkOf(answer, 'self')).toBe(`${server.url}/Patient?gender=female&_count=20`);
    expect(answer.body.entry[0].fullUrl).toBe(`${server.url}/Patient/p1`);
  });

  test('an empty result has no entry at all (json.html#null)', async () => {
    const { body } = await server.ask('GET', '/Patient?gender=other');
    expect([body.total, 'entry' in body]).toEqual([0, false]);
  });

  test('next links lead through all pages, the last has none (http.html#paging)', async () => {
    const pages: string[][] = [];
    for (let url: string | undefined = '/Patient?family=张&_count=2'; url !== undefined; ) {
      const page: Answered = await server.ask('GET', url);
      pages.push(shown(page));
      url = linkOf(page, 'next');
    }
    expect(pages).toEqual([['match Patient/p1', 'match Patient/p2'], ['match Patient/p3']]);
    const broken = await server.ask('GET', '/Patient?family=张&_cursor=broken');
    expect(broken.status).toBe(400);
  });

  test('a form POSTed to _search counts together with the URL (search.html#Introduction)', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await server.ask('POST', '/Patient/_search?gender=female', 'name=%E4%B8%892&_count=5', form);
    expect([answer.status, shown(answer)]).toEqual([200, ['match Patient/p2']]);
    expect((await server.ask('POST', '/Patient/_search', {})).status).toBe(415);
    const system = await server.ask('POST', '/_search', '_type=Organization,Patient&_id=o,p1', form);
    expect(shown(system).sort()).toEqual(['match Organization/o', 'match Patient/p1']);
  });

  test('a form of more than a megabyte is refused, whatever other bodies may be (RFC 9110 §15.5.14)', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const long = await server.ask('POST', '/Patient/_search', `name=${'x'.repeat(1024 * 1024)}`, form);
    expect([long.status, issuesOf(long)]).toEqual([413, ['error: body-too-long']]);
    const many = await server.ask('POST', '/Patient/_search', 'name=x&'.repeat(101), form);
    expect([many.status, issuesOf(many)]).toEqual([400, ['error: search-too-many-parameters']]);
  });

  test('a search over the system needs _type, or what all types have (search.html#_type)', async () => {
    expect(shown(await server.ask('GET', '?_type=Patient,Organization&_id=p3,o')).sort()).toEqual([
      'match Organization/o',
      'match Patient/p3',
    ]);
    expect(shown(await server.ask('GET', '/?_id=p3'))).toEqual(['match Patient/p3']);
    expect(shown(await server.ask('GET', '/?_id=p3,o&_sort=-_id&_total=accurate'))).toEqual(['match Patient/p3', 'match Organization/o']);
    for (const query of ['', '?_count=3', '?_sort=_id', '?_id=', '?_type=', '?_type=,&_sort=,']) {
      const answer = await server.ask('GET', `/${query}`);
      expect([query, answer.status, issuesOf(answer)]).toEqual([query, 400, ['error: types-wanted at _type']]);
    }
    const ignored = await server.ask('GET', '/?birthdate=2000', undefined, { prefer: 'handling=lenient' });
    expect([ignored.status, issuesOf(ignored)]).toEqual([400, ['error: types-wanted at _type']]);
    const mixed = await server.ask('GET', '/?_type=Patient,Observation&birthdate=2000');
    expect([mixed.status, issuesOf(mixed)]).toEqual([400, ['error: search-parameter-unknown at birthdate']]);
  });

  test('included resources come once and are told from matches (search.html#include)', async () => {
    const answer = await server.ask('GET', '/Patient?gender=female&_include=Patient:organization&_revinclude=Observation:subject');
    expect(shown(answer).sort()).toEqual(['include Observation/w', 'include Organization/o', 'match Patient/p1', 'match Patient/p2']);
    expect(answer.body.total).toBe(2);
  });

  test('unknown parameters are refused, under handling=lenient passed over and told (search.html#errors)', async () => {
    const refused = await server.ask('GET', '/Patient?shoe-size=44&gender=male');
    expect([refused.status, issuesOf(refused)]).toEqual([400, ['error: search-parameter-unknown at shoe-size']]);
    const lenient = await server.ask('GET', '/Patient?shoe-size=44&gender=male', undefined, { prefer: 'handling=lenient' });
    expect([lenient.status, shown(lenient), linkOf(lenient, 'self')]).toEqual([
      200,
      ['match Patient/p3', 'outcome'],
      `${server.url}/Patient?gender=male&_count=20`,
    ]);
  });

  test('a compartment holds what its definition says, other types are not part of it (compartmentdefinition.html)', async () => {
    expect(shown(await server.ask('GET', '/Patient/p1/Observation'))).toEqual(['match Observation/w']);
    expect(shown(await server.ask('GET', '/Patient/p2/Observation'))).toEqual([]);
    const outside = await server.ask('GET', '/Patient/p1/Organization');
    expect([outside.status, issuesOf(outside)]).toEqual([404, ['error: not-in-compartment']]);
    expect((await server.ask('GET', '/Organization/o/Observation')).status).toBe(404);
    expect((await server.ask('GET', '/Patient/p1/Nonsense')).status).toBe(404);
  });

  test('a compartment is searched as a whole too, by GET and by form (http.html#vsearch, search.html#Introduction)', async () => {
    const all = await server.ask('GET', '/Patient/p1/*');
    expect([shown(all).sort(), linkOf(all, 'self')]).toEqual([
      ['match Observation/w', 'match Patient/p1'],
      `${server.url}/Patient/p1/*?_count=20`,
    ]);
    expect(shown(await server.ask('GET', '/Patient/p1/*?_type=Observation'))).toEqual(['match Observation/w']);
    expect(shown(await server.ask('GET', '/Patient/none/*'))).toEqual([]);
    expect((await server.ask('GET', '/Patient/p1/*?birthdate=2000')).status).toBe(400);
    expect((await server.ask('GET', '/Organization/o/*')).status).toBe(404);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(shown(await server.ask('POST', '/Patient/p1/Observation/_search?status=final', '_id=w', form))).toEqual(['match Observation/w']);
    expect(shown(await server.ask('POST', '/Patient/p1/*/_search', '_type=Patient', form))).toEqual(['match Patient/p1']);
    expect((await server.ask('POST', '/Patient/p1/Observation', '_id=w', form)).status).toBe(405);
    expect((await server.ask('POST', '/Patient/p1/Organization/_search', '', form)).status).toBe(404);
  });
});
