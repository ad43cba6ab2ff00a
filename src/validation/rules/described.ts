/**
 * What is said of a code that is there: its display is one of the code system's, and it may be used.
 * Source: R4 datatypes.html#Coding, terminologies.html#code, codesystem.html#defined-props
 */
import type { JsonObject } from '../../model/json.js';
import { type Message, message } from '../../model/message.js';
import { ownText } from '../../model/own-text.js';
import { isOneOf } from '../../terminology/displays.js';
import type { Description, Terminology } from '../../terminology/terminology.js';
import { report, type Walk } from '../walk.js';
import { at, codeStep, displayStep } from './coding-part.js';
import { inChinese, quoted, shorten } from './primitive.js';

interface Named {
  readonly system: string;
  readonly code: string;
}

interface Around {
  readonly walk: Walk;
  readonly terminology: Pick<Terminology, 'meant'>;
}

/** Warnings: the code is right, and it is the code that counts. */
export function describe({ display }: JsonObject, { system, code }: Named, concept: Description, { walk, terminology }: Around): void {
  const wrong = typeof display === 'string' ? wrongDisplay({ system, code, display }, concept, terminology) : undefined;
  if (wrong !== undefined) at(displayStep, walk, () => report(walk, 'warning', 'code-invalid', wrong));
  if (concept.isAbstract || concept.isInactive) at(codeStep, walk, () => notForUse(code, concept, walk));
}

function notForUse(code: string, concept: Description, walk: Walk): void {
  if (concept.isAbstract) {
    const text = message(
      'code-abstract',
      `The code ${shorten(code)} groups others and is not meant to be recorded itself`,
      `代码 ${quoted(code)} 仅用于分组，不宜直接使用`,
    );
    report(walk, 'warning', 'code-invalid', text);
  }
  if (!concept.isInactive) return;
  const text = message('code-inactive', `The code ${shorten(code)} is retired`, `代码 ${quoted(code)} 已停用`);
  report(walk, 'warning', 'code-invalid', text);
}

/** In another script than all known displays it is a translation that is not known here. */
function isWrong(display: string, displays: readonly string[]): boolean {
  const isChinese = chinese.test(display);
  const comparable = displays.filter((one) => chinese.test(one) === isChinese);
  return comparable.length > 0 && !isOneOf(display, comparable);
}

const chinese = /\p{Script=Han}/u;

interface Displayed extends Named {
  readonly display: string;
}

/** Data from one source name a code wrongly again and again; the concept and the two texts decide alone. */
const MAX_WRONG = 20;
const MAX_LENGTH = 200;
const wrongDisplays = new WeakMap<Description, Map<string, Message>>();

function wrongDisplay(named: Displayed, concept: Description, terminology: Around['terminology']): Message | undefined {
  const { code, display } = named;
  const known = wrongDisplays.get(concept);
  const name = known === undefined ? '' : `${code} ${display}`;
  const before = known?.get(name);
  if (before !== undefined) return before;
  if (!isWrong(display, concept.displays)) return undefined;
  const { english, chinese: inChina } = concept;
  const [en, zh] = [rightOnes(display, english, concept), rightOnes(display, inChina, concept).map(inChinese)];
  const [other, otherZh] = anotherOf(named, terminology);
  const text = message(
    'display-wrong',
    `The display of ${shorten(code)} is ${en.join(', ')}, found ${shorten(display)}${other}`,
    `代码 ${quoted(code)} 的名称为 ${zh.join('、')}，实为 ${quoted(display)}${otherZh}`,
  );
  rememberWrong(`${code} ${display}`, text, concept, known ?? new Map());
  return text;
}

/** The one in the language of the message, and one in the script of what was found. */
function rightOnes(display: string, asked: string | undefined, { displays }: Description): readonly string[] {
  const isChinese = chinese.test(display);
  const alike = displays.find((one) => chinese.test(one) === isChinese);
  return [...new Set([asked, alike])].filter((one) => one !== undefined).map(shorten);
}

/** Perhaps it is the code that is wrong. */
function anotherOf({ system, code, display }: Displayed, terminology: Around['terminology']): readonly [string, string] {
  const meant = terminology.meant(system, { system, code: display });
  if (meant === undefined || meant.code === code) return ['', ''];
  return [`, which is that of ${shorten(meant.code)}`, `（即 ${quoted(meant.code)} 的名称）`];
}

let conceptsRemembered = 0;

function rememberWrong(name: string, text: Message, concept: Description, known: Map<string, Message>): void {
  if (name.length > MAX_LENGTH || known.size >= MAX_WRONG) return;
  if (known.size === 0 && ++conceptsRemembered > 1000) return;
  wrongDisplays.set(concept, known.set(ownText(name), text));
}
