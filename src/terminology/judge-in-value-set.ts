/**
 * Whether a code is one of a value set, and where it is not, why. Source: R4 valueset-operation-validate-code.html,
 * terminology-service.html#validation
 */
import type { ValueSet } from 'fhir/r4.js';
import { canonicalOf } from '../definitions/canonicals.js';
import { message } from '../model/message.js';
import type { CodeContent, Concept } from './code-system.js';
import { type Finding, judgeConcept, type NamedContent, nameOf, type Reading, refusal, unknownCode, type Verdict } from './judge-code.js';
import { didYouMean, meantInValueSet } from './meant.js';
import type { CompiledValueSet, TerminologySources } from './sources.js';
import type { Coding, Obstacle } from './terminology.js';

/** A value set, and what is needed to say why a code is none of its own. */
export interface Asked {
  readonly valueSet: CompiledValueSet;
  readonly sources: TerminologySources;
  /** Why it is not decided, where that can be told. */
  obstacle(system: string | undefined): Obstacle | undefined;
  /** The versions of a code system that are here. */
  versionsHere(system: string): readonly string[];
}

export function judgeInValueSet(coding: Coding, asked: Asked, reading: Reading): Verdict {
  const { code, system } = coding;
  if (code === undefined) return refusal({}, error('required', 'code-missing', ['There is no code', '没有代码'], 'code'));
  if (system === undefined && reading.infersSystem !== true) return refusal({ code }, systemMissing(code));
  if (system === undefined) return withoutSystem({ ...coding, code }, asked, reading);
  return withSystem({ ...coding, code, system }, asked, reading);
}

interface Whole extends Coding {
  readonly code: string;
  readonly system: string;
}

function withSystem(coding: Whole, asked: Asked, reading: Reading): Verdict {
  const { system, code, version } = coding;
  const content = contentFor(coding, asked);
  if (content === undefined && version !== undefined) {
    const here = asked.versionsHere(system);
    if (here.length > 0)
      return refusal({ system, code, unknownSystem: canonicalOf({ url: system, version }) }, versionAbsent(coding, here));
  }
  const wrong = version === undefined ? undefined : otherVersion(coding, asked.valueSet.published);
  if (wrong !== undefined) return refusal({ system, code, version }, wrong);
  const named = content && { system, content };
  const place = { system, code, version: content?.version, ...unknownSystem(coding, content) };
  switch (asked.valueSet.contains(system, code)) {
    case 'in':
      return inValueSet(coding, named, asked.valueSet.published, reading);
    case 'out':
      return refusal(place, ...outside(coding, named, asked));
    default:
      return refusal(place, undecided(coding, asked));
  }
}

function unknownSystem({ system, version }: Whole, content: CodeContent | undefined): Pick<Verdict, 'unknownSystem'> {
  if (content !== undefined) return {};
  return { unknownSystem: canonicalOf({ url: system, version }) };
}

/** In the version that the coding names, else in the one that the value set takes the code from. */
function contentFor({ system, code, version }: Whole, { sources, valueSet }: Asked): CodeContent | undefined {
  const named = version === undefined ? (versionsNamed(system, valueSet.published) ?? []) : [version];
  const contents = named.map((one) => sources.codeSystem(system, one)).filter((one) => one !== undefined);
  if (named.length > 0) return contents.find(({ contains }) => contains(code) === 'in') ?? contents[0] ?? ofRule(sources, system);
  return sources.codeSystem(system);
}

/** Units, languages and the like have no versions here: any that is named is theirs. */
function ofRule(sources: TerminologySources, system: string): CodeContent | undefined {
  const content = sources.codeSystem(system);
  return content?.wordsFor === undefined ? undefined : content;
}

function inValueSet(coding: Whole, named: NamedContent | undefined, published: ValueSet, reading: Reading): Verdict {
  const listed = listedIn(published).get(`${coding.system}|${coding.code}`);
  if (named !== undefined) return judgeConcept(coding, named, reading, listed);
  return judgeConcept(coding, { system: coding.system, content: onlyListed(listed ?? { code: coding.code }) }, reading, listed);
}

/** A code system of which no more is known than what the value set says. */
function onlyListed(concept: Concept): NamedContent['content'] {
  return {
    caseSensitive: true,
    size: 1,
    properties: new Set(),
    fold: (code) => code,
    contains: (code) => (code === concept.code ? 'in' : 'undecided'),
    find: (code) => (code === concept.code ? concept : undefined),
    concepts: () => [concept],
    hierarchy: () => ({ parents: new Map(), children: new Map() }),
  };
}

const listings = new WeakMap<ValueSet, ReadonlyMap<string, Concept>>();

/** What a value set says of single codes. */
function listedIn(valueSet: ValueSet): ReadonlyMap<string, Concept> {
  const before = listings.get(valueSet);
  if (before !== undefined) return before;
  const found = new Map<string, Concept>();
  for (const { system, concept = [] } of valueSet.compose?.include ?? [])
    for (const one of concept) found.set(`${system}|${one.code}`, one);
  listings.set(valueSet, found);
  return found;
}

