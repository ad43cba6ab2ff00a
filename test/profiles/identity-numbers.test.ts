/**
 * The rules for numbers of people and institutions, number by number. All are invented (an address code that is never issued, or a birth
 * date of 1880) or published as specimens. Sources: GB 11643-1999, GB 32100-2015, GB 11714-1997
 */
import { describe, expect, test } from '@jest/globals';
import { errorsOf, validator } from './room.js';

type Row = readonly [value: string, why: string, ...failing: readonly string[]];

const person = (system: string, value: string) => ({
  resourceType: 'Patient',
  meta: { profile: ['https://lianyi.cn/fhir/StructureDefinition/cn-patient'] },
  identifier: [{ ...(/^\d{15}$/.test(value) ? { use: 'old' } : {}), system, value }],
  name: [{ text: '张三' }],
  gender: 'unknown',
});

const institution = (system: string, value: string) => ({
  resourceType: 'Organization',
  meta: { profile: ['https://lianyi.cn/fhir/StructureDefinition/cn-organization'] },
  identifier: [{ system, value }],
  name: '示例市第一人民医院',
});

const residentIdCard: readonly Row[] = [
  ['110000199003071231', 'male'],
  ['310000198512312462', 'female'],
  ['440000200002290186', 'leap day of a century leap year'],
  ['51000019780615006X', 'check character X'],
  ['11010519491231002X', 'example of GB 11643'],
  ['440524188001010014', 'example of GB 11643, born 1880'],
  ['110104190001010013', 'county that was abolished in 2010 (宣武区)'],
  ['51022119000101001X', 'county that was abolished in 1994 and another province since (巴县)'],
  ['810000188001010015', 'residence permit, Hong Kong'],
  ['820000188001010017', 'residence permit, Macao'],
  ['830000188001010019', 'residence permit, Taiwan'],
  ['110000900307123', 'old number of 15 digits'],
  ['110000199003071230', 'check character wrong', 'cn-id-1'],
  ['110000199003072131', 'two neighbours swapped', 'cn-id-1'],
  ['830000188001010018', 'residence permit, check character wrong', 'cn-id-1'],
  ['51000019780615006x', 'small x', 'cn-id-1'],
  ['11000019900307123', '17 characters', 'cn-id-1'],
  ['1100001990030712310', '19 characters', 'cn-id-1'],
  ['11000019900307123Y', 'a letter that is not X', 'cn-id-1'],
  ['110000O99003071231', 'letter O for a digit', 'cn-id-1'],
  ['990000199003071235', 'no province 99', 'cn-id-2'],
  ['000000199003071236', 'no province 00', 'cn-id-2'],
  ['990000900307123', 'old number, no province 99', 'cn-id-2'],
  ['110000199002291232', '29 February of a common year', 'cn-id-3'],
  ['110000199013011232', 'month 13', 'cn-id-3'],
  ['110000900229123', 'old number, 29 February of a common year', 'cn-id-3'],
  ['110000209912311235', 'born in the future', 'cn-id-4'],
];

const permanentResidentCard: readonly Row[] = [
  ['932682198501010017', 'official specimen'],
  ['911124198108030024', 'official specimen'],
  ['CAN310000000001', 'edition of 2017'],
  ['932682198501010016', 'check character wrong', 'cn-prc-1'],
  ['832682198501010017', 'first digit is not 9', 'cn-prc-1'],
  ['can310000000001', 'small letters', 'cn-prc-1'],
];

const hongKongMacauPermit: readonly Row[] = [
  ['H00000000', 'Hong Kong'],
  ['M0000000002', 'Macao, old form of 11 characters'],
  ['A12345678', 'first letter neither H nor M', 'cn-permit-1'],
  ['H1234567A', 'a letter among the digits', 'cn-permit-1'],
];

const taiwanPermit: readonly Row[] = [
  ['00000000', '8 digits'],
  ['1234567', '7 digits', 'cn-permit-2'],
  ['123456789', '9 digits', 'cn-permit-2'],
];

const healthRecord: readonly Row[] = [
  ['11000000100100001', '17 digits'],
  ['1100000010010000', '16 digits', 'cn-record-1'],
];

const people: readonly [string, readonly Row[]][] = [
  ['urn:oid:2.16.156.10011.1.3', residentIdCard],
  ['https://lianyi.cn/fhir/sid/permanent-resident-card', permanentResidentCard],
  ['https://lianyi.cn/fhir/sid/hong-kong-macau-permit', hongKongMacauPermit],
  ['https://lianyi.cn/fhir/sid/taiwan-permit', taiwanPermit],
  ['urn:oid:2.16.156.10011.1.2', healthRecord],
];

const socialCreditCode: readonly Row[] = [
  ['11500000MB1670604W', 'public body'],
  ['11500103MB1849823N', 'public body'],
  ['91350100M000100Y43', 'organization code of the M series'],
  ['12100000MB999999XG', 'invented'],
  ['52100000MB999999XC', 'invented'],
  ['11500000MB1670604X', 'check character wrong', 'cn-uscc-1'],
  ['91350100M000100Y44', 'check character wrong', 'cn-uscc-1'],
  ['11500000MB167060', '16 characters', 'cn-uscc-1'],
  ['1150000OMB1670604W', 'letter O for a digit', 'cn-uscc-1'],
];

