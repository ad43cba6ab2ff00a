/**
 * Attacks with real tokens against a whole server on either store. What is tried elsewhere: tokens (test/auth/verify), the authorization
 * server and its pages (test/auth), bombs of JSON, XML and gzip (test/http, test/xml), every interaction refused (test/interactions/guarded).
 */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { addClient } from '../../src/auth/clients.js';
import { makeKeys, systemToken } from '../auth/auth-server.js';
import { definitions } from '../built-definitions.js';
import { type Answered, ask } from '../running-server.js';
import { stores } from '../stores.js';
import { openSite } from './a-site.js';
import { bodies, inherited, queries } from './injections.js';
import { hidden, openRegion, type Region, SECRET } from './region.js';
import { guesses, reads, searches } from './ways-out.js';
import { changes, intrusions, moves } from './writes.js';

jest.setTimeout(120_000);

const hiddenNames = new Set(hidden.map(({ resourceType, id }) => `${resourceType}/${id}`));
const inside =
  /\bat .{1,200}\.[jt]s:\d|node_modules|[/\\](dist|src)[/\\]|SQLITE|sqlite3|MongoServerError|mongodb:|ECONN|TypeError|RangeError|SyntaxError|undefined is not/;

describe.each(stores)('Whoever may see one patient on $name', ({ name, open }) => {
  let region: Region;
  const placed = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('{{base}}', region.base));
  /** Resources in an answer, by name. */
  const namesIn = ({ body }: Answered): readonly string[] =>
    [body, ...(body?.entry ?? []).map(({ resource }: { resource?: unknown }) => resource)]
      .filter((one) => one?.resourceType !== undefined && one.id !== undefined)
      .map(({ resourceType, id }) => `${resourceType}/${id}`);
  const state = async () => {
    const { body } = await region.truth('GET', '/_history?_count=1000');
    return (body.entry as readonly { fullUrl: string; response: { etag: string } }[])
      .map(({ fullUrl, response }) => `${fullUrl} ${response.etag}`)
      .filter((one) => /\/b(-[a-z]+)? /.test(one));
  };

  beforeAll(async () => {
    region = await openRegion(open);
  });
  afterAll(async () => {
    await region.close();
  });

  test('sees the own record, and what is hidden is there', async () => {
    expect((await region.attack('GET', '/Patient/a')).status).toBe(200);
    expect([...namesIn(await region.attack('GET', '/Observation'))].sort()).toEqual(['Observation/a-observation', 'Observation/a-other']);
    for (const name of hiddenNames) expect([name, (await region.truth('GET', `/${name}`)).status]).toEqual([name, 200]);
  });

  test('reads and finds nothing of another by any of these ways', async () => {
    const all = [...new Set([...reads, ...searches])].map((path) => path.replace('{{base}}', region.base));
    expect(all.length).toBeGreaterThan(200);
    const found: string[] = [];
    for (const path of all) {
      for (const method of path.startsWith('/Patient?') || path.startsWith('/Observation?') ? ['GET', 'POST'] : ['GET']) {
        const [place = '', query = ''] = path.split('?');
        const form = { 'content-type': 'application/x-www-form-urlencoded' };
        const answer = method === 'GET' ? await region.attack(method, path) : await region.attack(method, `${place}/_search`, query, form);
        const names = namesIn(answer).filter((name) => hiddenNames.has(name));
        if (
          names.length > 0 ||
          answer.status >= 500 ||
          answer.text.replaceAll('Xsecretword', (word) => (path.includes(word) ? '' : word)).includes(SECRET)
        )
          found.push(`${method} ${path}: ${answer.status} ${names.join()}`);
      }
    }
    expect(found).toEqual([]);
  });

  test('learns nothing by guessing: right and wrong are answered alike', async () => {
    for (const [right, wrong] of guesses) {
      const [one, other] = [await region.attack('GET', right), await region.attack('GET', wrong)];
      expect([right, one.status, one.body.total, namesIn(one)]).toEqual([right, other.status, other.body.total, namesIn(other)]);
      if (one.status === 200) expect([wrong, other.body.entry?.length ?? 0]).toEqual([wrong, 0]);
    }
  });

  test('gets nowhere in Bundles', async () => {
    const urls = [...hiddenNames, 'Patient?identifier=b-number', 'Observation?subject=Patient/b', 'Patient/b/Observation', '_history'];
    const entry = urls.map((url) => ({ request: { method: 'GET', url } }));
    const batch = await region.attack('POST', '/', { resourceType: 'Bundle', type: 'batch', entry });
    expect([batch.status, batch.text.includes(SECRET)]).toEqual([200, false]);
    for (const one of entry) {
      const { text } = await region.attack('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry: [one] });
      expect([one.request.url, text.includes(SECRET)]).toEqual([one.request.url, false]);
    }
  });

  test.each(changes)('does not change another’s: %s', async (_name, write) => {
    const { method, path, body, headers } = placed(write);
    const before = await state();
    const { status, text } = await region.attack(method, path, body, headers);
    expect(await state()).toEqual(before);
    expect([status < 500, text.includes(SECRET)]).toEqual([true, false]);
    // A batch is answered for each of its entries; where nothing is found there is nothing to delete, or something of one's own is made.
    if (!path.includes('?') && !text.includes('batch-response') && !text.includes('transaction-response'))
      expect(status).toBeGreaterThanOrEqual(400);
  });

  test.each(intrusions)('puts nothing beside it: %s', async (_name, write) => {
    const { method, path, body, headers } = placed(write);
    const answer = await region.attack(method, path, body, headers);
    expect([answer.status >= 400 && answer.status < 500, answer.headers.get('location')]).toEqual([true, null]);
  });

  test('moves nothing of the own into it', async () => {
    const own = await region.attack('POST', '/Observation', {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/a' },
    });
    expect(own.status).toBe(201);
    for (const move of moves) {
      const { method, path, body, headers } = move(own.body.id);
      expect([method, (await region.attack(method, path, body, headers)).status]).toEqual([method, 403]);
    }
    expect((await region.truth('GET', `/Observation/${own.body.id}`)).body).toMatchObject({
      subject: { reference: 'Patient/a' },
      meta: { versionId: '1' },
    });
    expect((await region.attack('DELETE', `/Observation/${own.body.id}`)).status).toBe(204);
  });

  test('probes nothing by If-None-Exist', async () => {
    const body = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/a' } };
    for (const number of ['b-finding', 'wrong']) {
      const answer = await region.attack('POST', '/Observation', body, { 'if-none-exist': `identifier=urn:ids|${number}` });
      expect([number, answer.status, answer.headers.get('location')?.includes('b-observation')]).toEqual([number, 201, false]);
      expect((await region.attack('DELETE', `/Observation/${answer.body.id}`)).status).toBe(204);
    }
  });

  test('is not helped by a page of somebody else’s search, nor by a cursor that was tampered with', async () => {
    const { body } = await region.truth('GET', '/Observation?_count=1');
    const next: string = body.link.find(({ relation }: { relation: string }) => relation === 'next').url;
    const answer = await region.attack('GET', next);
    expect([answer.status >= 400 && answer.status < 500, namesIn(answer)]).toEqual([true, []]);
    const own = await region.attack('GET', '/Observation?_count=1');
    const cursor: string = own.body.link.find(({ relation }: { relation: string }) => relation === 'next').url;
    for (const changed of [
      `${cursor.slice(0, -4)}AAAA`,
      `${cursor}AAAA`,
      cursor.replace(/_cursor=.*/, '_cursor=%00'),
      cursor.replace('/Observation', '/Condition'),
    ]) {
      const { status } = await region.attack('GET', changed);
      expect([changed, status]).toEqual([changed, 400]);
    }
  });

  test('is not taken for another by header fields', async () => {
    const claims = [
      'X-Patient-Id',
      'X-Patient',
      'Patient',
      'X-Context',
      'X-FHIR-Patient',
      'X-User',
      'X-Forwarded-User',
      'X-Remote-User',
      'Remote-User',
      'X-Roles',
      'X-Institution',
    ];
    const purposes = ['X-Purpose-Of-Use', 'Purpose-Of-Use', 'X-Emergency', 'X-Break-Glass'];
    for (const name of [...claims, ...purposes]) {
      for (const value of ['Patient/b', 'ETREAT', 'system-integration']) {
        expect([name, (await region.attack('GET', '/Patient/b', undefined, { [name]: value })).status]).toEqual([name, 404]);
      }
    }
  });

  test('slips nothing to the database, to prototypes or to patterns', async () => {
    for (const query of queries) {
      for (const base of ['/Patient?', '/Observation?patient:Patient.']) {
        const answer = await region.attack('GET', base + query);
        expect([base, query, answer.status < 500, answer.body?.entry ?? []]).toEqual([base, query, true, []]);
      }
    }
    for (const name of inherited) {
      for (const path of [
        `/Patient?${name}=x`,
        `/Patient?_sort=${name}`,
        `/Patient?_include=${name}:x`,
        `/Patient?link.${name}=x`,
        `/${name}`,
        `/Patient/${name}`,
        `/Patient/a/$${name}`,
        `/Patient?_has:${name}:x:y=z`,
      ]) {
        const { status } = await region.attack('GET', path);
        expect([path, status >= 400 && status < 500]).toEqual([path, true]);
      }
    }
    for (const [name, text] of bodies) {
      const { status } = await region.attack('POST', '/Observation', text);
      expect([name, status >= 400 && status < 500]).toEqual([name, true]);
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  // What is asked of others, and whom the door waits for, is no matter of the store.
  if (name === 'SQLite') {
    test('makes the server ask nobody: keys of clients, pages, profiles, channels, attachments, entities', async () => {
      const { url, hits, close } = await openSite();
      const keys = makeKeys('ES384', 'k1');
      const register = (metadata: object) =>
        ask(
          region.base,
          'POST',
          `${region.issuer}/register`,
          JSON.stringify({ client_name: 'x', redirect_uris: ['https://app.example.org/'], ...metadata }),
          {
            'content-type': 'application/json',
            authorization: `Bearer ${region.registrationToken}`,
          },
        );
      for (const spelled of [
        url,
        url.replace('127.0.0.1', 'localhost'),
        url.replace('127.0.0.1', '2130706433'),
        url.replace('127.0.0.1', '0x7f.1'),
        url.replace('127.0.0.1', '[::ffff:127.0.0.1]'),
      ]) {
        const asymmetric = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: `${spelled}/jwks` };
        for (const more of [
          asymmetric,
          { ...asymmetric, grant_types: ['client_credentials'] },
          { logo_uri: `${spelled}/logo`, policy_uri: `${spelled}/policy` },
          { sector_identifier_uri: `${spelled}/sector`, subject_type: 'pairwise' },
        ]) {
          const { body } = await register(more);
          if (body?.client_id !== undefined) await systemToken(region, body.client_id, keys, 'system/*.rs');
        }
        const id = `by-url-${spelled.length}-${hits.length}`;
        await addClient(
          region.store.states,
          { id, name: 'x', kind: 'asymmetric', scopes: ['system/*.rs'], jwksUri: `${spelled}/jwks` },
          { types: definitions },
        ).catch(() => undefined);
        expect((await systemToken(region, id, keys, 'system/*.rs')).status).toBeGreaterThanOrEqual(400);
      }
      const own = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/a' } };
      await region.attack('POST', '/Observation/$validate', { ...own, meta: { profile: [`${url}/profile`] } });
      await region.attack('POST', `/Observation/$validate?profile=${url}/profile`, own);
      await region.attack('POST', '/DocumentReference', {
        resourceType: 'DocumentReference',
        status: 'current',
        subject: { reference: 'Patient/a' },
        content: [{ attachment: { url: `${url}/attachment` } }],
      });
      await region.attack('POST', '/Observation', { ...own, subject: { reference: `${url}/Patient/a` } });
      await region.attack('GET', `/Observation?subject=${url}/Patient/a&_include=Observation:subject`);
      await region.attack('GET', `/Observation?code:in=${url}/ValueSet/x`);
      await region.attack('POST', '/', {
        resourceType: 'Bundle',
        type: 'batch',
        entry: [{ request: { method: 'GET', url: `${url}/Patient/a` } }],
      });
      await region.attack('POST', '/Observation', `<!DOCTYPE x SYSTEM "${url}/dtd"><Observation xmlns="http://hl7.org/fhir"/>`, {
        'content-type': 'application/fhir+xml',
      });
      await region.attack(
        'POST',
        '/Observation',
        `<!DOCTYPE x [<!ENTITY e SYSTEM "${url}/entity">]><Observation xmlns="http://hl7.org/fhir"><id value="&e;"/></Observation>`,
        { 'content-type': 'application/fhir+xml' },
      );
      for (const [type, body] of [
        [
          'Subscription',
          { status: 'requested', reason: 'x', criteria: 'Observation?', channel: { type: 'rest-hook', endpoint: `${url}/hook` } },
        ],
        [
          'StructureDefinition',
          {
            url: `${url}/sd`,
            name: 'X',
            status: 'active',
            kind: 'resource',
            abstract: false,
            type: 'Patient',
            baseDefinition: `${url}/base`,
            derivation: 'constraint',
            differential: { element: [{ id: 'Patient', path: 'Patient' }] },
          },
        ],
        [
          'ValueSet',
          { url: `${url}/vs`, status: 'active', compose: { include: [{ valueSet: [`${url}/other`] }, { system: `${url}/cs` }] } },
        ],
      ] as const)
        expect((await region.truth('POST', `/${type}`, { resourceType: type, ...body })).status).toBeLessThan(500);
      await close();
      expect(hits).toEqual([]);
    });

    test('holds nobody up with requests that never end', async () => {
      const sockets: Socket[] = [];
      const port = Number(new URL(region.base).port);
      for (let at = 0; at < 150; at++) {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        socket.write(
          at % 2 === 0
            ? 'GET /fhir/Patient/a HTTP/1.1\r\nHost: x\r\nX-Slow: '
            : 'POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\nContent-Length: 100000\r\n\r\n{',
        );
        sockets.push(socket);
      }
      await Promise.all(sockets.map((socket) => new Promise((done) => (socket.pending ? socket.once('connect', done) : done(undefined)))));
      expect((await region.attack('GET', '/Patient/a', undefined, { connection: 'close' })).status).toBe(200);
      for (const socket of sockets) socket.destroy();
    });
  }

  test('no answer told anything of the inside, and nothing of it was a fault of the server', () => {
    expect(region.answers.length).toBeGreaterThan(500);
    expect(region.answers.filter((text) => inside.test(text)).map((text) => text.slice(0, 400))).toEqual([]);
    expect(region.logged).toEqual([]);
  });
});
