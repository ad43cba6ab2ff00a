/** Source: SMART App Launch 2.2 scopes-and-launch-context.html */
import { describe, expect, test } from '@jest/globals';
import { coveredBy, covers, describeScope, narrow, parseScope, parseScopes, type SmartScope } from '../../src/access/scopes.js';
import { typeWords } from '../../src/access/type-words.js';
import { definitions } from '../built-definitions.js';

const types = definitions;

function scope(text: string): SmartScope {
  const parsed = parseScope(text, types);
  if (parsed === undefined) throw new Error(`${text} is no scope`);
  return parsed;
}

describe('a scope', () => {
  test.each([
    ['patient/Observation.rs', 2, ['read', 'search']],
    ['user/*.cruds', 2, ['create', 'read', 'update', 'delete', 'search']],
    ['system/Patient.d', 2, ['delete']],
    ['patient/*.read', 1, ['read', 'search']],
    ['user/Observation.write', 1, ['create', 'update', 'delete']],
    ['system/*.*', 1, ['create', 'read', 'update', 'delete', 'search']],
  ])('%s is of version %d and allows to %j', (text, version, acts) => {
    expect(scope(text)).toMatchObject({ kind: 'resource', text, version, acts, criteria: [] });
  });

  test('may be narrowed by search parameters, percent-encoded', () => {
    expect(scope('patient/Observation.rs?category=http://x.org|laboratory&code:in=%E8%A1%80')).toMatchObject({
      type: 'Observation',
      criteria: [
        ['category', 'http://x.org|laboratory'],
        ['code:in', '血'],
      ],
    });
  });

  test.each(['openid', 'fhirUser', 'launch', 'launch/patient', 'launch/encounter', 'offline_access', 'online_access', '__btg'])(
    '%s is one by its name',
    (text) => {
      expect(scope(text)).toEqual({ kind: 'named', text });
    },
  );

  test.each([
    'patient/Observation.dus',
    'patient/Observation.sr',
    'patient/Observation.rr',
    'patient/Observation.',
    'patient/Observation.?category=a',
    'patient/Observation.readwrite',
    'patient/Observation.read?category=a',
    'patient/Observation.reads',
    'patient/Observation.*s',
    'patient/Observation.RS',
    'patient/Obs.rs',
    'patient/observation.rs',
    'patient/Resource.rs',
    'patient/DomainResource.rs',
    'patient/HumanName.rs',
    'patient/toString.rs',
    'patient/.rs',
    'patient/**.rs',
    'patient/*',
    'Patient/Observation.rs',
    'practitioner/Observation.rs',
    'patient/Observation/1.rs',
    'xpatient/Observation.rs',
    'patient/Observation.rs\n',
    'patient/Observation.rs?',
    'patient/Observation.rs?category',
    'patient/Observation.rs?category=',
    'patient/Observation.rs?category=,',
    'patient/Observation.rs?category=a,,b',
    'patient/Observation.rs?category=a\\',
    'patient/Observation.rs?=a',
    'patient/Observation.rs?category=a&',
    'patient/Observation.rs?category=%E8%A1',
    'patient/Observation.rs?category=%00',
    'patient/Observation.rs?date=2024-01-01T00:00:00+08:00',
    'patient/Observation.rs?category="a"',
    'patient/Observation.rs?subject.name=a',
    'patient/Observation.rs?subject:Patient.name=a',
    'patient/Patient.rs?_has:Observation:patient:code=a',
    'patient/Observation.rs?_filter=a',
    'patient/Observation.rs?_list=a',
    'patient/Observation.rs?_count=1',
    'patient/Observation.rs?date=2020,ap2024',
    'patient/Observation.rs?_include=Observation:subject',
    `patient/Observation.rs?category=${'a'.repeat(1001)}`,
    'launch/practitioner',
    'OPENID',
    '__proto__',
    'constructor',
    '',
  ])('is not made of %j', (text) => {
    expect(parseScope(text, types)).toBeUndefined();
  });

  test('of a text is taken once, and what the grammar does not know is left out', () => {
    expect(parseScopes('openid  patient/*.rs nonsense openid patient/X.rs', types).map(({ text }) => text)).toEqual([
      'openid',
      'patient/*.rs',
    ]);
  });
});