const organizationCode: readonly Row[] = [
  ['MB1670604', 'public body'],
  ['MB999999X', 'check character X'],
  ['MB167060-4', 'with the hyphen'],
  ['MB1670605', 'check character wrong', 'cn-org-1'],
  ['MB167060-5', 'check character wrong after the hyphen', 'cn-org-1'],
];

const institutions: readonly [string, readonly Row[]][] = [
  ['https://lianyi.cn/fhir/sid/unified-social-credit-code', socialCreditCode],
  ['urn:oid:2.16.156.10011.1.5', organizationCode],
];

describe.each(people)('Patient.identifier of %s', (system, rows) => {
  test.each(rows.map(([value, why, ...failing]) => ({ value, why, failing })))('$value: $why', ({ value, failing }) => {
    expect(failed(errorsOf(person(system, value)))).toEqual(failing.map((key) => [key, 'Patient.identifier[0].value']));
  });
});

describe.each(institutions)('Organization.identifier of %s', (system, rows) => {
  test.each(rows.map(([value, why, ...failing]) => ({ value, why, failing })))('$value: $why', ({ value, failing }) => {
    expect(failed(errorsOf(institution(system, value)))).toEqual(failing.map((key) => [key, 'Organization.identifier[0].value']));
  });
});

describe('A resident identity number beside other data', () => {
  test.each([
    [{ birthDate: '1990-03-07', gender: 'male' }, []],
    [{ birthDate: '1990-03', gender: 'male' }, []],
    [{ birthDate: '1990-03-08', gender: 'male' }, ['cn-person-1']],
    [{ birthDate: '1990-03-07', gender: 'female' }, ['cn-person-2']],
    [{ birthDate: '1991', gender: 'female' }, ['cn-person-1', 'cn-person-2']],
  ])('%j warns of %j', (data, warnings) => {
    const patient = { ...person('urn:oid:2.16.156.10011.1.3', '110000199003071231'), ...data };
    const issues = validator.validate(patient).filter((issue) => issue.message.id.startsWith('cn-'));
    expect(issues.map(({ severity, message }) => [severity, message.id])).toEqual(warnings.map((key) => ['warning', key]));
  });

  test('an old number that does not say so is refused', () => {
    const patient = {
      ...person('urn:oid:2.16.156.10011.1.3', ''),
      identifier: [{ system: 'urn:oid:2.16.156.10011.1.3', value: '110000900307123' }],
    };
    expect(failed(errorsOf(patient))).toEqual([['cn-id-5', 'Patient.identifier[0]']]);
  });

  test.each([
    ['110000199003071230', '1', '0'],
    ['110105194912310021', 'X', '1'],
    ['11010519491231002X', undefined, undefined],
    ['51000019780615006x', undefined, undefined],
    ['1100001990030712310', undefined, undefined],
  ])('%s: what the check character would be is told, and nothing else of the number', (value, expected, found) => {
    const texts = errorsOf(person('urn:oid:2.16.156.10011.1.3', value)).flatMap(({ message }) => [message.en, message.zh]);
    const told = texts.flatMap((text) => /(?:check character is|校验码应为) (.)(?:; found|，实为) (.)[)）]$/u.exec(text)?.slice(1) ?? []);
    expect(told).toEqual(expected === undefined ? [] : [expected, found, expected, found]);
    expect(texts.filter((text) => text.includes(value.slice(0, 8)))).toEqual([]);
  });

  test('every single wrong digit and every swap of unlike neighbours is found', () => {
    const good = '11010519491231002X';
    const wrong = [...changedDigits(good), ...swappedNeighbours(good)];
    const missed = wrong.filter(
      (value) => !failed(errorsOf(person('urn:oid:2.16.156.10011.1.3', value))).some(([key]) => key === 'cn-id-1'),
    );
    expect(wrong.length).toBeGreaterThan(160);
    expect(missed).toEqual([]);
  });
});

function failed(issues: ReturnType<typeof errorsOf>): readonly (readonly [string, string | undefined])[] {
  return issues.map(({ message, expression }) => [message.id, expression] as const);
}

function changedDigits(value: string): readonly string[] {
  const places = [...value].slice(0, 17).keys();
  return [...places].flatMap((at) =>
    [...'0123456789'].filter((digit) => digit !== value[at]).map((digit) => value.slice(0, at) + digit + value.slice(at + 1)),
  );
}

function swappedNeighbours(value: string): readonly string[] {
  const places = [...value].slice(0, 16).keys();
  return [...places]
    .filter((at) => value[at] !== value[at + 1])
    .map((at) => `${value.slice(0, at)}${value[at + 1]}${value[at]}${value.slice(at + 2)}`);
}
