/** Search parameters that are written through REST: over what is stored already and over what comes. */
import { describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import { type Asking, fill, parameter, patient, searched } from './samples.js';

jest.setTimeout(120_000);

const codesOf = async ({ ask }: Asking, type: string): Promise<readonly string[]> => {
  const { body } = await ask('GET', '/metadata');
  const found = body.rest[0].resource.find((one: { type: string }) => one.type === type);
  return found.searchParam.map(({ name }: { name: string }) => name);
};

describe.each(stores)('On $name', ({ open }) => {
  const server = serverOn(open);

  test('a parameter for an extension finds what was stored before it, and what comes meanwhile, when all of it has been indexed', async () => {
    await fill(server, 500);
    expect((await server.ask('PUT', '/SearchParameter/eyes', parameter('eyes'))).status).toBe(201);
    const at = await server.ask('GET', '/Patient?eyes=brown');
    expect([at.status, issuesOf(at)]).toEqual([400, ['error: search-parameter-indexing at eyes']]);
    expect(at.text).toMatch(/is being indexed \(\d+ %\)/);
    expect(await codesOf(server, 'Patient')).not.toContain('eyes');
    expect((await server.ask('PUT', '/Patient/p1', patient(0, 'p1'))).status).toBe(200);
    expect((await server.ask('PUT', '/Patient/p500', patient(500))).status).toBe(201);
    const { body } = await searched(server, '/Patient?eyes=brown&_total=accurate&_count=0');
    expect(body.total).toBe(252);
    expect(await codesOf(server, 'Patient')).toContain('eyes');
    expect((await server.ask('GET', '/Patient?eyes:missing=true&_summary=count')).body.total).toBe(0);
  });

  test('one that is retired or deleted is no parameter any more, and begins anew when it comes back', async () => {
    expect((await server.ask('PUT', '/SearchParameter/eyes', { ...parameter('eyes'), status: 'retired' })).status).toBe(200);
    expect(issuesOf(await server.ask('GET', '/Patient?eyes=brown'))).toEqual(['error: search-parameter-unknown at eyes']);
    expect(await codesOf(server, 'Patient')).not.toContain('eyes');
    expect((await server.ask('PUT', '/Patient/p501', patient(0, 'p501'))).status).toBe(201);
    expect((await server.ask('PUT', '/SearchParameter/eyes', parameter('eyes'))).status).toBe(200);
    expect((await searched(server, '/Patient?eyes=brown&_summary=count')).body.total).toBe(253);
    expect((await server.ask('DELETE', '/SearchParameter/eyes')).status).toBe(204);
    expect(issuesOf(await server.ask('GET', '/Patient?eyes=brown'))).toEqual(['error: search-parameter-unknown at eyes']);
  });

  test('one whose expression changes is indexed anew', async () => {
    expect((await server.ask('PUT', '/SearchParameter/look', parameter('look'))).status).toBe(201);
    expect((await searched(server, '/Patient?look=blue&_summary=count')).body.total).toBe(249);
    const other = parameter('look', { expression: "Patient.extension('http://a.cn/other').value" });
    expect((await server.ask('PUT', '/SearchParameter/look', other)).status).toBe(200);
    expect((await searched(server, '/Patient?look=blue&_summary=count')).body.total).toBe(0);
  });

  test('one for all resources is asked of every type', async () => {
    const everywhere = parameter('kept', { base: ['Resource'], type: 'uri', expression: 'Resource.implicitRules' });
    expect((await server.ask('PUT', '/SearchParameter/kept', everywhere)).status).toBe(201);
    expect((await server.ask('PUT', '/Patient/r', { resourceType: 'Patient', id: 'r', language: 'zh' })).status).toBe(201);
    expect((await searched(server, '/Patient?kept=http://a.cn/rules&_summary=count')).body.total).toBe(0);
    expect((await searched(server, '/Basic?kept:missing=true&_summary=count')).body.total).toBe(0);
    expect((await server.ask('DELETE', '/SearchParameter/kept')).status).toBe(204);
  });

  test('one finds what stands inside of others, stored before it, too; includes of everything and orders wait for it', async () => {
    const about = { subject: { reference: '#a' }, focus: [{ reference: '#b' }] };
    const container = { resourceType: 'Observation', id: 'around', status: 'final', code: { text: 'x' }, ...about };
    const contained = [patient(0, 'a'), patient(2, 'b')];
    expect((await server.ask('PUT', '/Observation/around', { ...container, contained })).status).toBe(201);
    const doctor = parameter('doctor', { type: 'reference', expression: 'Patient.generalPractitioner', target: ['Practitioner'] });
    expect((await server.ask('PUT', '/SearchParameter/doctor', doctor)).status).toBe(201);
    expect((await server.ask('PUT', '/SearchParameter/gaze', parameter('gaze'))).status).toBe(201);
    for (const query of ['Patient?_sort=gaze', 'Patient?_include=*', 'Patient?_include=Patient:*', 'Practitioner?_revinclude=*']) {
      expect(issuesOf(await server.ask('GET', `/${query}`))).toEqual([expect.stringContaining('error: search-parameter-indexing at _')]);
    }
    const { body } = await searched(server, '/Patient?gaze=brown&_contained=true&_total=accurate');
    expect(body.total).toBe(1);
    expect(body.entry.map(({ fullUrl }: { fullUrl: string }) => fullUrl)).toEqual([expect.stringContaining('Observation/around')]);
    expect((await searched(server, '/Patient?_include=*&_sort=gaze&_summary=count')).status).toBe(200);
  });

  test('a draft is kept and says that it has no effect', async () => {
    const answered = await server.ask('PUT', '/SearchParameter/draft', parameter('draft', { status: 'draft' }), {
      Prefer: 'return=OperationOutcome',
    });
    expect(answered.status).toBe(201);
    expect(issuesOf(answered)).toContain('warning: search-parameter-without-effect at SearchParameter.status');
    expect(issuesOf(await server.ask('GET', '/Patient?draft=x'))).toEqual(['error: search-parameter-unknown at draft']);
  });

  test.each<[string, object, string]>([
    ['has a code of R4', { code: 'gender' }, 'search-parameter-taken at SearchParameter.code'],
    ['has a code that all types have', { code: '_profile' }, 'search-parameter-code at SearchParameter.code'],
    ['has the code of another that was uploaded', { code: 'look' }, 'search-parameter-taken at SearchParameter.code'],
    ['has a code that cannot be asked for', { code: 'a:b' }, 'search-parameter-code at SearchParameter.code'],
    ['is special', { type: 'special' }, 'search-parameter-special at SearchParameter.type'],
    ['has no expression', { expression: undefined }, 'search-parameter-expression-missing at SearchParameter.expression'],
    ['cannot be compiled', { expression: 'Patient.name.nothing(' }, 'fhirpath-syntax at SearchParameter.expression'],
    [
      'leads to what its type cannot index',
      { type: 'date', expression: 'Patient.name' },
      'search-parameter-values at SearchParameter.expression',
    ],
    ['means what R4 defines', { url: 'http://hl7.org/fhir/SearchParameter/individual-gender' }, 'definition-of-r4 at SearchParameter.url'],
    [
      'has a component that is not known',
      {
        type: 'composite',
        component: [
          { definition: 'http://a.cn/none', expression: 'name' },
          { definition: 'http://hl7.org/fhir/SearchParameter/individual-gender', expression: 'gender' },
        ],
      },
      'search-parameter-component at SearchParameter.component[0].definition',
    ],
    ...['security-context', 'consent-rules', 'consent-period', 'consent-data'].flatMap((code) =>
      ['Binary', 'Consent', 'Patient'].map((base): [string, object, string] => [
        `has the code ${code} on ${base}, by which access is judged`,
        { code, base: [base], type: 'token', expression: `${base}.id` },
        'search-parameter-of-access at SearchParameter.code',
      ]),
    ),
  ])('one that %s is refused with 422', async (_what, more, issue) => {
    const { status, body } = await server.ask('PUT', '/SearchParameter/wrong', parameter('wrong', more));
    expect([status, issuesOf({ body } as Answered).filter((one) => one.startsWith('error'))]).toEqual([422, [`error: ${issue}`]]);
  });
});