describe('what is allowed', () => {
  test.each([
    ['patient/*.cruds', 'patient/Observation.rs'],
    ['patient/Observation.rs', 'patient/Observation.rs?category=a'],
    ['patient/*.read', 'patient/Observation.r'],
    ['patient/Observation.read', 'patient/Observation.rs'],
    ['patient/Observation.rs?category=a,b', 'patient/Observation.rs?category=a'],
    ['patient/Observation.rs?category=a', 'patient/Observation.r?code=x&category=a'],
    ['patient/*.rs?_security=N', 'patient/Observation.rs?_security=N'],
    ['launch/patient', 'launch/patient'],
  ])('%s covers %s', (allowed, asked) => {
    expect(covers(scope(allowed), scope(asked))).toBe(true);
  });

  test.each([
    ['patient/Observation.rs', 'patient/*.rs'],
    ['patient/Observation.r', 'patient/Observation.rs'],
    ['patient/*.rs', 'user/*.rs'],
    ['system/*.cruds', 'user/Observation.r'],
    ['user/*.cruds', 'system/Observation.r'],
    ['patient/Observation.rs?category=a', 'patient/Observation.rs'],
    ['patient/Observation.rs?category=a', 'patient/Observation.rs?category=a,b'],
    ['patient/Observation.rs?category=a', 'patient/Observation.rs?category=b'],
    ['patient/Observation.rs?category=a&code=x', 'patient/Observation.rs?category=a'],
    ['patient/Observation.rs?category:not=a,b', 'patient/Observation.rs?category:not=a'],
    ['patient/Observation.rs?category=a%5C,b', 'patient/Observation.rs?category=a'],
    ['launch', 'launch/patient'],
    ['openid', 'patient/Patient.r'],
    ['patient/*.cruds', 'offline_access'],
  ])('%s does not cover %s', (allowed, asked) => {
    expect(covers(scope(allowed), scope(asked))).toBe(false);
  });

  test('may cover together what none covers alone', () => {
    const allowed = ['user/Observation.r', 'user/*.s'].map(scope);
    expect(coveredBy(allowed, scope('user/Observation.rs'))).toBe(true);
    expect(coveredBy(allowed, scope('user/Patient.rs'))).toBe(false);
  });

  test.each([
    ['patient/*.rs', 'patient/*.cruds', 'patient/*.rs'],
    ['patient/*.read', 'patient/*.cruds', 'patient/*.read'],
    ['patient/*.cruds', 'patient/Observation.rs patient/Patient.r', 'patient/Observation.rs patient/Patient.r'],
    ['patient/*.*', 'patient/Observation.rs', 'patient/Observation.read'],
    ['patient/*.*', 'patient/Observation.r', 'patient/Observation.r'],
    ['user/Observation.cruds', 'user/*.rs', 'user/Observation.rs'],
    [
      'user/Observation.rs',
      'user/Observation.rs?category=a user/Observation.r?code=%E8%A1%80',
      'user/Observation.rs?category=a user/Observation.r?code=%E8%A1%80',
    ],
    ['user/Observation.rs?category=a', 'user/Observation.rs?code=x', 'user/Observation.rs?category=a&code=x'],
    ['user/Observation.rs?category=a', 'user/Observation.rs?category=b', 'user/Observation.rs?category=a&category=b'],
    ['user/Observation.rs', 'user/Observation.r user/*.r', 'user/Observation.r'],
    ['user/Observation.rs', 'patient/Observation.rs', ''],
    ['openid', 'openid', 'openid'],
    ['openid', 'fhirUser user/*.cruds', ''],
  ])('%s within %s is %s', (asked, allowed, left) => {
    const narrowed = narrow(scope(asked), parseScopes(allowed, types));
    expect(narrowed.map(({ text }) => text).join(' ')).toBe(left);
    for (const one of narrowed) expect(scope(one.text)).toEqual(one);
  });
});

describe('a scope in plain words', () => {
  test('says what may be done, with what and whose it is', () => {
    expect(describeScope(scope('patient/MedicationRequest.crs?status=active'))).toMatchObject({
      en: 'Add, read and search: medication requests, of the one patient who is chosen; only where status = active',
      zh: '新增、读取、检索：所选患者本人的用药医嘱；仅限 status = active',
    });
  });

  test('says of a wildcard that it means types to come as well', () => {
    expect(describeScope(scope('user/*.read'))).toMatchObject({
      en: 'Read and search: records of all kinds, also of kinds that are added later, all that you yourself may see',
    });
  });

  test('is there for every type', () => {
    expect(definitions.resourceTypes.filter((type) => typeWords(type).zh === type)).toEqual([]);
  });
});
