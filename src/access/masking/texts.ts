/**
 * Texts with their middle covered, counted as a reader counts: by grapheme. Source: GB 11643-1999 (identity numbers), JR/T 0171-2020 and
 * the forms that are customary in China
 */

const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });

function graphemes(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const stars = (count: number) => '*'.repeat(count);
/** Of a word in Latin letters, or of one that is as long as it likes: how long it is says something too. */
const SOME = 2;
const MOST = 3;

const isHan = /\p{Script=Han}/u;

/** '' where a name has no surname that is known. */
export type SurnameOf = (name: string) => string;

/** 张三丰 → 张**, 欧阳修 → 欧阳*, 买买提·艾力 → 买**, Zhang San → Z** S** */
export function coveredName(text: string, surnameOf: SurnameOf): string {
  const name = text.trim();
  if (!isHan.test(name)) return name.split(/\s+/).map(coveredWord).join(' ');
  const surname = surnameOf(name);
  if (surname === '') return coveredWord(name);
  return surname + stars(Math.min(MOST, graphemes(name.slice(surname.length)).length));
}

function coveredWord(word: string): string {
  const [first = ''] = graphemes(word);
  return first === '' ? '' : first + stars(SOME);
}

/** A given name, or another part of which nothing is told but how long it is. */
export function coveredPart(text: string): string {
  return isHan.test(text) ? stars(Math.min(MOST, graphemes(text.trim()).length)) : coveredWord(text.trim());
}

/** 11010119900307123X → 110101********123X. What is no resident's number keeps its last four, if it is long enough. */
export function coveredNumber(text: string): string {
  const number = text.normalize('NFKC').replace(/\s/g, '');
  if (isResidentNumber(number)) return number.slice(0, 6) + stars(number.length - 10) + number.slice(-4);
  const signs = graphemes(number);
  return signs.length < 8 ? stars(signs.length) : stars(signs.length - 4) + signs.slice(-4).join('');
}

export function isResidentNumber(text: string): boolean {
  return /^(?:\d{17}[\dXx]|\d{15})$/.test(text.normalize('NFKC').replace(/\s/g, ''));
}

/** 13812341234 → 138****1234, 010-12345678 → ********5678, zhang@example.org → z***@example.org */
export function coveredContact(text: string): string {
  const contact = text.normalize('NFKC').trim();
  const at = contact.lastIndexOf('@');
  if (at > 0) return `${graphemes(contact)[0]}***${contact.slice(at)}`;
  const digits = contact.replace(/^(?:\+|00)86/, '').replace(/\D/g, '');
  if (/^1[3-9]\d{9}$/.test(digits)) return `${digits.slice(0, 3)}****${digits.slice(-4)}`;
  return digits.length < 8 ? '****' : stars(digits.length - 4) + digits.slice(-4);
}

/** 北京市朝阳区建国路1号 → 北京市朝阳区***. What does not tell a county tells nothing. */
export function coveredAddress(text: string): string {
  const [toCounty = ''] = /^.{1,12}?(?:省|自治区|特别行政区|市|自治州|地区|盟).{1,12}?(?:[区县旗]|市)/u.exec(text.trim()) ?? [];
  return `${toCounty}***`;
}

/** 1990-03-07 → 1990 */
export function toYear(text: string): string {
  return /^\d{4}/.exec(text)?.[0] ?? '';
}