/** A code by itself is meant from the one system of the value set that has it. */
function withoutSystem(coding: Coding & { readonly code: string }, asked: Asked, reading: Reading): Verdict {
  const { code } = coding;
  const systems = [...asked.valueSet.allSystems()];
  const having = systems.filter((system) => asked.valueSet.contains(system, code) === 'in');
  const [system] = having;
  if (system !== undefined && having.length === 1) return withSystem({ ...coding, code, system }, asked, reading);
  if (system !== undefined) return refusal({ code }, ambiguous(code, having));
  const open = systems.length === 0 ? asked.valueSet.contains('', code) : 'out';
  if (open === 'undecided' || systems.some((one) => asked.valueSet.contains(one, code) === 'undecided')) {
    return refusal({ code }, undecided(coding, asked));
  }
  return refusal({ code }, notInValueSet({ code }, asked));
}

/** The versions of a code system that a value set takes codes from; undefined where some part of it names none. */
function versionsNamed(system: string, { compose }: ValueSet): readonly string[] | undefined {
  const parts = (compose?.include ?? []).filter((part) => part.system === system || part.valueSet !== undefined);
  const named = parts.flatMap((part) => (part.system === system && part.version !== undefined ? [part.version] : []));
  return named.length === 0 || named.length < parts.length ? undefined : named;
}

/** Every part of the value set that takes codes of the system wants another version of it. */
function otherVersion({ system, version }: Whole, published: ValueSet): Finding | undefined {
  const wanted = versionsNamed(system, published);
  if (wanted === undefined || version === undefined || wanted.includes(version)) return undefined;
  return error(
    'invalid',
    'version-not-in-value-set',
    [
      `The value set has codes of the version ${wanted.join(', ')} of ${system}, found was ${version}`,
      `值集使用 ${system} 的版本 ${wanted.join('、')}，实为 ${version}`,
    ],
    'version',
  );
}

function outside({ system, code }: Whole, named: NamedContent | undefined, asked: Asked): readonly Finding[] {
  const found = notInValueSet({ system, code }, asked);
  return named !== undefined && named.content.contains(code) === 'out' ? [found, unknownCode(code, nameOf(named))] : [found];
}

function notInValueSet({ system, code }: Coding, { valueSet, sources }: Asked): Finding {
  const name = valueSetName(valueSet.published);
  const [hint, hintZh] = didYouMean(
    meantInValueSet({ ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) }, valueSet, sources),
  );
  const [en, zh] = system === undefined ? ['', ''] : [` (${system})`, `（${system}）`];
  const words: Obstacle = [
    `The code "${code}"${en} is not in the value set ${name}${hint}`,
    `代码“${code}”${zh}不在值集 ${name} 中${hintZh}`,
  ];
  return error('code-invalid', 'code-not-in-value-set', words, 'code');
}

export function valueSetName({ url, version, id }: ValueSet): string {
  return canonicalOf({ url, version }) ?? id ?? '-';
}

function undecided({ code, system }: Coding, asked: Asked): Finding {
  const name = valueSetName(asked.valueSet.published);
  const why = asked.obstacle(system) ?? ['what it draws on is not here in full', '其所依据的内容在此处不完整'];
  return error(
    'not-found',
    'code-undecided',
    [
      `It could not be decided whether the code "${code}" is in the value set ${name}: ${why[0]}`,
      `无法判断代码“${code}”是否在值集 ${name} 中：${why[1]}`,
    ],
    'code',
  );
}

function versionAbsent({ system, version }: Whole, here: readonly string[]): Finding {
  return error(
    'not-found',
    'code-system-version-unknown',
    [
      `The version ${version} of the code system ${system} is not here; there are ${here.join(', ')}`,
      `此处没有代码系统 ${system} 的版本 ${version}；现有：${here.join('、')}`,
    ],
    'version',
  );
}

/** Source: R4 datatypes.html#Coding ("If the system is not present, there is no way to identify the meaning of the code") */
function systemMissing(code: string): Finding {
  const words: Obstacle = [
    `The code "${code}" came without a system, and means nothing by itself`,
    `代码“${code}”未给出 system，含义无法确定`,
  ];
  return error('invalid', 'code-system-missing', words, 'system');
}

function ambiguous(code: string, systems: readonly string[]): Finding {
  return error(
    'invalid',
    'code-system-ambiguous',
    [
      `The code "${code}" came without a system, and the value set has it from ${systems.join(', ')}`,
      `代码“${code}”未给出 system，而值集中有来自 ${systems.join('、')} 的同名代码`,
    ],
    'system',
  );
}

function error(code: Finding['code'], id: string, [en, zh]: Obstacle, part: NonNullable<Finding['part']>): Finding {
  return { severity: 'error', code, message: message(id, en, zh), part };
}
