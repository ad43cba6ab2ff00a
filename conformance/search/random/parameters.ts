/** The search parameters that the random searches use, each with the values it sees. Source: R4, the search parameters of each resource */
import { decimalOf } from './decimal.js';
import type { Plain, Value } from './values.js';
import * as see from './values.js';

export interface Parameter {
  readonly code: string;
  readonly kind: Value['kind'];
  readonly of: (resource: Plain) => readonly Value[];
  /** Of a reference: the types it may lead to. */
  readonly targets?: readonly string[];
  /** Sorted by its lowest value in both directions: it has one, or it is a string, of which the server keeps no other (src/search/layout.ts). */
  readonly lowest?: true;
  readonly sortable?: true;
}

const { list } = see;
const strings = (code: string, of: (resource: Plain) => readonly Value[], more: Partial<Parameter> = {}): Parameter => ({
  code,
  kind: 'string',
  lowest: true,
  of,
  ...more,
});
const tokens = (code: string, of: (resource: Plain) => readonly Value[], more: Partial<Parameter> = {}): Parameter => ({
  code,
  kind: 'token',
  of,
  ...more,
});
const dates = (code: string, of: (resource: Plain) => readonly Value[], more: Partial<Parameter> = {}): Parameter => ({
  code,
  kind: 'date',
  sortable: true,
  of,
  ...more,
});
const links = (code: string, targets: readonly string[], of: (resource: Plain) => readonly Plain[]): Parameter => ({
  code,
  kind: 'reference',
  targets,
  of: (resource) => of(resource).map((one) => see.reference(one, resource)),
});
/** A parameter that looks at references of one type alone among others; of what is elsewhere the URL tells the type. */
const only = (code: string, type: string, of: (resource: Plain) => readonly Plain[]): Parameter => ({
  ...links(code, [type], of),
  of: (resource) =>
    of(resource)
      .map((one) => see.reference(one, resource))
      .filter(({ target, inside }) => new RegExp(`(^|/)${type}/[^/]+$`).test(target ?? '') || inside?.resourceType === type),
});
const codeOf = (code: string, element: string, more: Partial<Parameter> = {}): Parameter =>
  tokens(code, (resource) => list(resource[element]).map(see.code), more);
const conceptOf = (code: string, element: string): Parameter => tokens(code, (resource) => list(resource[element]).flatMap(see.concept));
const identifiers = tokens('identifier', ({ identifier }) => list(identifier).map(see.identifier));
const named = (names: Plain): readonly Plain[] => list(names);
const person: readonly Parameter[] = [
  strings('family', ({ name }) => named(name).flatMap(({ family }) => (family === undefined ? [] : [see.text(family, true)])), {
    sortable: true,
  }),
  strings('given', ({ name }) => named(name).flatMap(({ given }) => list(given).map(see.givenText))),
  strings('name', ({ name }) => named(name).map(see.humanName)),
  identifiers,
  codeOf('gender', 'gender', { sortable: true }),
  codeOf('active', 'active'),
  strings('address-city', ({ address }) => list(address).flatMap(({ city }) => (city === undefined ? [] : [see.text(city)]))),
];
const moment = (element: string) => (resource: Plain) => [
  ...list(resource[`${element}DateTime`]).map(see.span),
  ...list(resource[`${element}Period`]).map(see.period),
];
const amount = (code: string, element: string, more: Partial<Parameter> = {}): Parameter => ({
  code,
  kind: 'quantity',
  of: (resource) => list(resource[element]).map(see.quantity),
  ...more,
});

const subject = (resource: Plain) => list(resource.subject);
const patient = only('patient', 'Patient', subject);

