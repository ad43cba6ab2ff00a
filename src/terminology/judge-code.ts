/**
 * Whether a code is one of a code system, and is named as it should be. What is found is told by its place in the coding.
 * Source: R4 codesystem-operation-validate-code.html, codesystem.html#defined-props, terminologies.html#code
 */
import { canonicalOf } from '../definitions/canonicals.js';
import { type Message, message } from '../model/message.js';
import type { IssueCode, Severity } from '../model/outcome.js';
import { type CodeContent, type Concept, isAbstract, isInactive } from './code-system.js';
import { isOneOf, type Languages, wordsIn } from './displays.js';
import { didYouMean, meantInCodeSystem } from './meant.js';
import type { Coding, Permitted } from './terminology.js';

export interface Finding {
  readonly severity: Severity;
  readonly code: IssueCode;
  readonly message: Message;
  /** The part of the coding; absent: all of it. */
  readonly part?: 'system' | 'version' | 'code' | 'display';
}

export interface Verdict {
  readonly result: boolean;
  readonly system?: string;
  readonly version?: string;
  /** As the code system writes it. */
  readonly code?: string;
  /** What should be shown, in the language that is read. */
  readonly display?: string;
  readonly isInactive?: boolean;
  /** The code system, with `|version` where the coding names one, that would have to be here to tell more. */
  readonly unknownSystem?: string;
  readonly findings: readonly Finding[];
}

export interface Reading {
  readonly languages: Languages;
  /** Whether a concept that only groups others is right here. */
  readonly allowAbstract: boolean;
  /** Whether a wrong display is no more than a warning. */
  readonly lenient?: boolean;
  /** Whether displays do not matter. */
  readonly anyDisplay?: boolean;
  /** Whether a code that comes without a system may be meant from the one system that has it. */
  readonly infersSystem?: boolean;
}

/** A code system by the url that codings name it by. */
export interface NamedContent {
  readonly system: string;
  readonly content: CodeContent;
}

export function judgeInCodeSystem(coding: Coding, named: NamedContent, reading: Reading): Verdict {
  const { system, content } = named;
  const { code } = coding;
  if (code === undefined) return refusal({ system }, codeMissing());
  const place = { system, version: content.version, code };
  switch (content.contains(code)) {
    case 'in':
      return judgeConcept(coding, named, reading);
    case 'out':
      return refusal(place, unknownCode(code, nameOf(named), meantInCodeSystem(system, content, code)));
    default:
      return refusal(place, undecided(code, nameOf(named)));
  }
}

/** A code that is there. `listed`: what a value set says of it, whose words go before those of the code system. */
export function judgeConcept(coding: Coding, { system, content }: NamedContent, reading: Reading, listed?: Concept): Verdict {
  const { code = '' } = coding;
  const own = content.find(code) ?? content.wordsFor?.(code) ?? { code };
  const concept = listed === undefined ? own : withWords(own, listed);
  const display = wordsIn(concept, reading.languages, content.language)?.text;
  const findings = [
    ...abstractFindings(concept, reading),
    ...inactiveFindings(concept),
    ...caseFindings(coding, own),
    ...(reading.anyDisplay ? [] : displayFindings(coding, concept, display, reading.lenient === true || content.wordsFor !== undefined)),
  ];
  return {
    result: !findings.some(({ severity }) => severity === 'error'),
    system,
    ...(content.version === undefined ? {} : { version: content.version }),
    code: own.code,
    ...(display === undefined ? {} : { display }),
    ...(isInactive(concept) ? { isInactive: true } : {}),
    findings,
  };
}

/** Of what is listed without a display the code system's counts; both are right. */
function withWords(own: Concept, { display, designation = [] }: Concept): Concept {
  const other = display === undefined || own.display === undefined || display === own.display ? [] : [{ value: own.display }];
  return { ...own, display: display ?? own.display, designation: [...designation, ...other, ...(own.designation ?? [])] };
}

export function refusal(place: Omit<Verdict, 'result' | 'findings'>, ...findings: readonly Finding[]): Verdict {
  const { version, ...rest } = place;
  return { result: false, ...rest, ...(version === undefined ? {} : { version }), findings };
}

export function nameOf({ system, content: { version } }: NamedContent): string {
  return canonicalOf({ url: system, version });
}

function abstractFindings(concept: Concept, { allowAbstract }: Reading): readonly Finding[] {
  if (allowAbstract || !isAbstract(concept)) return [];
  const text = message(
    'code-abstract',
    `The code "${concept.code}" groups others and is not to be used itself`,
    `代码“${concept.code}”仅用于分组，不可直接使用`,
  );
  return [{ severity: 'error', code: 'business-rule', message: text, part: 'code' }];
}

function inactiveFindings(concept: Concept): readonly Finding[] {
  if (!isInactive(concept)) return [];
  const text = message('code-inactive', `The code "${concept.code}" is no longer active`, `代码“${concept.code}”已停用`);
  return [{ severity: 'warning', code: 'business-rule', message: text, part: 'code' }];
}

function caseFindings({ code }: Coding, own: Concept): readonly Finding[] {
  if (code === own.code) return [];
  const text = message(
    'code-case',
    `The code "${code}" is written "${own.code}" in its code system, where case makes no difference`,
    `代码“${code}”在其代码系统中写作“${own.code}”（不区分大小写）`,
  );
  return [{ severity: 'information', code: 'informational', message: text, part: 'code' }];
}

/** A rule has one word for a code, and others are as good. */
function displayFindings({ display }: Coding, concept: Concept, right: string | undefined, lenient: boolean): readonly Finding[] {
  const known = [concept.display, ...(concept.designation ?? []).map(({ value }) => value)].filter((one) => one !== undefined);
  if (display === undefined || known.length === 0 || isOneOf(display, known)) return [];
  const text = message(
    'display-wrong',
    `The display of "${concept.code}" is "${right}", found was "${display}"`,
    `代码“${concept.code}”的名称为“${right}”，实为“${display}”`,
  );
  return [{ severity: lenient ? 'warning' : 'error', code: 'invalid', message: text, part: 'display' }];
}

function codeMissing(): Finding {
  const text = message('code-missing', 'There is no code', '没有代码');
  return { severity: 'error', code: 'required', message: text, part: 'code' };
}

export function unknownCode(code: string, system: string, meant?: Permitted): Finding {
  const [en, zh] = didYouMean(meant);
  const text = message(
    'code-unknown-in-system',
    `The code "${code}" is not in the code system ${system}${en}`,
    `代码系统 ${system} 中没有代码“${code}”${zh}`,
  );
  return { severity: 'error', code: 'code-invalid', message: text, part: 'code' };
}

function undecided(code: string, system: string): Finding {
  const text = message(
    'code-undecided',
    `It could not be decided whether the code "${code}" is in the code system ${system}, which is not here in full`,
    `无法判断代码“${code}”是否属于代码系统 ${system}：其在此处不完整`,
  );
  return { severity: 'error', code: 'not-found', message: text, part: 'code' };
}
