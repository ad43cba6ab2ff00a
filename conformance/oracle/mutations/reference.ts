/** References of no form, to another type, to nothing. Source: R4 references.html */
import { isHolder } from '../places.js';
import { atPlace, isOfType, type Mutation } from './mutation.js';

function to(name: string, texts: readonly string[]): Mutation {
  return atPlace(name, isOfType('Reference'), ({ value }, random) => {
    const text = random.choose(texts);
    if (!isHolder(value) || text === undefined) return undefined;
    value.reference = text;
    return `leads to ${text}`;
  });
}

function change(name: string, edit: (value: Record<string, unknown>) => string | undefined): Mutation {
  return atPlace(name, isOfType('Reference'), ({ value }) => (isHolder(value) ? edit(value) : undefined));
}

export const referenceMutations: readonly Mutation[] = [
  to('reference/form', [
    'Patient/',
    'patient/1',
    'Nothing/1',
    'Patient 1',
    'Patient/a b',
    'just words',
    '/Patient/1',
    'Patient/1/2',
    'Patient?x=y',
    'a/b/Patient/1',
  ]),
  to('reference/other-type', [
    'Binary/1',
    'Basic/1',
    'Parameters/1',
    'Patient/1',
    'Observation/1',
    'http://a.cn/fhir/Basic/1',
    'Subscription/1/_history/2',
  ]),
  to('reference/nowhere', [
    '#nowhere',
    '#',
    'urn:uuid:C757873D-EC9A-4326-A141-556F43239520',
    'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
    'urn:uuid:1',
    'urn:oid:1.2.3',
  ]),
  change('reference/type', (value) => {
    value.type = 'Basic';
    return 'said to be a Basic';
  }),
  change('reference/type-unknown', (value) => {
    value.type = 'Nothing';
    return 'said to be a Nothing';
  }),
  change('reference/identifier-only', (value) => {
    delete value.reference;
    value.identifier = { system: 'http://a.cn/ids', value: '1' };
    return 'by identifier alone';
  }),
  change('reference/empty', (value) => {
    for (const key of Object.keys(value)) delete value[key];
    value.display = 'words';
    return 'in words alone';
  }),
];
