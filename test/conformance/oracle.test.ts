/**
 * A slice of the run beside HL7's validator: examples and mutants of them. Where the environment names its command (ORACLE) it is asked
 * anew; else what it said when the slice was made counts, and the title says so. Issue: R4 validation.html
 */
import { describe, expect, test } from '@jest/globals';
import { compare } from '../../conformance/oracle/compare.js';
import { loadDifferences } from '../../conformance/oracle/differences.js';
import { runHl7 } from '../../conformance/oracle/hl7.js';
import { createOwn } from '../../conformance/oracle/own.js';
import { loadRecorded } from '../../conformance/oracle/recorded.js';
import { definitions } from '../built-definitions.js';

const oracle = process.env.ORACLE;
const recorded = loadRecorded();
const differences = loadDifferences();
/** Java starts, on a machine that others use too. */
const LONG = 300_000;

const how = oracle === undefined ? 'AS IT WAS RECORDED: HL7 validator NOT RUN, the environment names no ORACLE' : `asked by ${oracle}`;
if (oracle === undefined) process.stderr.write(`HL7's validator is not asked (no ORACLE): ${recorded.length} recorded verdicts count\n`);

describe(`Beside HL7's validator (${how})`, () => {
  const own = createOwn(definitions);
  const compared = recorded.map(({ input, hl7 }) => compare(input, hl7, own(input.text), differences));

  test('there is a slice of every kind of mutation', () => {
    expect(recorded.length).toBeGreaterThan(130);
    const groups = new Set(recorded.map(({ input }) => input.kind.replace(/\/.*/, '')));
    expect([...groups].sort()).toEqual(
      ['bundle', 'chinese', 'code', 'contained', 'example', 'extension', 'narrative', 'primitive', 'reference', 'resource', 'shape'].sort(),
    );
  });

  test('the same errors are found in the same places, but for differences that are listed with who is right', () => {
    const unlisted = compared.filter(({ left }) => left.hl7.length + left.own.length > 0);
    expect(unlisted.map(({ input, left }) => ({ of: input.of, change: input.change, left }))).toEqual([]);
  });

  test('98 of 100 verdicts are the same and 90 of 100 resources that both refuse have errors in the same places, listed differences aside', () => {
    const refused = compared.filter(({ judged }) => judged.places !== undefined);
    expect(refused.length).toBeGreaterThan(compared.length / 3);
    expect(refused.length).toBeLessThan(compared.length);
    expect(compared.filter(({ judged }) => judged.verdict).length / compared.length).toBeGreaterThanOrEqual(0.98);
    expect(refused.filter(({ judged }) => judged.places).length / refused.length).toBeGreaterThanOrEqual(0.9);
  });

  // Without it the title above says that it was not asked.
  if (oracle !== undefined) {
    test(
      'HL7 validator still says what was recorded',
      async () => {
        const texts = recorded.map(({ input }) => input.text);
        const said = await runHl7(oracle, texts);
        const places = (errors: readonly { readonly id: string; readonly place: string }[]) =>
          errors.map(({ id, place }) => `${id} ${place}`);
        expect(said.map(places)).toEqual(recorded.map(({ hl7 }) => places(hl7)));
      },
      LONG,
    );
  }
});
