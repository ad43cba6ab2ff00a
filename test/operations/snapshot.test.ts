import { describe, expect, jest, test } from '@jest/globals';
import { issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

jest.setTimeout(60_000);

const url = 'http://example.org/fhir/StructureDefinition/grown-up';
const profile = {
  ...{ resourceType: 'StructureDefinition', id: 'grown-up', url, name: 'GrownUp', status: 'active', kind: 'resource', abstract: false },
  ...{ type: 'Patient', baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient', derivation: 'constraint' },
  differential: { element: [{ id: 'Patient.birthDate', path: 'Patient.birthDate', short: 'Known', min: 1 }] },
};
const derived = {
  ...profile,
  ...{ id: 'named', url: `${url}-named`, name: 'Named', baseDefinition: url },
  differential: { element: [{ id: 'Patient.name.family', path: 'Patient.name.family', min: 1 }] },
};
const wrapped = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });

interface Element {
  readonly id: string;
}

describe.each(stores)('$snapshot on $name', ({ open }) => {
  const server = serverOn(open);
  const elementOf = (body: { snapshot: { element: Element[] } }, id: string) => body.snapshot.element.find((one) => one.id === id);

  test('makes the snapshot of what is sent, as it is or in Parameters, and stores nothing (structuredefinition-operation-snapshot.html)', async () => {
    for (const body of [profile, wrapped({ name: 'definition', resource: profile })]) {
      const answer = await server.ask('POST', '/StructureDefinition/$snapshot', body);
      expect([answer.status, answer.body.resourceType, answer.body.differential]).toEqual([
        200,
        'StructureDefinition',
        profile.differential,
      ]);
      expect(elementOf(answer.body, 'Patient.birthDate')).toMatchObject({ min: 1, max: '1', short: 'Known' });
      expect(elementOf(answer.body, 'Patient.gender')).toMatchObject({ short: 'male | female | other | unknown' });
    }
    expect((await server.ask('GET', '/StructureDefinition/grown-up')).status).toBe(404);
  });

  test('makes the snapshot of what is stored, by id and by url, over bases that were written too', async () => {
    await server.ask('PUT', '/StructureDefinition/grown-up', profile);
    await server.ask('PUT', '/StructureDefinition/named', derived);
    for (const [method, path, body] of [
      ['GET', '/StructureDefinition/named/$snapshot', undefined],
      ['GET', `/StructureDefinition/$snapshot?url=${derived.url}`, undefined],
      ['POST', '/StructureDefinition/$snapshot', wrapped({ name: 'url', valueString: derived.url })],
    ] as const) {
      const answer = await server.ask(method, path, body);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(elementOf(answer.body, 'Patient.birthDate')).toMatchObject({ min: 1, short: 'Known' });
      expect(elementOf(answer.body, 'Patient.name.family')).toMatchObject({ min: 1, base: { path: 'HumanName.family' } });
    }
  });

  test('what R4 defines is made anew too', async () => {
    const answer = await server.ask('GET', '/StructureDefinition/bp/$snapshot');
    expect(elementOf(answer.body, 'Observation.component:SystolicBP.code.coding:SBPCode.code')).toMatchObject({ fixedCode: '8480-6' });
  });

  test('says why no snapshot can be made, at the element of the differential', async () => {
    const wider = { ...profile, differential: { element: [{ id: 'Patient.gender', path: 'Patient.gender', max: '*' }] } };
    const answer = await server.ask('POST', '/StructureDefinition/$snapshot', wider);
    expect([answer.status, issuesOf(answer)]).toEqual([
      422,
      ['error: differential-widens at StructureDefinition.differential.element[0].max', 'warning: dom-6 at StructureDefinition'],
    ]);
  });

  test.each([
    ['nothing', 'GET', '/StructureDefinition/$snapshot', undefined, 400],
    ['a url nobody knows', 'GET', '/StructureDefinition/$snapshot?url=http://example.org/none', undefined, 404],
    ['an id nobody knows', 'GET', '/StructureDefinition/none/$snapshot', undefined, 404],
    ['another resource', 'POST', '/StructureDefinition/$snapshot', { resourceType: 'Patient' }, 400],
    ['what is no StructureDefinition', 'POST', '/StructureDefinition/$snapshot', { ...profile, differential: { element: 'x' } }, 422],
    ['a parameter there is not', 'POST', '/StructureDefinition/$snapshot', wrapped({ name: 'x', valueString: 'y' }), 400],
  ] as const)('%s is refused', async (_, method, path, body, status) => {
    expect((await server.ask(method, path, body)).status).toBe(status);
  });
});
