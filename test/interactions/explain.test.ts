import type { IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { unrestricted } from '../../src/access/access.js';
import { restrictedToCompartment } from '../../src/access/compartment-access.js';
import { afterBase } from '../../src/interactions/explain.js';
import { definitions } from '../built-definitions.js';
import { type Answered, issuesOf, startServer } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

jest.setTimeout(60_000);

interface Part {
  readonly name: string;
  readonly part?: readonly Part[];
  readonly [value: `value${string}`]: unknown;
}

const groups = ({ body }: Answered, name: string): readonly (readonly Part[])[] =>
  (body.parameter as readonly Part[]).filter((one) => one.name === name).map(({ part = [] }) => part);
const values = (parts: readonly Part[] | undefined, name: string): readonly unknown[] =>
  (parts ?? []).filter((one) => one.name === name).map(({ name: _, part: __, ...rest }) => Object.values(rest)[0]);

describe('The URL of a search to explain', () => {
  test.each([
    ['http://127.0.0.1:8080/api/fhir/Patient?name=x'],
    ['https://any.example:9000/api/fhir/Patient?name=x'],
    ['http://other.example/hospital/fhir/Patient?name=x'],
    ['/api/fhir/Patient?name=x'],
    ['/Patient?name=x'],
  ])('may begin with any base: %s', (url) => {
    expect(afterBase('http://127.0.0.1:8080/api/fhir', url)).toBe('/Patient?name=x');
  });
  test('of which nothing tells where its base ends is refused, with the base there is', () => {
    expect(() => afterBase('http://127.0.0.1:8080/fhir', 'http://a.cn/r4/Patient?name=/fhir/')).toThrow(/another base .*8080\/fhir/);
    expect(afterBase('http://127.0.0.1:8080', 'http://a.cn/Patient?name=x')).toBe('/Patient?name=x');
  });
});

describe.each(stores)('_explain=true on $name', ({ open }) => {
  const accessOf = (req: IncomingMessage) => {
    const id = req.headers['x-patient'];
    return typeof id === 'string' ? restrictedToCompartment({ definitions, compartment: 'Patient', id }) : unrestricted;
  };
  const server = serverOn(open, { explainSearches: true, accessOf });

  beforeAll(async () => {
    for (const id of ['a', 'b', 'c']) {
      await server.ask('PUT', `/Patient/${id}`, { resourceType: 'Patient', id, name: [{ family: '张' }], birthDate: '1980-02-03' });
    }
  });

  test('tells what each parameter means, what the store is asked, by which index, and what came of it', async () => {
    const answered = await server.ask('GET', '/Patient?name=zhang&birthdate=ge1980&_sort=-birthdate&_count=2&_explain=true');
    expect([answered.status, answered.body.resourceType]).toEqual([200, 'Parameters']);
    const [name, birthdate] = groups(answered, 'parameter');
    expect([...values(name, 'name'), ...values(name, 'value')]).toEqual(['name', 'zhang']);
    expect(values(name?.find((one) => one.name === 'criterion')?.part, 'kind')).toEqual(['string']);
    expect(values(birthdate?.find((one) => one.name === 'criterion')?.part, 'predicate')[0]).toMatch(/^birthdate .*1979-12-31T16:00:00/);
    const [query] = groups(answered, 'query');
    expect([values(query, 'count'), values(query, 'sort')]).toEqual([[2], [expect.stringMatching(/^-birthdate/)]]);
    const steps = groups(answered, 'step');
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      expect(values(step, 'statement')).toEqual([expect.stringMatching(/\S/)]);
      expect(values(step, 'scans')).toEqual([false]);
    }
    expect(steps.flatMap((step) => values(step, 'index')).length).toBeGreaterThan(0);
    const [answer] = groups(answered, 'answer');
    expect([values(answer, 'matches'), values(answer, 'next')]).toEqual([[2], [true]]);
  });

  test('explains the page behind a cursor, in a compartment, and a search over types', async () => {
    const { body } = await server.ask('GET', '/Patient?_count=1');
    const next = body.link.find(({ relation }: { relation: string }) => relation === 'next').url;
    const page = await server.ask('GET', `${next}&_explain=true`);
    expect(values(groups(page, 'query')[0], 'continues')).toEqual([true]);
    const within = await server.ask('GET', '/Patient/a/Observation?_explain=true');
    expect(values(groups(within, 'query')[0]?.find((one) => one.name === 'where')?.part, 'predicate')).toEqual(['belongs to Patient/a']);
    const system = await server.ask('POST', '/_search', '_type=Patient,Basic&_explain=true', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(groups(system, 'query')[0]?.filter((one) => one.name === 'where').length).toBe(2);
  });

  test('is refused to who may not search everything', async () => {
    const refused = await server.ask('GET', '/Patient?_explain=true', undefined, { 'x-patient': 'a' });
    expect([refused.status, issuesOf(refused)]).toEqual([403, ['error: explain-forbidden at _explain']]);
  });

  test('is true or false, and with false an ordinary search', async () => {
    const wrong = await server.ask('GET', '/Patient?_explain=yes');
    expect([wrong.status, issuesOf(wrong)]).toEqual([400, ['error: search-value-malformed at _explain']]);
    expect((await server.ask('GET', '/Patient?_explain=false')).body.resourceType).toBe('Bundle');
  });
});

test('without the setting _explain is refused to everybody, and says which setting it is', async () => {
  const server = await startServer();
  try {
    const refused = await server.ask('GET', '/Patient?_explain=true');
    expect([refused.status, issuesOf(refused)]).toEqual([403, ['error: explain-forbidden at _explain']]);
    expect(refused.body.issue[0].details.text).toContain('EXPLAIN_SEARCHES');
  } finally {
    await server.close();
  }
});
