import { describe, expect, test } from '@jest/globals';
import { describeFinding } from './finding.js';
import { faultOf, planOf } from './fixture.js';

const UCUM = 'http://unitsofmeasure.org';
const observation = (id: string, value: string) => `{"resourceType":"Observation","id":"${id}","status":"final",${value}}`;
const quantity = (id: string, value: string, code: string, more = '') =>
  observation(id, `"valueQuantity":{"value":${value},"system":"${UCUM}","code":"${code}"${more}}`);

describeFinding(
  'quantities',
  [
    quantity('gram', '1', 'g'),
    quantity('milligram', '1000', 'mg'),
    quantity('text', '1.000', 'mg', ',"unit":"毫克"'),
    quantity('warm', '36.6', 'Cel'),
    quantity('hot', '102', '[degF]'),
    quantity('acid', '7', '[pH]'),
    quantity('less', '5', 'ug/L', ',"comparator":"<"'),
    quantity('more', '1', '10*6/L', ',"comparator":">"'),
    quantity('huge', '1e400', 'g'),
    quantity('tiny', '-1e400', 'm'),
    quantity('long', `0.${'1'.repeat(900)}`, 's'),
    quantity('odd', '3', 'no unit'),
    observation('none', '"valueQuantity":{"unit":"mg"}'),
    observation(
      'sampled',
      '"valueSampledData":{"origin":{"value":0,"unit":"mV"},"period":1,"lowerLimit":-2,"upperLimit":2,"dimensions":1}',
    ),
    '{"resourceType":"Invoice","id":"yuan","status":"issued","totalNet":{"value":12.50,"currency":"CNY"}}',
    `{"resourceType":"Condition","id":"aged","subject":{"reference":"Patient/1"},"onsetAge":{"value":24,"system":"${UCUM}","code":"mo"}}`,
    `{"resourceType":"Encounter","id":"stay","status":"finished","class":{"code":"IMP"},"length":{"value":90,"unit":"分","system":"${UCUM}","code":"min"}}`,
  ],
  [
    ['Observation?value-quantity=1|http://unitsofmeasure.org|g', 'gram milligram'],
    ['Observation?value-quantity=1000|http://unitsofmeasure.org|mg', 'gram milligram'],
    ['Observation?value-quantity=0.001|http://unitsofmeasure.org|kg', 'gram milligram'],
    ['Observation?value-quantity=1000||mg', 'milligram'],
    ['Observation?value-quantity=1000', 'milligram'],
    ['Observation?value-quantity=1||毫克', 'text'],
    ['Observation?value-quantity=1|http://unitsofmeasure.org|毫克', ''],
    ['Observation?value-quantity=gt999|http://unitsofmeasure.org|mg', 'gram milligram huge'],
    ['Observation?value-quantity=gt1000|http://unitsofmeasure.org|mg', 'huge'],
    ['Observation?value-quantity=ge1000|http://unitsofmeasure.org|mg', 'gram milligram huge'],
    ['Observation?value-quantity=ap1.1|http://unitsofmeasure.org|g', 'gram milligram'],
    ['Observation?value-quantity=ap1.3|http://unitsofmeasure.org|g', ''],
    ['Observation?value-quantity=ap1.3|http://unitsofmeasure.org|mg', ''],
    ['Observation?value-quantity=ap1.1|http://unitsofmeasure.org|mg', 'text'],
    // The precision of what is searched goes with it: 1.0 g is [0.95, 1.05) g.
    ['Observation?value-quantity=1.049|http://unitsofmeasure.org|g', ''],
    ['Observation?value-quantity=1.4|http://unitsofmeasure.org|g', ''],
    ['Observation?value-quantity=1e3|http://unitsofmeasure.org|mg', 'gram milligram'],
    ['Observation?value-quantity=ne1|http://unitsofmeasure.org|g', 'text huge'],
    ['Observation?value-quantity=37|http://unitsofmeasure.org|Cel', 'warm'],
    ['Observation?value-quantity=gt37|http://unitsofmeasure.org|Cel', 'hot'],
    ['Observation?value-quantity=ap98|http://unitsofmeasure.org|[degF]', 'warm hot'],
    ['Observation?value-quantity=gt6.9|http://unitsofmeasure.org|[pH]', 'acid'],
    ['Observation?value-quantity=lt6.9|http://unitsofmeasure.org|[pH]', ''],
    ['Observation?value-quantity=lt1|http://unitsofmeasure.org|ng/L', 'less'],
    ['Observation?value-quantity=lt5|http://unitsofmeasure.org|ng/mL', 'less'],
    ['Observation?value-quantity=ge5|http://unitsofmeasure.org|ug/L', ''],
    ['Observation?value-quantity=eb5|http://unitsofmeasure.org|ug/L', 'less'],
    ['Observation?value-quantity=eb4|http://unitsofmeasure.org|ug/L', ''],
    ['Observation?value-quantity=sa1|http://unitsofmeasure.org|10*6/L', 'more'],
    ['Observation?value-quantity=sa1|http://unitsofmeasure.org|10*3/mL', 'more'],
    ['Observation?value-quantity=3|http://unitsofmeasure.org|no unit', 'odd'],
    ['Observation?value-quantity=0.11111111111111111111', 'long'],
    ['Observation?value-quantity=gt1e300', 'more huge'],
    ['Observation?value-quantity=lt-1e300', 'less tiny'],
    ['Observation?value-quantity=1||mV', ''],
    ['Observation?value-quantity=lt-1||mV', 'sampled'],
    ['Observation?value-quantity:missing=true', 'none'],
    ['Observation?value-quantity=1|http://unitsofmeasure.org|g,36.6||Cel', 'gram milligram warm'],
    ['Invoice?totalnet=12.5', 'yuan'],
    ['Invoice?totalnet=12.5|urn:iso:std:iso:4217|CNY', 'yuan'],
    ['Invoice?totalnet=12.5||CNY', 'yuan'],
    ['Invoice?totalnet=12.5|urn:iso:std:iso:4217|USD', ''],
    ['Condition?onset-age=2|http://unitsofmeasure.org|a', 'aged'],
    ['Condition?onset-age=gt1||mo', 'aged'],
    ['Encounter?length=1.5|http://unitsofmeasure.org|h', 'stay'],
    ['Encounter?length=gt89||分', 'stay'],
  ],
);

