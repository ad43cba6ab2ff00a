/** What is said of a code that a binding does not allow: where the value set is small, its codes are told. Source: R4 terminologies.html#strength */
import { type Message, message } from '../../model/message.js';
import { didYouMean } from '../../terminology/meant.js';
import type { Coding, Permitted, Terminology } from '../../terminology/terminology.js';

export type Strength = 'required' | 'extensible' | 'preferred' | 'maximum';

const ids: Readonly<Record<Strength, string>> = {
  required: 'code-not-in-value-set',
  maximum: 'code-outside-maximum',
  extensible: 'code-outside-extensible',
  preferred: 'code-outside-preferred',
};

/** So many codes can be read at a glance. */
const FEW = 12;

export function outside(path: string, codings: readonly Coding[], valueSet: string, strength: Strength, terminology: Terminology): Message {
  const few = strength === 'preferred' ? undefined : terminology.permitted(valueSet, FEW);
  const found = named(codings);
  const withSystem = codings.some(({ system }) => system !== undefined);
  const [en, zh] =
    few === undefined || few.length === 0
      ? advice[strength]
      : [`: ${told(few, withSystem)}`, `；可用代码为 ${toldInChinese(few, withSystem)}`];
  const [only, ...others] = codings;
  const isAsked = strength !== 'preferred' && only !== undefined && others.length === 0;
  const [hint, hintZh] = didYouMean(isAsked ? terminology.meant(valueSet, only) : undefined);
  return message(
    ids[strength],
    `${path}: ${found.join(', ')} is not in the value set ${valueSet}${en}${hint}`,
    `${path}：${found.join('、')} 不属于值集 ${valueSet}${zh}${hintZh}`,
  );
}

/** The codes of a small value set or code system, to go on a sentence; undefined where there are too many, or none. */
export function choice(canonical: string, withSystem: boolean, terminology: Terminology): readonly [string, string] | undefined {
  const few = terminology.permitted(canonical, FEW);
  if (few === undefined || few.length === 0) return undefined;
  return [`: ${told(few, withSystem)}`, `；可用代码为 ${toldInChinese(few, withSystem)}`];
}

const advice: Readonly<Record<Strength, readonly [string, string]>> = {
  required: ['', ''],
  maximum: [', and no other codes are allowed', '；不允许其他代码'],
  extensible: [', whose codes are to be used where one fits', '；该值集有合适代码时应采用'],
  preferred: [', whose codes are preferred', '；宜采用该值集的代码'],
};

function named(codings: readonly Coding[]): readonly string[] {
  return codings.map(({ system, code }) => shortCode(system === undefined ? (code ?? '') : `${system}|${code}`));
}

function shortCode(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function told(few: readonly Permitted[], withSystem: boolean): string {
  const tell = (some: readonly Permitted[]) =>
    some.map((one) => one.code + (isRepeated(one.display, one.code) ? '' : ` (${one.display})`)).join(', ');
  if (!withSystem) return tell(few);
  return bySystem(few)
    .map(([system, some]) => `${tell(some)} of ${system}`)
    .join('; ');
}

function toldInChinese(few: readonly Permitted[], withSystem: boolean): string {
  const tell = (some: readonly Permitted[]) =>
    some.map((one) => one.code + (isRepeated(one.chinese, one.code) ? '' : `（${one.chinese}）`)).join('、');
  if (!withSystem) return tell(few);
  return bySystem(few)
    .map(([system, some]) => `${system} 的 ${tell(some)}`)
    .join('；');
}

/** Each system once: most value sets have one. */
function bySystem(few: readonly Permitted[]): readonly (readonly [string, readonly Permitted[]])[] {
  return [...new Set(few.map(({ system }) => system))].map((system) => [system, few.filter((one) => one.system === system)]);
}

function isRepeated(display: string | undefined, code: string): boolean {
  return display === undefined || display.toLowerCase() === code.toLowerCase();
}

export function undecided(path: string, codings: readonly Coding[], valueSet: string, terminology: Terminology): Message {
  const found = named(codings);
  const systems = codings.length === 0 ? [undefined] : codings.map(({ system }) => system);
  const [why] = systems.flatMap((system) => [terminology.obstacle(valueSet, system)].filter((one) => one !== undefined));
  const [en, zh] = why === undefined ? ['', ''] : [`: ${why[0]}`, `；${why[1]}`];
  return message(
    'code-undecided',
    `${path}: whether ${found.join(', ')} is in the value set ${valueSet} cannot be decided here${en}`,
    `${path}：此处无法判定 ${found.join('、')} 是否属于值集 ${valueSet}${zh}`,
  );
}

export function noCode(path: string, valueSet: string): Message {
  return message(
    'code-required',
    `${path} has no code; one of the value set ${valueSet} is required`,
    `${path} 没有代码；须取自值集 ${valueSet}`,
  );
}
