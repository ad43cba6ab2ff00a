/**
 * The words of a resource, for `_text` (its narrative) and `_content` (all text in it): words of letters and digits, Chinese, Japanese and
 * Korean in overlapping pairs of characters, because nothing parts their words. Source: R4 search.html#content
 */
import type { TypeModel } from '../definitions/definitions.js';
import { fold } from '../model/fold.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';

/** Types whose resources are read by people as documents are. */
export const documentTypes = 'ClinicalImpression,Composition,DiagnosticReport,DocumentReference,Questionnaire';

/** `none`, `all` or types, separated by commas. Throws RangeError for what is no resource type. */
export function fullTextTypes(setting: string, isType: (name: string) => boolean): (type: string) => boolean {
  if (setting === 'all') return () => true;
  const types = new Set(setting === 'none' ? [] : setting.split(',').map((type) => type.trim()));
  for (const type of types) if (!isType(type)) throw new RangeError(`FULL_TEXT: ${type} is no resource type`);
  return (type) => types.has(type);
}

/** Of one resource; a text of more is found by its first ones. */
const MAX_WORDS = 1000;
/** Characters that are looked at, and of a word that are kept. */
const MAX_TEXT = 200_000;
const MAX_WORD = 40;
const run = /[\p{L}\p{M}\p{N}]+/gu;
const unparted =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+/gu;
const isUnparted = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** As they are kept: from each character a pair, the last one alone. */
export function keptWords(texts: Iterable<string>): ReadonlySet<string> {
  const words = new Set<string>();
  let read = 0;
  for (const text of texts) {
    for (const piece of piecesOf(text.slice(0, MAX_TEXT - read))) {
      for (const word of isUnparted.test(piece) ? pairs(piece, 1) : [piece]) words.add(word);
      if (words.size >= MAX_WORDS) return words;
    }
    read += text.length;
    if (read >= MAX_TEXT) break;
  }
  return words;
}

/** As they are asked for: each of them must begin one that is kept. */
export function askedWords(text: string): readonly string[] {
  return [...new Set([...piecesOf(text)].flatMap((piece) => (isUnparted.test(piece) ? pairs(piece, 2) : [piece])))];
}

function* piecesOf(text: string): Generator<string, void> {
  for (const [letters] of text.normalize('NFKC').matchAll(run)) {
    for (const [piece] of letters.matchAll(unparted)) {
      // Long ones in parts: what is folded has a limit.
      for (let at = 0; at < piece.length; at += PART) {
        const folded = fold(piece.slice(at, at + PART)).replaceAll(' ', '');
        if (folded !== '') yield isUnparted.test(folded) ? folded : folded.slice(0, MAX_WORD);
        if (!isUnparted.test(piece)) break;
      }
    }
  }
}

const PART = 400;

/** `least`: how many characters the last one has. */
function pairs(text: string, least: 1 | 2): readonly string[] {
  const characters = Array.from(text);
  const last = Math.max(1, characters.length - least + 1);
  return Array.from({ length: last }, (_, at) => characters.slice(at, at + 2).join(''));
}

const DECODED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const inline = /^<\/?(?:a|abbr|b|big|cite|code|em|i|q|small|span|strong|sub|sup|tt|u|var)(?![a-z0-9])/;
const MAX_TAG = 12;

/** What is read of XHTML. */
export function narrativeText(div: string): string {
  const parts: string[] = [];
  for (let at = 0; at < div.length && at < MAX_TEXT; ) {
    const open = div.indexOf('<', at);
    parts.push(div.slice(at, open < 0 ? div.length : open));
    const close = open < 0 ? -1 : div.indexOf('>', open);
    if (close < 0) break;
    at = close + 1;
    // What only looks otherwise does not part a word.
    if (!inline.test(div.slice(open, Math.min(close, open + MAX_TAG)))) parts.push(' ');
  }
  return parts.join('').replace(/&(#x?[0-9a-fA-F]{1,6}|[A-Za-z]{1,10});/g, (_, name: string) => DECODED[name] ?? character(name));
}

function character(name: string): string {
  const point = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return name.startsWith('#') && point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : ' ';
}

/** Texts for people: strings and markdown, wherever they stand; resources inside it have texts of their own. */
export function* contentTexts(model: TypeModel, type: string, value: JsonObject): Generator<string, void> {
  const properties = model.properties(type);
  for (const name of Object.keys(value)) {
    const property = properties.get(name);
    if (property === undefined || property.type === 'Resource' || property.type === 'xhtml') continue;
    for (const one of listOf(value[name])) {
      if (typeof one === 'string') {
        if (property.type === 'string' || property.type === 'markdown') yield one;
      } else if (isObject(one)) yield* contentTexts(model, property.type, one);
    }
  }
}

function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
