/**
 * The kinds of search that are measured, each with what it means, said without any index. `any` spreads the searches over all people.
 * Source: R4 search.html
 */
import type { Elements, Observation } from '../people.js';
import { type History, loadedFrom, type Stored, storedBefore } from '../visits.js';
import { PAGE, type SearchCase } from './expected.js';

const loinc = 'http://loinc.org';
const recordNumber = 'urn:oid:2.16.156.10011.1.13';

type Meant = SearchCase['meant'];
type More = Partial<Omit<SearchCase, 'name' | 'query' | 'meant'>>;

const search = (name: string, query: (n: number) => string, meant: Meant, more: More = {}): SearchCase => ({
  name,
  query: (n) => `${query(n)}&_count=${PAGE}`,
  meant,
  selective: true,
  ...more,
});

const when = (holds: boolean, ...resources: readonly Stored[]): readonly Stored[] => (holds ? resources : []);
const all = ({ observations, pressures }: History): readonly Stored[] => [...observations, ...pressures];
const lab = ({ observations }: History, nth: number): readonly Observation[] => observations.slice(nth, nth + 1);
const whole = ({ patient }: History) => patient.name[0]?.text ?? '';
const family = ({ patient }: History) => patient.name[0]?.family ?? '';
const given = (history: History) => whole(history).slice(family(history).length);
const moment = (resource: Stored) => new Date(String(resource.effectiveDateTime)).toISOString();
const newest = { by: moment, descending: true };
const updated = (index: number) => new Date(loadedFrom + storedBefore(index)).toISOString();
const textOf = (text: string) => encodeURIComponent(text);

/** Of what is asked for, and of what else is read so; each is read in one way only. */
const pinyin: Readonly<Record<string, string>> = {
  张: 'zhang',
  王: 'wang',
  李: 'li',
  丽: 'li',
  芳: 'fang',
  军: 'jun',
  静: 'jing',
  磊: 'lei',
};
const spelt = ['张芳', '王军', '李静', '李磊', '张磊', '王芳'];
const spelling = (name: string) => [...name].map((one) => pinyin[one] ?? one).join('');
const families = ['王', '李', '张'];
const years = ['1960', '1970', '1980'];
const cyclic = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

/** `people` are in the store, and nothing else of these types. */
export function searchCases(people: number): readonly SearchCase[] {
  const any = (n: number) => (n * 7919) % people;
  return [...onIdentity(any), ...onNames(), ...onValues(any), ...onLinks(any), ...onPages()];
}

type Any = (n: number) => number;

function onIdentity(any: Any): readonly SearchCase[] {
  const is: (n: number) => (history: History) => boolean =
    (n) =>
    ({ index }) =>
      index === any(n);
  return [
    search(
      'identifier, 1 hit',
      (n) => `Patient?identifier=${recordNumber}|MR${any(n)}`,
      (one, n) => when(is(n)(one), one.patient),
    ),
    search(
      'no hit',
      (n) => `Patient?identifier=${recordNumber}|none${n}`,
      () => [],
    ),
    search(
      '_id list of 10',
      (n) => `Patient?_id=${Array.from({ length: 10 }, (_, i) => `p${any(n + i)}`).join()}`,
      (one, n) => when(Array.from({ length: 10 }, (_, i) => any(n + i)).includes(one.index), one.patient),
    ),
    search(
      'subject + code, 1 hit',
      (n) => `Observation?subject=Patient/p${any(n)}&code=${loinc}|718-7`,
      (one, n) => when(is(n)(one), ...lab(one, 0)),
    ),
    search(
      'subject + code + date, sorted',
      (n) => `Observation?subject=Patient/p${any(n)}&code=${loinc}|85354-9&date=ge2015-01-01&_sort=-date`,
      (one, n) => (is(n)(one) ? one.pressures.filter((each) => each.effectiveDateTime >= '2015') : []),
      { sort: newest },
    ),
    search(
      'compartment + code',
      (n) => `Patient/p${any(n)}/Observation?code=${loinc}|85354-9`,
      (one, n) => when(is(n)(one), ...one.pressures),
    ),
    search(
      ':in + subject',
      (n) => `Observation?subject=Patient/p${any(n)}&code:in=http://hl7.org/fhir/ValueSet/observation-vitalsignresult`,
      (one, n) => when(is(n)(one), ...lab(one, 3), ...one.pressures),
    ),
  ];
}

