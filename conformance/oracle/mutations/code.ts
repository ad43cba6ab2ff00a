/** Codes that are in no value set, no code system, or say not of which. Source: R4 terminologies.html, datatypes.html#Coding */
import { elementAt, isHolder, type Place, type Subject } from '../places.js';
import { atPlace, isOfType, type Mutation, valueAt } from './mutation.js';

const isCoding = isOfType('Coding');
const isBound = (place: Place, { definitions }: Subject) =>
  place.property.type === 'code' && elementAt(place, definitions)?.binding?.strength === 'required';

/** Changes an object of a place. */
function inside(
  name: string,
  type: string,
  change: (value: Record<string, unknown>, random: (list: readonly string[]) => string) => string | undefined,
): Mutation {
  return atPlace(name, isOfType(type), ({ value }, random) =>
    isHolder(value) ? change(value, (list) => random.choose(list) ?? '') : undefined,
  );
}

const systems = [
  'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  'http://hl7.org/fhir/administrative-gender',
  'http://a.cn/codes',
  'http://snomed.info/sct',
  'http://loinc.org',
  'http://unitsofmeasure.org',
  'urn:ietf:bcp:47',
  'not a uri',
  'SNOMED',
];

export const codeMutations: readonly Mutation[] = [
  valueAt('code/required', isBound, ['no-such-code', 'ACTIVE', 'Final', 'x']),
  valueAt('code/required', isBound, ['active', 'draft', 'final', 'unknown', 'generated']),
  valueAt('code/language', ({ key }) => key === 'language', ['xx-yy-zz', 'english', 'zh-CN', 'de-AT', 'zh-Hans-CN', 'q', 'en_US']),
  inside('code/coding-code', 'Coding', (value) => {
    value.code = 'no-such-code';
    return 'a code that is nowhere';
  }),
  inside('code/coding-system', 'Coding', (value, choose) => {
    value.system = choose(systems);
    return `of ${value.system}`;
  }),
  inside('code/no-system', 'Coding', (value) => {
    if (value.system === undefined) return undefined;
    delete value.system;
    return 'without system';
  }),
  inside('code/no-code', 'Coding', (value) => {
    if (value.code === undefined) return undefined;
    delete value.code;
    return 'without code';
  }),
  inside('code/display', 'Coding', (value) => {
    value.display = 'Something else';
    return 'another display';
  }),
  inside('code/text-only', 'CodeableConcept', (value) => {
    if (value.coding === undefined) return undefined;
    delete value.coding;
    value.text = 'in words';
    return 'in words alone';
  }),
  inside('code/second-coding', 'CodeableConcept', (value, choose) => {
    const coding = { system: choose(systems.slice(0, 5)), code: choose(['x', 'male', 'DIS']) };
    value.coding = [...(Array.isArray(value.coding) ? value.coding : []), coding];
    return `beside it ${JSON.stringify(coding)}`;
  }),
  inside('code/unit', 'Quantity', (value, choose) => {
    Object.assign(value, { system: 'http://unitsofmeasure.org', code: choose(['mg', 'kg', 'mmol/L', 'nonsense', '{score}']) });
    return `in ${value.code}`;
  }),
  inside('code/no-unit-system', 'Quantity', (value) => {
    if (value.system === undefined || value.code === undefined) return undefined;
    delete value.system;
    return 'a coded unit without system';
  }),
  atPlace('code/coding-empty', isCoding, ({ holder, key, index = 0 }) => {
    const list = holder[key];
    if (!Array.isArray(list)) return undefined;
    list[index] = { userSelected: true };
    return 'neither system nor code';
  }),
];