export const parameters: Readonly<Record<string, readonly Parameter[]>> = {
  Patient: [
    ...person,
    dates('birthdate', ({ birthDate }) => list(birthDate).map(see.span), { lowest: true }),
    dates('death-date', ({ deceasedDateTime }) => list(deceasedDateTime).map(see.span), { lowest: true }),
    tokens('deceased', ({ deceasedDateTime, deceasedBoolean }) => [see.code(deceasedDateTime !== undefined || deceasedBoolean === true)]),
    tokens('language', ({ communication }) => list(communication).flatMap(({ language }) => see.concept(language))),
    links('general-practitioner', ['Practitioner', 'Organization'], ({ generalPractitioner }) => list(generalPractitioner)),
    links('organization', ['Organization'], ({ managingOrganization }) => list(managingOrganization)),
  ],
  Practitioner: person,
  Organization: [
    strings('name', ({ name, alias }) => [...list(name), ...list(alias)].map((one) => see.text(one)), { sortable: true }),
    codeOf('active', 'active'),
    identifiers,
    links('partof', ['Organization'], ({ partOf }) => list(partOf)),
  ],
  Location: [
    strings('name', ({ name, alias }) => [...list(name), ...list(alias)].map((one) => see.text(one)), { sortable: true }),
    codeOf('status', 'status', { sortable: true }),
    links('partof', ['Location'], ({ partOf }) => list(partOf)),
    links('organization', ['Organization'], ({ managingOrganization }) => list(managingOrganization)),
  ],
  Encounter: [
    codeOf('status', 'status', { sortable: true }),
    tokens('class', (resource) => [see.coding(resource.class)]),
    dates('date', ({ period }) => list(period).map(see.period)),
    patient,
    links('location', ['Location'], ({ location }) => list(location).map(({ location: place }) => place)),
    links('service-provider', ['Organization'], ({ serviceProvider }) => list(serviceProvider)),
    links('part-of', ['Encounter'], ({ partOf }) => list(partOf)),
    amount('length', 'length'),
  ],
  Condition: [
    conceptOf('code', 'code'),
    conceptOf('clinical-status', 'clinicalStatus'),
    patient,
    links('subject', ['Patient', 'Group'], subject),
    dates('onset-date', moment('onset')),
    dates('recorded-date', ({ recordedDate }) => list(recordedDate).map(see.span), { lowest: true }),
    amount('onset-age', 'onsetAge'),
    links('encounter', ['Encounter'], ({ encounter }) => list(encounter)),
  ],
  Observation: [
    conceptOf('code', 'code'),
    conceptOf('category', 'category'),
    codeOf('status', 'status', { sortable: true }),
    identifiers,
    patient,
    links('subject', ['Patient', 'Group', 'Device', 'Location'], subject),
    links('encounter', ['Encounter'], ({ encounter }) => list(encounter)),
    links('performer', ['Practitioner', 'Organization', 'Patient'], ({ performer }) => list(performer)),
    links('has-member', ['Observation'], ({ hasMember }) => list(hasMember)),
    dates('date', moment('effective')),
    amount('value-quantity', 'valueQuantity', { sortable: true }),
    tokens('value-concept', ({ valueCodeableConcept }) => list(valueCodeableConcept).flatMap(see.concept)),
    tokens('component-code', ({ component }) => list(component).flatMap(({ code }) => see.concept(code))),
  ],
  MedicationRequest: [
    codeOf('status', 'status', { sortable: true }),
    conceptOf('code', 'medicationCodeableConcept'),
    patient,
    dates('authoredon', ({ authoredOn }) => list(authoredOn).map(see.span), { lowest: true }),
    links('requester', ['Practitioner', 'Organization', 'Patient'], ({ requester }) => list(requester)),
    links('encounter', ['Encounter'], ({ encounter }) => list(encounter)),
  ],
  RiskAssessment: [
    {
      code: 'probability',
      kind: 'number',
      of: ({ prediction }) =>
        list(prediction).flatMap(({ probabilityDecimal }) =>
          probabilityDecimal === undefined ? [] : [{ kind: 'number', value: decimalOf(String(probabilityDecimal)) } as const],
        ),
    },
    patient,
  ],
  Library: [
    { code: 'url', kind: 'uri', of: ({ url }) => list(url).map((value) => ({ kind: 'uri', value }) as const) },
    strings('title', ({ title }) => list(title).map((one) => see.text(one)), { sortable: true }),
    codeOf('status', 'status'),
  ],
};

export function parameterOf(type: string, code: string): Parameter {
  const found = parameters[type]?.find((one) => one.code === code);
  if (found === undefined) throw new Error(`There is no parameter ${code} of ${type}`);
  return found;
}