function onNames(): readonly SearchCase[] {
  return [
    search(
      'name in characters',
      (n) => `Patient?name=${textOf(cyclic(spelt, n))}`,
      (one, n) => when(whole(one).startsWith(cyclic(spelt, n)), one.patient),
      { selective: false },
    ),
    search(
      'name by pinyin',
      (n) => `Patient?name=${spelling(cyclic(spelt, n))}`,
      (one, n) => when(spelledFrom(one, cyclic(spelt, n)), one.patient),
      { selective: false },
    ),
    search(
      'family, 20 hits',
      (n) => `Patient?family=${textOf(cyclic(families, n))}`,
      (one, n) => when(family(one) === cyclic(families, n), one.patient),
    ),
    search(
      'name:contains',
      () => `Patient?name:contains=${textOf('伟芳')}`,
      (one) => when(whole(one).includes('伟芳'), one.patient),
      { selective: false },
    ),
    search(
      'name:exact',
      (n) => `Patient?name:exact=${textOf(cyclic(spelt, n))}`,
      (one, n) => when(whole(one) === cyclic(spelt, n), one.patient),
    ),
  ];
}

/** The whole name, or the given name alone, begins as it is spelt: both are keys of a name. */
function spelledFrom(one: History, name: string): boolean {
  return [whole(one), given(one)].some((text) => spelling(text).startsWith(spelling(name)));
}

const born =
  (from: string, before: string): ((history: History) => boolean) =>
  ({ patient: { birthDate } }) =>
    birthDate >= from && birthDate < before;
const decade = (n: number): readonly [string, string] => [cyclic(years, n), String(Number(cyclic(years, n)) + 10)];

function onValues(any: Any): readonly SearchCase[] {
  const quantity = (value: unknown) => (value as { readonly valueQuantity: { readonly value: number } }).valueQuantity.value;
  return [
    search(
      'birthdate range, 20 hits',
      (n) => `Patient?birthdate=ge${decade(n)[0]}&birthdate=lt${decade(n)[1]}`,
      (one, n) => when(born(...decade(n))(one), one.patient),
    ),
    search(
      'gender + birthdate',
      (n) => `Patient?gender=female&birthdate=ge${decade(n)[0]}&birthdate=lt${decade(n)[1]}`,
      (one, n) => when(one.patient.gender === 'female' && born(...decade(n))(one), one.patient),
    ),
    search(
      'code, 20 hits',
      () => `Observation?code=${loinc}|2345-7`,
      (one) => lab(one, 1),
    ),
    search(
      'quantity, canonical unit',
      () => `Observation?code=${loinc}|718-7&value-quantity=gt16.895|http://unitsofmeasure.org|g/dL`,
      (one) => lab(one, 0).filter((each) => quantity(each) > 168.95),
    ),
    search(
      'composite on components',
      () => `Observation?component-code-value-quantity=${loinc}|8480-6$gt170.5`,
      (one) => one.pressures.filter(({ component: [systolic] }) => quantity(systolic) > 170.5),
    ),
    search(
      'code:text',
      () => `Condition?code:text=${textOf('2型糖尿病')}`,
      (one) => one.conditions.filter(({ code }) => code.text === '2型糖尿病'),
    ),
    search(
      ':missing',
      () => 'Observation?value-quantity:missing=true&status=final',
      (one) => one.pressures,
    ),
    search(
      ':not',
      () => 'Encounter?class:not=AMB',
      (one) => one.encounters.filter((each) => each.class.code !== 'AMB'),
    ),
    search(
      '_lastUpdated',
      (n) => `Patient?_lastUpdated=ge${updated(any(n))}&_lastUpdated=lt${updated(any(n) + 10)}`,
      (one, n) => when(one.index >= any(n) && one.index < any(n) + 10, one.patient),
    ),
  ];
}

