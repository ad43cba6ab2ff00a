import { describe, expect, test } from '@jest/globals';
import { parseReference } from '../../src/model/reference.js';

describe('References (references.html)', () => {
  test.each([
    ['Patient/1', { kind: 'instance', type: 'Patient', id: '1' }],
    ['Patient/1/_history/2', { kind: 'instance', type: 'Patient', id: '1', version: '2' }],
    ['https://a.example/x/fhir/Patient/1', { kind: 'instance', base: 'https://a.example/x/fhir', type: 'Patient', id: '1' }],
    ['#a', { kind: 'contained', id: 'a' }],
    ['#', { kind: 'contained', id: '' }],
    ['urn:uuid:5c', { kind: 'urn', urn: 'urn:uuid:5c' }],
    ['Practitioner?identifier=a|b', { kind: 'conditional', type: 'Practitioner', query: 'identifier=a|b' }],
    ['Practitioner?', { kind: 'conditional', type: 'Practitioner', query: '' }],
    ['Patient/a_b', { kind: 'other', text: 'Patient/a_b' }],
    ['patient/1', { kind: 'other', text: 'patient/1' }],
    ['http://a.example/', { kind: 'other', text: 'http://a.example/' }],
    ['', { kind: 'other', text: '' }],
  ])('%s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });
});
