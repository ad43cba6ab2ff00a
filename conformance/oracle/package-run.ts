/** `npm run conformance -- oracle --package`: every example of the Chinese package, and its definitions as resources, beside HL7's validator. */
import type { Definitions } from '../../src/definitions/definitions.js';
import { type Compared, compare } from './compare.js';
import type { Differences } from './differences.js';
import { askHl7, hashOf } from './hl7.js';
import { chineseDefinitions, chineseExamples, type Input } from './inputs.js';
import { createOwn } from './own.js';
import { recordPackageVerdicts } from './package-verdicts.js';
import { summaryOf } from './summary.js';
import type { Verdict } from './verdict.js';

/** How one example fares on both sides. */
export interface Beside {
  readonly compared: Compared;
  /** Rules of the package that one side alone warns of. */
  readonly warnedApart: readonly string[];
}

interface How {
  readonly oracle: string | undefined;
  readonly definitions: Definitions;
  readonly differences: Differences;
  readonly isRecording: boolean;
  readonly onProgress: (done: number, all: number) => void;
}

/** Whether nothing differs but in the listed kinds of which HL7 is not right. */
export async function runPackage({ oracle, definitions, differences, isRecording, onProgress }: How): Promise<boolean> {
  const [examples, definitional] = [chineseExamples(), chineseDefinitions()];
  const hl7 = await askHl7([...examples, ...definitional], oracle, onProgress);
  const told = ({ text }: Input): Verdict => {
    const verdict = hl7.get(hashOf(text));
    if (verdict === undefined || verdict.errors[0]?.id === 'FAILURE') throw new Error(`HL7's validator broke: ${verdict?.errors[0]?.text}`);
    return verdict;
  };
  const own = createOwn(definitions);
  const besides = [...examples, ...definitional].map((input) => besideHl7(input, told(input), own(input.text), differences));
  const compared = besides.map((one) => one.compared);
  const apart = besides.filter(({ warnedApart }) => warnedApart.length > 0);
  process.stdout.write(summaryOf(compared, differences));
  process.stdout.write(`Warnings of the package's rules that one side alone gives: ${apart.length}\n`);
  for (const { compared: one, warnedApart } of apart) process.stdout.write(`  ${one.input.name}: ${warnedApart.join('; ')}\n`);
  if (isRecording) recordPackageVerdicts(examples.map((input) => [input, told(input)]));
  return apart.length === 0 && compared.every(({ judged, left }) => judged.verdict && left.hl7.length + left.own.length === 0);
}

export function besideHl7(input: Input, hl7: Verdict, own: Verdict, differences: Differences): Beside {
  const apart = [
    ...hl7.warned.filter((one) => !own.warned.includes(one)).map((one) => `only HL7 ${one}`),
    ...own.warned.filter((one) => !hl7.warned.includes(one)).map((one) => `only we ${one}`),
  ];
  return { compared: compare(input, hl7.errors, own.errors, differences), warnedApart: apart };
}
