/** What holds for whole resources: contained ones, Bundle entries, ids, profiles. Source: R4 domainresource.html#invs, bundle.html#invs, resource.html */
import { type Holder, isHolder, type Place } from '../places.js';
import type { Random } from '../random.js';
import { atPlace, type Mutation } from './mutation.js';

const isContained = ({ key, depth }: Place) => key === 'contained' && depth === 1;
const isEntry = ({ owner, key }: Place) => owner === 'Bundle' && key === 'entry';
const isResource = ({ property, value }: Place) => property.type === 'Resource' && isHolder(value);

function to(name: string, fits: (place: Place) => boolean, change: (value: Holder, random: Random) => string | undefined): Mutation {
  return atPlace(name, fits, ({ value }, random) => (isHolder(value) ? change(value, random) : undefined));
}

function whole(name: string, change: (resource: Holder, random: Random) => string | undefined): Mutation {
  return { name, apply: ({ resource }, random) => change(resource, random) };
}

const requests: readonly Holder[] = [
  { method: 'POST', url: 'Patient' },
  { method: 'GET', url: 'Patient/1' },
  { method: 'FETCH', url: 'Patient' },
  { method: 'PUT' },
];

const observationProfiles = ['bp', 'vitalsigns', 'cholesterol', 'bodyweight', 'heartrate', 'Observation'];

export const resourceMutations: readonly Mutation[] = [
  to('resource/contained-type', isResource, (value) => {
    value.resourceType = value.resourceType === 'Basic' ? 'Patient' : 'Basic';
    return `becomes a ${value.resourceType}`;
  }),
  to('resource/type-unknown', isResource, (value, random) => {
    const type = random.choose(['Nothing', 'patient', '', 'Resource', 'DomainResource', 'HumanName']);
    value.resourceType = type;
    return `becomes a ${type}`;
  }),
  to('resource/type-missing', isResource, (value) => {
    delete value.resourceType;
    return 'without resourceType';
  }),
  to('contained/id', isContained, (value, random) => {
    value.id = random.choose(['other', 'a b', '#x']);
    return `id ${value.id}`;
  }),
  to('contained/no-id', isContained, (value) => {
    delete value.id;
    return 'without id';
  }),
  to('contained/nested', isContained, (value) => {
    value.contained = [{ resourceType: 'Basic', id: 'inner', code: { text: 'x' } }];
    return 'contains one itself';
  }),
  to('contained/meta', isContained, (value, random) => {
    value.meta = random.choose([
      { versionId: '1' },
      { security: [{ system: 'http://a.cn', code: 'x' }] },
      { lastUpdated: '2020-01-01T00:00:00Z' },
      { tag: [{ code: 'x' }] },
    ]);
    return `meta ${JSON.stringify(value.meta)}`;
  }),
  whole('contained/unreferenced', (resource) => {
    if (['Bundle', 'Parameters', 'Binary'].includes(String(resource.resourceType))) return undefined;
    const before = Array.isArray(resource.contained) ? resource.contained : [];
    resource.contained = [...before, { resourceType: 'Organization', id: 'nobody-refers-to-me', name: '医院' }];
    return 'contains one that nothing refers to';
  }),
  to('bundle/full-url', isEntry, (value, random) => {
    value.fullUrl = random.choose([
      'Patient/1',
      'http://a.cn/fhir/Patient/other',
      'urn:uuid:1',
      'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
      'http://a.cn/fhir/Patient/1/_history/1',
      'has space',
    ]);
    return `fullUrl ${value.fullUrl}`;
  }),
  to('bundle/no-full-url', isEntry, (value) => {
    delete value.fullUrl;
    return 'without fullUrl';
  }),
  to('bundle/request', isEntry, (value, random) => {
    value.request = structuredClone(random.choose(requests));
    return `request ${JSON.stringify(value.request)}`;
  }),
  to('bundle/response', isEntry, (value) => {
    value.response = { status: '200' };
    return 'a response';
  }),
  to('bundle/search', isEntry, (value) => {
    value.search = { mode: 'match', score: 2 };
    return 'a search score of 2';
  }),
  to('bundle/no-resource', isEntry, (value) => {
    delete value.resource;
    return 'without resource';
  }),
  whole('bundle/type', (resource, random) => {
    if (resource.resourceType !== 'Bundle') return undefined;
    resource.type = random.choose(['document', 'message', 'transaction', 'batch', 'history', 'searchset', 'collection', 'batch-response']);
    return `type ${resource.type}`;
  }),
  whole('resource/id', (resource, random) => {
    resource.id = random.choose(['a b', 'a_b', 'x'.repeat(65), '', 'ok']);
    return `id ${resource.id}`;
  }),
  whole('resource/profile', (resource, random) => {
    const own = resource.resourceType === 'Observation' ? observationProfiles : [String(resource.resourceType), 'no-such-profile'];
    const profile = random.choose([...own, ...own, 'bodyweight']);
    resource.meta = { profile: [`http://hl7.org/fhir/StructureDefinition/${profile}`] };
    return `claims ${profile}`;
  }),
  whole('resource/meta', (resource, random) => {
    resource.meta = random.choose([
      { lastUpdated: '2020' },
      { tag: ['x'] },
      { security: [{ code: 'R', system: 'x y' }] },
      {},
      { versionId: 'a b' },
      { source: 'a b' },
    ]);
    return `meta ${JSON.stringify(resource.meta)}`;
  }),
];
