/**
 * The words of the random resources, and what is to be known of them to say who finds whom: how each Chinese character is read, and
 * which traditional character is the same. A small table in plain sight instead of a dictionary, so that the oracle owes nothing to the server.
 */

export interface Surname {
  readonly text: string;
  readonly traditional?: string;
  /** As a surname first, then as it is read elsewhere; ü in its three spellings. */
  readonly readings: readonly string[];
  /** By which it is sorted. */
  readonly sortedBy: string;
}

export const surnames: readonly Surname[] = [
  { text: '张', traditional: '張', readings: ['zhang'], sortedBy: 'zhang' },
  { text: '王', readings: ['wang'], sortedBy: 'wang' },
  { text: '曾', readings: ['zeng', 'ceng'], sortedBy: 'zeng' },
  { text: '单', traditional: '單', readings: ['shan', 'dan'], sortedBy: 'shan' },
  { text: '区', traditional: '區', readings: ['ou', 'qu'], sortedBy: 'ou' },
  { text: '欧阳', traditional: '歐陽', readings: ['ouyang'], sortedBy: 'ouyang' },
];

/** Characters of given names, each with the one reading it has. */
export const givenReadings: Readonly<Record<string, string>> = {
  三: 'san',
  伟: 'wei',
  小: 'xiao',
  贤: 'xian',
  丽: 'li',
  国: 'guo',
  芳: 'fang',
};

export const simplified: Readonly<Record<string, string>> = {
  張: '张',
  單: '单',
  區: '区',
  歐: '欧',
  陽: '阳',
  偉: '伟',
  賢: '贤',
  麗: '丽',
  國: '国',
};

export const latinFamilies: readonly string[] = ['Müller', 'Smith', "O'Brien", 'García', 'Ångström', 'Carreno Quinones', 'de la Cruz'];
export const latinGivens: readonly string[] = ['Jürgen', 'Anna', 'Émile', 'Bob', 'Anna-Lena', 'JOHN'];
export const cities: readonly string[] = ['北京市', '上海市', '天津市', 'Boston', 'São Paulo', 'Ann Arbor'];
export const organizationNames: readonly string[] = [
  '北京协和医院',
  '上海市第一人民医院',
  "St. Luke's Hospital",
  'General Hospital',
  'Acme Health',
];
/** By which Chinese phrases are sorted. */
const phrases: Readonly<Record<string, string>> = {
  北京协和医院: 'beijingxieheyiyuan',
  上海市第一人民医院: 'shanghaishidiyirenminyiyuan',
  '2型糖尿病': '2xingtangniaobing',
  心率过快: 'xinlvguokuai',
  高血压: 'gaoxueya',
};
export const texts: readonly string[] = ['Bad headache', '2型糖尿病', 'Fracture of arm', '心率过快', 'Heart rate', '高血压'];

/** Chinese by its reading, then by its characters; all else as it is compared. */
export function sortKey(text: string): string {
  const reading = phrases[text] ?? surnames.find((surname) => surname.text === folded(text))?.sortedBy;
  return reading === undefined ? folded(text) : `${reading} ${folded(text)}`;
}

const han = /\p{Script=Han}/u;

export function isChinese(text: string): boolean {
  return han.test(text);
}

/** What R4 asks to be the same: case, accents, punctuation, repeated spaces; and what is asked here of Chinese. Source: R4 search.html#string */
export function folded(text: string): string {
  const plain = text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/['·.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return [...plain].map((character) => simplified[character] ?? character).join('');
}

/** The readings of a whole name: each of the surname's before that of the given name. */
export function pinyinOf(family: string, given: string): readonly string[] {
  const surname = surnames.find(({ text }) => text === folded(family));
  if (surname === undefined) return [];
  const rest = syllables(given).join('');
  return surname.readings.flatMap((reading) => (rest === '' ? [reading] : [reading, reading + rest, `${reading} ${rest}`]));
}

/** First letters of the syllables of a whole name, for each reading of the surname. */
export function initialsOf(family: string, given: string): readonly string[] {
  const surname = surnames.find(({ text }) => text === folded(family));
  if (surname === undefined) return [];
  const firsts = surname.text === '欧阳' ? ['oy'] : surname.readings.map((reading) => reading.slice(0, 1));
  const rest = syllables(given).map((syllable) => syllable.slice(0, 1));
  return firsts.map((first) => first + rest.join(''));
}

export function syllables(given: string): readonly string[] {
  return [...folded(given)].flatMap((character) => givenReadings[character] ?? []);
}
