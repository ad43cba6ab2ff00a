/**
 * What was meant by a text that is sent as a code and is none: it may be the display of one, or the code in other letters, without its
 * leading zeros, or with its dot left out, as those of ICD often are. Told only where one concept fits, and no other.
 * Source: R4 datatypes.html#Coding
 */
import { calledIn } from './called.js';
import { type CodeContent, type Concept, isAbstract, isInactive } from './code-system.js';
import { isOneOf } from './displays.js';
import { permittedOf } from './permitted.js';
import type { CompiledValueSet, TerminologySources } from './sources.js';
import type { Coding, Permitted } from './terminology.js';

/** A longer text is no code that was misspelt. */
const MAX_LENGTH = 120;
/** Value sets that draw on more are not looked through. */
const MAX_SYSTEMS = 10;

export function meantInCodeSystem(system: string, content: CodeContent | undefined, text: string): Permitted | undefined {
  return content && only(fitting(content, text).map((concept) => permittedOf(system, concept)));
}

/** From the system that was named, where the value set has codes of it. */
export function meantInValueSet(
  { system, code }: Coding,
  valueSet: CompiledValueSet,
  sources: Pick<TerminologySources, 'codeSystem'>,
): Permitted | undefined {
  if (code === undefined) return undefined;
  const all = valueSet.allSystems();
  const systems = system === undefined ? [...all] : all.has(system) ? [system] : [];
  if (systems.length > MAX_SYSTEMS) return undefined;
  return only(
    systems.flatMap((one) => {
      const content = sources.codeSystem(one);
      const found = content === undefined ? [] : fitting(content, code);
      return found.flatMap((concept) => (valueSet.contains(one, concept.code) === 'in' ? [permittedOf(one, concept)] : []));
    }),
  );
}

function only(found: readonly Permitted[]): Permitted | undefined {
  const [first, ...others] = found;
  return others.every(({ system, code }) => system === first?.system && code === first.code) ? first : undefined;
}

/** A code that is one already means itself. */
function fitting(content: CodeContent, text: string): readonly Concept[] {
  if (text.length > MAX_LENGTH || content.find(text) !== undefined) return [];
  const plain = text.normalize('NFKC').trim();
  const called = calledIn(content, plain).filter(({ code, display, designation = [] }) => {
    return isOneOf(
      plain,
      [code, display, ...designation.map(({ value }) => value)].filter((one) => one !== undefined),
    );
  });
  const spelt = spellings(plain).flatMap((one) => content.find(one) ?? []);
  return [...called, ...spelt].filter((concept) => !isAbstract(concept) && !isInactive(concept));
}

/** Zeros are lost by programs that take codes for numbers: no more than these. */
const MAX_ZEROS = 5;

function spellings(text: string): readonly string[] {
  const dotted = [text, text.replaceAll('.', ''), text.replace(/^([A-Za-z]\d\d)\.?(?=\w)/, '$1.')];
  const cased = dotted.flatMap((one) => [
    one,
    one.toUpperCase(),
    one.toLowerCase(),
    one.charAt(0).toUpperCase() + one.slice(1).toLowerCase(),
  ]);
  return [...new Set([...cased, ...zeroed(text)])];
}

function zeroed(text: string): readonly string[] {
  if (!/^\d+$/.test(text)) return [];
  const bare = text.replace(/^0+(?=\d)/, '');
  return Array.from({ length: MAX_ZEROS + 1 }, (_, zeros) => '0'.repeat(zeros) + bare);
}

/** To go on a sentence about the code. */
export function didYouMean(meant: Permitted | undefined): readonly [en: string, zh: string] {
  if (meant === undefined) return ['', ''];
  const { code, display, chinese } = meant;
  return [
    `; did you mean ${code}${display === undefined ? '' : ` (${display})`}?`,
    `；是否指 ${code}${chinese === undefined ? '' : `（${chinese}）`}？`,
  ];
}
