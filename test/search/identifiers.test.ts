import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { contactForm } from '../../src/search/contact-points.js';
import { askedIdentityForm, identityForm, residentSystems } from '../../src/search/identity-numbers.js';
import { type Case, describeFinding } from './finding.js';

const RESIDENT = 'urn:oid:2.16.156.10011.1.3';
const patient = (id: string, identifier: object, telecom: readonly object[] = []) => ({
  resourceType: 'Patient',
  id,
  identifier: [identifier],
  telecom,
});
/** 110105491231002 and 11010519491231002X are the example of GB 11643. */
const people = [
  patient('long', { system: RESIDENT, value: '11010519491231002X' }),
  patient('short', { system: RESIDENT, value: '440524188001010014', type: { coding: [{ system: 't', code: 'NI' }] } }),
  patient('old', { system: RESIDENT, value: '320311770706001' }),
  patient('small', { system: 'https://lianyi.cn/fhir/sid/resident-id-card', value: '53010219200508011x' }),
  patient('wide', { system: RESIDENT, value: '１１０１０１１９９００３０７７７５８' }),
  patient('wrong', { system: RESIDENT, value: '110105194912310021' }),
  patient('other', { system: 'urn:other', value: '110105491231002' }),
  patient('letters', { system: 'urn:other', value: 'abcdefghijklmnopqx' }),
  patient('phone', { value: 'P' }, [
    { system: 'phone', value: '+86 138-0013-8000' },
    { system: 'email', value: 'Zhang@Example.cn' },
  ]),
  patient('fixed', { value: 'F' }, [{ system: 'phone', value: '（０１０）６５５５ ６６６６' }]),
];

const cases: readonly Case[] = [
  ['Patient?identifier=11010519491231002X', 'long'],
  ['Patient?identifier=11010519491231002x', 'long'],
  ['Patient?identifier=１１０１０５１９４９１２３１００２ｘ', 'long'],
  [`Patient?identifier=${RESIDENT}|11010519491231002x`, 'long'],
  [`Patient?identifier=${RESIDENT}|110105491231002`, 'long'],
  ['Patient?identifier=110105491231002', 'long other'],
  ['Patient?identifier=urn:other|110105491231002', 'other'],
  ['Patient?identifier=urn:other|11010519491231002X', ''],
  ['Patient?identifier=|11010519491231002X', ''],
  ['Patient?identifier=320311770706001', 'old'],
  [`Patient?identifier=${RESIDENT}|320311197707060018`, 'old'],
  ['Patient?identifier=320311197707060018', 'old'],
  ['Patient?identifier=53010219200508011X', 'small'],
  ['Patient?identifier=53010219200508011x', 'small'],
  ['Patient?identifier=110101199003077758', 'wide'],
  ['Patient?identifier=110105194912310021', 'wrong'],
  ['Patient?identifier=ABCDEFGHIJKLMNOPQX', ''],
  ['Patient?identifier:of-type=t|NI|440524188001010014', 'short'],
  ['Patient?identifier:of-type=t|NI|440524800101999', ''],
  ['Patient?identifier:not=110105491231002', 'short old small wide wrong letters phone fixed'],
  ['Patient?phone=13800138000', 'phone'],
  ['Patient?telecom=138 0013 8000', 'phone'],
  ['Patient?telecom=+8613800138000', 'phone'],
  ['Patient?telecom=+86 138-0013-8000', 'phone'],
  ['Patient?telecom=008613800138000', 'phone'],
  ['Patient?phone=１３８００１３８０００', 'phone'],
  ['Patient?phone=13800138001', ''],
  ['Patient?email=zhang@example.cn', 'phone'],
  ['Patient?email=ZHANG@EXAMPLE.CN', 'phone'],
  ['Patient?telecom=010-65556666', 'fixed'],
  ['Patient?telecom=+86 10 6555 6666', 'fixed'],
];

describeFinding('identifiers and telephones', people, cases);

describe('identity numbers', () => {
  test('their systems are those of the package', () => {
    const text = readFileSync('profiles/lianyi.cn.core/package/NamingSystem-resident-id-card.json', 'utf8');
    const { uniqueId } = JSON.parse(text) as { uniqueId: readonly { type: string; value: string }[] };
    expect([...residentSystems].sort()).toEqual(
      uniqueId
        .filter(({ type }) => type === 'uri')
        .map(({ value }) => value)
        .sort(),
    );
  });

  test('those of a hundred years and more were of the century before', () => {
    expect(identityForm(RESIDENT, '440524800101996')).toMatch(/^44052418800101996[\dX]$/);
    expect(askedIdentityForm('urn:other', '440524800101001')).toBeUndefined();
    expect(askedIdentityForm(undefined, '440524801301001')).toBeUndefined();
    expect(identityForm(RESIDENT, '1'.repeat(1_000_000))).toBeUndefined();
  });
});

describe('telephone numbers', () => {
  test.each([
    ['+1 (555) 123-4567', '+15551234567'],
    ['8613800138000', '13800138000'],
    ['tel:+86-755-8888-8888', '075588888888'],
    ['110', undefined],
    ['转 801', undefined],
    ['', undefined],
    ['-', undefined],
  ])('%s is found as %s', (value, expected) => {
    expect(contactForm(value)).toBe(expected);
  });

  test('a very long one stays as it is', () => {
    expect(contactForm('1'.repeat(1_000_000))).toBeUndefined();
  });
});
