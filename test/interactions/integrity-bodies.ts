/** Resources and Bundles of them, for the tests of referential integrity. */
export const patient = (id: string) => ({ resourceType: 'Patient', id });

export const observation = (subject: string, id?: string, more: object = {}) => ({
  resourceType: 'Observation',
  ...(id === undefined ? {} : { id }),
  status: 'final',
  code: { text: 'x' },
  subject: { reference: subject },
  ...more,
});

export const bundleOf = (...entry: readonly object[]) => ({ resourceType: 'Bundle', type: 'transaction', entry });
export const put = (resource: { readonly resourceType: string; readonly id?: string }) => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
});
/** Gives an observation another subject. */
export const patchOf = (id: string, subject: string) => ({
  resource: {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'replace' },
          { name: 'path', valueString: 'Observation.subject.reference' },
          { name: 'value', valueString: subject },
        ],
      },
    ],
  },
  request: { method: 'PATCH', url: `Observation/${id}` },
});
export const deletion = (url: string) => ({ request: { method: 'DELETE', url } });

/** `Patient/1` of what an entry of a Bundle has stored. */
export const relativeOf = ({ response }: { readonly response: { readonly location: string } }): string =>
  /([A-Za-z]+\/[^/]+)\/_history\//.exec(response.location)?.[1] ?? '';