function onLinks(any: Any): readonly SearchCase[] {
  const ofPerson =
    (of: (history: History) => readonly Stored[]): Meant =>
    (one, n) =>
      when(one.index === any(n), ...of(one));
  const reference = (value: unknown) => (value as { readonly reference: string }).reference;
  const doctorsOf = (encounter: Stored) => (encounter.participant as readonly Elements[]).map(({ individual }) => reference(individual));
  const owner = (id: string) => id.split('-')[0] ?? '';
  const resultsOf = ({ id }: Stored) => [
    ...Array.from({ length: 10 }, (_, nth) => `Observation/${owner(id)}-o${nth}`),
    ...Array.from({ length: 3 }, (_, nth) => `Observation/${owner(id)}-b${nth}`),
  ];
  return [
    search('chain: patient.identifier', (n) => `Observation?patient.identifier=MR${any(n)}`, ofPerson(all)),
    search(
      'chain: subject.name + code',
      (n) => `Observation?subject:Patient.name:exact=${textOf(cyclic(spelt, n))}&code=${loinc}|718-7`,
      (one, n) => when(whole(one) === cyclic(spelt, n), ...lab(one, 0)),
    ),
    search(
      'chain of two',
      (n) => `Observation?encounter:Encounter.subject:Patient.identifier=MR${any(n)}&code=${loinc}|718-7`,
      ofPerson((one) => lab(one, 0)),
    ),
    search(
      '_has',
      () => 'Patient?_has:Condition:subject:code=http://hl7.org/fhir/sid/icd-10|E11.9',
      (one) => when(ill(one, 'E11.9').length > 0, one.patient),
    ),
    search(
      '_has, 1 hit',
      (n) => `Patient?_has:Observation:subject:identifier=L${any(n) * 10 + 3}`,
      ofPerson(({ patient }) => [patient]),
    ),
    search(
      'nested _has',
      () => 'Patient?_has:Encounter:subject:_has:Condition:encounter:code=http://hl7.org/fhir/sid/icd-10|N18.3',
      (one) => when(ill(one, 'N18.3').length > 0, one.patient),
    ),
    search(
      '_include',
      (n) => `Encounter?_id=p${any(n)}-e1&_include=Encounter:subject&_include=Encounter:practitioner`,
      ofPerson((one) => one.encounters.slice(1, 2)),
      {
        included: (encounter) => [`Patient/${owner(encounter.id)}`, ...doctorsOf(encounter)],
      },
    ),
    search(
      '_revinclude',
      (n) => `Patient?_id=p${any(n)}&_revinclude=Observation:subject`,
      ofPerson(({ patient }) => [patient]),
      {
        included: resultsOf,
      },
    ),
    search(
      '_include:iterate',
      (n) => `Condition?_id=p${any(n)}-c1&_include=Condition:encounter&_include:iterate=Encounter:service-provider`,
      ofPerson(({ conditions }) => conditions.slice(1, 2)),
      { included: ({ id }) => [`Encounter/${owner(id)}-e1`, `Organization/hospital-${Number(owner(id).slice(1)) % 40}`] },
    ),
  ];
}

const ill = ({ conditions }: History, illness: string): readonly Stored[] =>
  conditions.filter(({ code }) => code.coding[0]?.code === illness);

function onPages(): readonly SearchCase[] {
  const sorted: More = { sort: newest };
  const meant: Meant = (one) => lab(one, 0);
  return [
    search(
      'code + date, sorted',
      () => `Observation?code=${loinc}|718-7&date=ge2012-01-01&_sort=-date`,
      (one) => lab(one, 0).filter((each) => moment(each) >= '2011-12-31T16'),
      sorted,
    ),
    search('_sort=-date', () => `Observation?code=${loinc}|718-7&_sort=-date`, meant, sorted),
    search('_sort=-date, page 5', () => `Observation?code=${loinc}|718-7&_sort=-date`, meant, { ...sorted, page: 5 }),
    search('_total=accurate', () => `Observation?code=${loinc}|718-7&_total=accurate`, meant, { total: true, selective: false }),
    search(
      '_total=accurate of two',
      () => `Patient?gender=female&birthdate=ge1960&birthdate=lt1962&_total=accurate`,
      (one) => when(one.patient.gender === 'female' && born('1960', '1962')(one), one.patient),
      { total: true, selective: false },
    ),
  ];
}
