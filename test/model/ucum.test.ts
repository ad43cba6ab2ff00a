import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { Decimal } from '../../src/model/json.js';
import { comparable, convert, isUnit } from '../../src/model/ucum.js';
import { unitTables } from '../../src/model/ucum-units.js';

interface Judge {
  validateUnitString(code: string): { readonly status: string; readonly ucumCode: string | null };
}
const { UcumLhcUtils } = createRequire(import.meta.url)('@lhncbc/ucum-lhc') as { UcumLhcUtils: { getInstance(): Judge } };

const units =
  'mL/min/{1.73_m2} 10*9/L 10^3 10*-2 [degF] {annotation} mm[Hg] % g% m[H2O] cm[H2O] umol/L /min /100{WBC} 1/s m.s-1 ((m)) mm/(8.h) kg{wet} dB [pH] ' +
  "B[10.nV] [m/s2/Hz^(1/2)] [in_i]2 {} 1 10* m+2 cd Pa dag [iU] [arb'U]/mL ' '' % U/L kat Ym ML Ml L l a_j";
const others =
  'mgg 毫克 KG °C µmol/L mg. m/ .m m..s //s () m( (m)) {a a} m{a}{b} m--2 2mg 1.m/ (m/s)2 kkg k da 0 m/0 degree mcg cc meter [degf] MM[HG] [IN_I] h/ m2m ' +
  'Cel/min Cel2 m.[pH] {个} 1e3 [ [in_i +1 10**3 mm^2 m³';

describe('isUnit', () => {
  test.each(units.split(' '))('%s is a code of UCUM', (code) => {
    expect(isUnit(code)).toBe(true);
  });

  test.each([...others.split(' '), '', ' m', 'm ', 'm s', '{a b}', 'mg/dL\n'])('"%s" is none', (code) => {
    expect(isUnit(code)).toBe(false);
  });

  test('names that JavaScript objects have are no units', () => {
    for (const name of ['__proto__', 'constructor', 'toString', '[__proto__]', 'kconstructor']) expect(isUnit(name)).toBe(false);
  });

  test('every atom of UCUM, and every prefix before those that take one, is a code for the NLM too', () => {
    const { atoms, prefixes } = unitTables();
    const codes = [...atoms].flatMap(([code, { metric }]) => [
      code,
      ...(metric ? [...prefixes.keys()].map((prefix) => prefix + code) : []),
    ]);
    const judge = UcumLhcUtils.getInstance();
    const different = codes.filter((code) => !isUnit(code) || judge.validateUnitString(code).ucumCode !== code);
    expect(codes.length).toBeGreaterThan(2500);
    expect(different).toEqual([]);
  });
});

describe('convert', () => {
  const cases: readonly (readonly [value: number | string, from: string, to: string, result: string | undefined])[] = [
    [4, 'g', 'mg', '4000'],
    ['4000.0', 'mg', 'g', '4'],
    [1, '[in_i]', 'cm', '2.54'],
    [1, '[lb_av]', 'kg', '0.45359237'],
    [1, 'cm', '[in_i]', '0.3937007874015748031496062992'],
    ['98.6', '[degF]', 'Cel', '37'],
    [-40, 'Cel', '[degF]', '-40'],
    [80, '[degRe]', 'Cel', '100'],
    [0, 'K', 'Cel', '-273.15'],
    [1000, 'mCel', 'Cel', '1'],
    [120, 'mm[Hg]', 'kPa', '15.99864'],
    [5, 'mmol/L', 'mol/m3', '5'],
    [1, 'cm.m', 'm2', '0.01'],
    [50, '%', '1', '0.5'],
    [1, 'wk', 'd', '7'],
    [1, '[IU]/mL', 'k[iU]/L', '1'],
    [2, '[diop]', 'm-1', '2'],
    [10, 'dB', 'B', '1'],
    [100, '%[slope]', 'deg', '45'],
    [9, '[pH]', 'nmol/L', '1'],
    ['0.1234567890123456789', 'g', 'mg', '123.4567890123456789'],
    [1, 'm{wet}', 'm{dry}', '1'],
    [1, 'g', 'm', undefined],
    [1, "[arb'U]", '[iU]', undefined],
    [0, 'W', 'B[W]', undefined],
    [1, 'frobs', 'm', undefined],
    [1, '10*999', '10*-999', undefined],
  ];
  test.each(cases)('%s %s in %s is %s', (value, from, to, result) => {
    const found = convert(typeof value === 'string' ? new Decimal(value) : value, from, to);
    expect(found === undefined ? undefined : Number(found)).toEqual(result === undefined ? undefined : Number(result));
    if (result !== undefined && result.length > 17) expect(String(found)).toBe(result);
  });

  test('what measures the same is comparable', () => {
    expect(comparable('cm', '[in_i]')).toBe(true);
    expect(comparable('cm', 's')).toBe(false);
    expect(comparable('g', 'Cel')).toBe(false);
    expect(comparable('K', 'Cel')).toBe(true);
    expect(comparable('cm', 'frobs')).toBe(false);
  });
});

test('hostile units are judged in bounded time', () => {
  const hostile = [
    'm'.repeat(1e6),
    '('.repeat(1e5),
    'Ym999.'.repeat(80),
    '10*999.'.repeat(60),
    '{'.repeat(400),
    '9'.repeat(400),
    '/'.repeat(450),
  ];
  const start = process.cpuUsage();
  for (const code of hostile) expect(isUnit(code)).toBe(false);
  for (let i = 0; i < 20_000; i++) isUnit(`mmol/L{${i}}`);
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(4_000);
});
