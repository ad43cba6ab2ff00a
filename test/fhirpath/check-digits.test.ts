/** The check characters of Chinese identifiers as invariants, which any FHIRPath engine must be able to evaluate. */
import { describe, expect, test } from '@jest/globals';
import { values } from './evaluate.js';

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const idNumber = `matches('^[0-9]{17}[0-9X]$') and (${weights.map((weight, i) => `substring(${i},1).toInteger()*${weight}`).join('+')}+iif(substring(17,1)='X',10,substring(17,1).toInteger())) mod 11 = 1`;
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const creditFactors = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
const creditCode = `$this.matches('^[0-9A-HJ-NPQRTUWXY]{18}$') and (${creditFactors.map((factor, i) => `'${alphabet}'.indexOf($this.substring(${i},1))*${factor}`).join('+')}) mod 31 = 0`;

describe('GB 11643 and GB 32100', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    [idNumber, '11010519491231002X', true],
    [idNumber, '110105194912310021', false],
    [idNumber, '11010519491231002x', false],
    [idNumber, '1101051949123100', false],
    [creditCode, '91350100M000100Y43', true],
    [creditCode, '91350100M000100Y44', false],
    [creditCode, '91350100I000100Y43', false],
  ];
  test.each(cases)('%.20s… of %s: %s', (rule, identifier, valid) => {
    expect(values(`'${identifier}'.select(${rule})`)).toEqual([valid]);
  });
});
