import { expect, test } from '@jest/globals';
import { restrictedToCompartment } from '../../src/access/compartment-access.js';
import { definitions } from '../built-definitions.js';

const access = restrictedToCompartment({ definitions, compartment: 'Patient', id: '1', sharedTypes: ['Practitioner'] });
const acts = ['create', 'read', 'update', 'delete', 'search'] as const;

test('types of the compartment are limited to it, whatever the act', () => {
  for (const act of acts) expect(access.restriction(act, 'Observation')).toEqual({ kind: 'compartment', name: 'Patient/1' });
});

test('the resource that gives the compartment its name is the only one of its type, links to others notwithstanding', () => {
  for (const act of acts) expect(access.restriction(act, 'Patient')).toEqual({ kind: 'id', ids: ['1'] });
});

test('types outside are refused', () => {
  for (const type of ['Organization', 'Bundle', 'Nonsense']) for (const act of acts) expect(access.restriction(act, type)).toBeUndefined();
});

test('shared types can be read and searched, not written', () => {
  expect(acts.filter((act) => access.restriction(act, 'Practitioner') !== undefined)).toEqual(['read', 'search']);
});
