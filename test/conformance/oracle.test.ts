/**
 * Beside HL7's validator: a slice of the whole run, and every example of the Chinese package. Where the environment names its command
 * (ORACLE) it is asked anew; else what it said when it was recorded counts, and the title says so. Source: R4 validation.html
 */
import { describe, expect, test } from '@jest/globals';
import { compare } from '../../conformance/oracle/compare.js';
import { loadDifferences } from '../../conformance/oracle/differences.js';
import { hashOf, runHl7 } from '../../conformance/oracle/hl7.js';
import { chineseExamples, digestOfRules } from '../../conformance/oracle/inputs.js';
import { createOwn } from '../../conformance/oracle/own.js';
import { besideHl7 } from '../../conformance/oracle/package-run.js';
import { loadPackageVerdicts } from '../../conformance/oracle/package-verdicts.js';
import { loadRecorded } from '../../conformance/oracle/recorded.js';
import type { Errors, Verdict } from '../../conformance/oracle/verdict.js';
import { definitions } from '../built-definitions.js';

const oracle = process.env.ORACLE;
const recorded = loadRecorded();
const differences = loadDifferences();
const own = createOwn(definitions);
/** Java starts, on a machine that others use too. */
const LONG = 300_000;

const how = oracle === undefined ? 'AS IT WAS RECORDED: HL7 validator NOT RUN, the environment names no ORACLE' : `asked by ${oracle}`;
if (oracle === undefined) process.stderr.write(`HL7's validator is not asked (no ORACLE): ${recorded.length} recorded verdicts count\n`);

describe(`Beside HL7's validator (${how})`, () => {
  const compared = recorded.map(({ input, hl7 }) => compare(input, hl7, own(input.text).errors, differences));

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
        expect(said.map(({ errors }) => places(errors))).toEqual(recorded.map(({ hl7 }) => places(hl7)));
      },
      LONG,
    );
  }
});

describe(`Every example of the Chinese package beside HL7's validator (${how})`, () => {
  const examples = chineseExamples();
  const { rules, verdicts } = loadPackageVerdicts();
  const again = 'npm run conformance -- oracle --package --record --oracle COMMAND';
  if (rules !== digestOfRules())
    process.stderr.write(`HL7's validator has judged the examples by an older state of the package; anew by: ${again}\n`);
  const shown = examples.filter(({ name, text }) => verdicts.get(name)?.hash === hashOf(text));
  const besides = shown.map((input) => {
    const hl7: Verdict = verdicts.get(input.name) ?? { errors: [], warned: [] };
    return besideHl7(input, hl7, own(input.text), differences);
  });

  test(`each was shown to HL7's validator as it stands, and no verdict is of one that is gone (${again})`, () => {
    expect(examples.length).toBeGreaterThanOrEqual(300);
    expect(examples.filter((one) => !shown.includes(one)).map(({ name }) => name)).toEqual([]);
    expect([...verdicts.keys()].filter((name) => !examples.some((one) => one.name === name))).toEqual([]);
  });

  test('both give the verdict that its name says, but for differences that are listed with who is right', () => {
    const isValid = (name: string) => name.includes('/valid-');
    const otherwise = besides.filter(({ compared: { input, own: ours } }) => isValid(input.name) !== (ours.length === 0));
    expect(otherwise.map(({ compared }) => compared.input.name)).toEqual([]);
    expect(besides.filter(({ compared }) => !compared.judged.verdict).map(({ compared }) => compared.input.name)).toEqual([]);
  });

  test('the same errors are found in the same places, but for listed differences in which HL7 is not right', () => {
    const unlike = besides.filter(({ compared: { left, judged } }) => left.hl7.length + left.own.length > 0 || judged.places === false);
    expect(unlike.map(({ compared: { input, left, kinds } }) => ({ of: input.name, left, kinds: [...kinds] }))).toEqual([]);
  });

  test('no difference is passed over by a kind that takes whatever follows from another fault', () => {
    const wide = /^What follows/;
    expect(
      besides.filter(({ compared }) => [...compared.kinds].some((kind) => wide.test(kind))).map(({ compared }) => compared.input.name),
    ).toEqual([]);
  });

  test('the same rules of the package warn in the same places', () => {
    expect(verdicts.size).toBe(examples.length);
    expect([...verdicts.values()].filter(({ warned }) => warned.length > 0).length).toBeGreaterThan(20);
    const apart = besides.filter(({ warnedApart }) => warnedApart.length > 0);
    expect(apart.map(({ compared, warnedApart }) => ({ of: compared.input.name, warnedApart }))).toEqual([]);
  });

  // Without it the title above says that it was not asked.
  if (oracle !== undefined) {
    test(
      'HL7 validator still says what was recorded',
      async () => {
        const said = await runHl7(
          oracle,
          examples.map(({ text }) => text),
        );
        const kept = examples.map(({ name }) => verdicts.get(name));
        expect(said.map(({ errors, warned }) => [places(errors), warned])).toEqual(
          kept.map((one) => [places(one?.errors ?? []), one?.warned]),
        );
      },
      LONG,
    );
  }
});

function places(errors: Errors): readonly string[] {
  return errors.map(({ id, place }) => `${id} ${place}`);
}
