/**
 * Chinese names as they are typed on a Latin keyboard: full pinyin and its initials, by the surname's own reading (曾 zeng, 尉迟 yuchi)
 * and by others that people type; ü as v. Read character by character: a name is no phrase. Source: GB/T 28039-2011, GB/T 16159-2012
 */
import { createRequire } from 'node:module';
import type { pinyin as Pinyin } from 'pinyin-pro';
import { fold } from './fold.js';
import { remembering } from './recent.js';

let read: typeof Pinyin | undefined;

/** The dictionary takes a tenth of a second to load: only who has a Chinese name pays. */
function reader(): typeof Pinyin {
  read ??= (createRequire(import.meta.url)('pinyin-pro') as { pinyin: typeof Pinyin }).pinyin;
  return read;
}

/** Further readings that are in use, of surnames and of characters in given names. */
const otherSurnames: Readonly<Record<string, readonly string[]>> = readings(
  '单chan 翟di 覃tan 缪mou 隗kui 佴nai 宓fu 洗xian 黑he 么yao 员yun 郗chi 郇huan 牟mu 种chong 繁po 祭zhai 谌shen 乜mie 折she 召shao 柏bo 贾gu 尉yu 冼xian',
);
const otherCharacters: Readonly<Record<string, readonly string[]>> = readings(
  '乐yue 乐le 茜xi 茜qian 晟cheng 晟sheng 莎sha 莎suo 行xing 行hang 朝zhao 朝chao 长chang 长zhang 重chong 重zhong 颉jie 颉xie 柏bai 柏bo 隽jun 隽juan 盛sheng 盛cheng 单dan 单shan 朴pu 朴piao 曾zeng 解jie 解xie 翟zhai 翟di 传chuan 娜na 娜nuo 芃peng 佶ji 翯he 祎yi',
);

/** `长chang 长zhang`, by character. */
export function readings(text: string): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  for (const word of text.split(' ')) {
    const [character = '', ...syllable] = word;
    found[character] = [...(found[character] ?? []), syllable.join('')];
  }
  return found;
}

const compounds: ReadonlySet<string> = new Set(
  (
    '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 ' +
    '司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 南荣 ' +
    '第五 东里 即墨 达奚 褚师 纳兰 叶赫 完颜 耶律 贺兰 贺若 欧侯 哥舒 斛律 屈突 侯莫'
  ).split(' '),
);

/** The surname at the beginning of a whole name of Chinese characters; '' where the name is no such name (买买提·艾力). */
export function surnameOf(name: string): string {
  const characters = Array.from(name);
  if (characters.length < 2 || characters.length > 5 || !characters.every((one) => /\p{Script=Han}/u.test(one))) return '';
  const two = characters.slice(0, 2).join('');
  return characters.length > 2 && compounds.has(fold(two)) ? two : (characters[0] ?? '');
}

const CACHED = 40_000;
/** Readings of a name, at most. */
const MOST = 4;

function syllable(text: string): string {
  return text.toLowerCase().replaceAll('ü', 'v');
}

/** What has no reading (rare characters, letters) stands for itself. */
export const usualSyllable = remembering(CACHED, (character) => syllable(reader()(character, { toneType: 'none' })));
const asSurname = remembering(CACHED, (surname) => reader()(surname, { toneType: 'none', type: 'array', surname: 'head' }).map(syllable));

type Reading = readonly string[];

/** Syllables of a surname, its own reading first. */
export function surnameReadings(surname: string): readonly Reading[] {
  const characters = Array.from(surname);
  // 尉遲 is known as 尉迟.
  const own = asSurname(fold(surname));
  const others = characters.length === 1 ? (otherSurnames[surname] ?? []).map((one) => [one]) : [];
  return distinct([own, characters.map(usualSyllable), ...others]);
}

/** Syllables of the rest of a name, the usual reading first. */
export function givenReadings(given: string): readonly Reading[] {
  let found: readonly Reading[] = [[]];
  for (const character of given) {
    const ways = [usualSyllable(character), ...(otherCharacters[character] ?? [])];
    found = distinct(ways.flatMap((way) => found.map((before) => [...before, way]))).slice(0, MOST);
  }
  return found;
}

function distinct(all: readonly Reading[]): readonly Reading[] {
  return [...new Map(all.map((one) => [one.join(' '), one])).values()];
}

/** 张三丰 zsf */
export function initials(reading: Reading): string {
  return reading.map((one) => Array.from(one)[0] ?? '').join('');
}

/** A name as it sounds, by every reading of it. */
export function soundsOf(name: string): readonly string[] {
  const surname = surnameOf(name) || Array.from(name)[0] || '';
  const rests = givenReadings(name.slice(surname.length));
  return surnameReadings(surname).flatMap((first) => rests.map((rest) => [...first, ...rest].join('')));
}

/** What is typed, in the ways in which it may stand in a key: with and without spaces, 吕 as lü, lu, lyu and lv. */
export function typedPinyin(folded: string): readonly string[] {
  if (!/^[a-z ]+$/.test(folded)) return [folded];
  const joined = folded.replaceAll(' ', '');
  return [...new Set([folded, joined, joined.replace(/([ln])y?u(?![aino])/g, '$1v')])];
}