describeFinding(
  'numbers',
  [
    '{"resourceType":"ChargeItem","id":"half","status":"billed","factorOverride":0.5}',
    '{"resourceType":"ChargeItem","id":"digits","status":"billed","factorOverride":0.5040}',
    '{"resourceType":"ChargeItem","id":"power","status":"billed","factorOverride":5E2}',
    '{"resourceType":"ChargeItem","id":"endless","status":"billed","factorOverride":1e999}',
    '{"resourceType":"RiskAssessment","id":"range","status":"final","prediction":[{"probabilityRange":{"low":{"value":10},"high":{"value":20}}}]}',
  ],
  [
    ['ChargeItem?factor-override=0.5', 'half digits'],
    ['ChargeItem?factor-override=0.50', 'half digits'],
    ['ChargeItem?factor-override=0.500', 'half'],
    ['ChargeItem?factor-override=ne0.500', 'digits power endless'],
    ['ChargeItem?factor-override=5e-1', 'half digits'],
    ['ChargeItem?factor-override=500', 'power'],
    ['ChargeItem?factor-override=ap520', 'power'],
    ['ChargeItem?factor-override=sa0.504', 'power endless'],
    ['ChargeItem?factor-override=eb0.504', 'half'],
    ['ChargeItem?factor-override=gt1e308', 'endless'],
    ['RiskAssessment?probability=10', ''],
    ['RiskAssessment?probability=1e1', ''],
    ['RiskAssessment?probability=ge20', 'range'],
    ['RiskAssessment?probability=gt20', ''],
    ['RiskAssessment?probability=lt11', 'range'],
    ['RiskAssessment?probability=sa9', 'range'],
    ['RiskAssessment?probability=eb21', 'range'],
    ['RiskAssessment?probability=ap22', 'range'],
  ],
);

describe('a value that is none', () => {
  test.each(['NaN', '1e999', 'Infinity', '5.4|mg', '5.4|s|', 'x||mg', '|http://u|mg', '5||mg|x', 'gt', '1'.repeat(60)])(
    '%s: 400',
    (value) => {
      expect(faultOf(() => planOf(`Observation?value-quantity=${value}`))).toMatchObject({ status: 400, code: 'invalid' });
    },
  );
});
