/**
 * The words for a concept in the languages somebody reads. Tags are compared as what they stand for: zh-CN, zh-Hans and zh are one
 * written language, zh-TW and zh-Hant another; the nearest is taken before none. Source: R4 valueset-operation-expand.html
 * (displayLanguage), BCP 47 (RFC 4647 §3.4 lookup), RFC 9110 §12.5.4 (Accept-Language)
 */

export interface Designation {
  readonly language?: string;
  readonly use?: { readonly system?: string; readonly code?: string };
  readonly value: string;
}

export interface Worded {
  readonly display?: string;
  readonly designation?: readonly Designation[];
}

/** The one wanted most first; empty: no wish. */
export type Languages = readonly string[];

const MAX_RANGES = 20;
const remembered = new Map<string, Languages>();
const REMEMBERED = 256;

/** `zh-CN`, or as Accept-Language has them: `zh-CN,zh;q=0.9,en;q=0.8`. */
export function languagesOf(text: string | undefined): Languages {
  if (text === undefined) return [];
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const ranges = text.split(',', MAX_RANGES).map((part) => {
    const [, tag = '', weight = '1'] = /^\s*([A-Za-z0-9*-]+)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?$/.exec(part) ?? [];
    return { tag, weight: tag === '' ? 0 : Number(weight) };
  });
  const wanted = ranges.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  const languages = wanted.map(({ tag }) => tag);
  if (remembered.size >= REMEMBERED) remembered.clear();
  if (text.length <= 512) remembered.set(text, languages);
  return languages;
}

interface Parts {
  readonly language: string;
  readonly script: string | undefined;
  readonly region: string | undefined;
}

const maximized = new Map<string, Parts>();

/** With the script and the region that are meant where none are named. */
function partsOf(tag: string): Parts {
  const known = maximized.get(tag);
  if (known !== undefined) return known;
  const parts = readParts(tag);
  if (maximized.size < 10_000) maximized.set(tag, parts);
  return parts;
}

function readParts(tag: string): Parts {
  try {
    const { language, script, region } = new Intl.Locale(tag.replaceAll('_', '-')).maximize();
    return { language, script, region };
  } catch {
    return { language: tag.toLowerCase(), script: undefined, region: undefined };
  }
}

/** 0: another language; else the more the nearer. */
function likeness(tag: string, wanted: string): number {
  if (tag === wanted) return 5;
  const [one, other] = [partsOf(tag), partsOf(wanted)];
  if (one.language !== other.language) return 0;
  return 1 + (one.script === other.script ? 2 : 0) + (one.region === other.region ? 1 : 0);
}

/** Whether a text in one language serves whoever asked for another: `zh` and `zh-CN`, but not `zh-Hans` and `zh-TW`. */
export function isInLanguage(tag: string, wanted: string): boolean {
  return wanted === '*' || likeness(tag, wanted) >= 3;
}

const usages = 'http://terminology.hl7.org/CodeSystem/designation-usage';
const SNOMED = 'http://snomed.info/sct';

/** Of several words in one language that which is meant to be shown. */
function isForShow({ use }: Designation): boolean {
  if (use === undefined) return true;
  return use.system === usages ? use.code === 'display' : use.system !== SNOMED || use.code === '900000000000013009';
}

export interface Words {
  readonly text: string;
  readonly language?: string;
}

/** `own`: the language of the display itself, where it is known. Where nothing is wanted, or nothing there, the display. */
export function wordsIn({ display, designation = [] }: Worded, languages: Languages, own?: string): Words | undefined {
  for (const wanted of languages) {
    if (wanted === '*') break;
    const found = nearestTo(wanted, display, designation, own);
    if (found !== undefined) return found;
  }
  if (display !== undefined) return { text: display, ...(own === undefined ? {} : { language: own }) };
  const [first] = designation;
  return first && { text: first.value, ...(first.language === undefined ? {} : { language: first.language }) };
}

function nearestTo(wanted: string, display: string | undefined, designations: readonly Designation[], own?: string): Words | undefined {
  let best: Words | undefined;
  let most = 0;
  const consider = (text: string, language: string, shown: number) => {
    const near = likeness(language, wanted);
    if (near === 0 || near * 10 + shown <= most) return;
    most = near * 10 + shown;
    best = { text, language };
  };
  if (display !== undefined && own !== undefined) consider(display, own, 2);
  for (const one of designations) if (one.language !== undefined) consider(one.value, one.language, isForShow(one) ? 1 : 0);
  return best;
}

/** Letter case, width and spaces make no difference. */
export function isOneOf(text: string, displays: readonly string[]): boolean {
  if (displays.includes(text)) return true;
  const written = plainWords(text);
  return displays.some((one) => plainWords(one) === written);
}

/** As displays are compared. */
export function plainWords(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
