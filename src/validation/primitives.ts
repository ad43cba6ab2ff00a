/** What each primitive type is in JSON and what its text must look like. Source: R4 datatypes.html#primitive, json.html#primitive */
import { Decimal, type Json } from '../model/json.js';
import { isPlainText } from '../model/plain-text.js';
import { isDate, isDateTime, isInstant, isTime } from './scan-date.js';
import { isBase64Text, isCodeText, isIdText, isOidText, isUriText, isUuidText } from './scan-text.js';

export interface Primitive {
  readonly json: 'string' | 'number' | 'boolean';
  /** Given a value of the right JSON type. */
  readonly isValid: (value: Json) => boolean;
  /** For texts: true where it is valid and nothing else is to be said of it. */
  readonly isSound?: (value: string) => boolean;
  readonly en: string;
  readonly zh: string;
}

function text(isValid: (value: string) => boolean, en: string, zh: string): Primitive {
  return { json: 'string', isValid: (value) => typeof value === 'string' && isValid(value), isSound: isValid, en, zh };
}

/** A JSON number without point or exponent, between two bounds. */
function integer(least: number, most: number, en: string, zh: string): Primitive {
  const isValid = (value: Json) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  return { json: 'number', isValid, en, zh };
}

const MAX_INTEGER = 2147483647;
/** Source: R4 datatypes.html#string (1 MB; counted in characters, not in UTF-16 units) */
const MAX_STRING = 1024 * 1024;

function isShortEnough(value: string): boolean {
  return value.length <= MAX_STRING || (value.length <= 2 * MAX_STRING && [...value].length <= MAX_STRING);
}

/** A text that begins with a space may hold nothing else; that is said elsewhere. */
function isSoundString(value: string): boolean {
  return value.charCodeAt(0) > 0x20 && value.length <= MAX_STRING && isPlainText(value);
}

const string: Primitive = {
  ...text(
    (value) => value !== '' && isShortEnough(value) && isPlainText(value),
    'text of 1 to 1,048,576 characters without control characters other than tab and line ends',
    '1 至 1,048,576 个字符的文本，不含制表符与换行以外的控制字符',
  ),
  isSound: isSoundString,
};
const code = text(isCodeText, 'a code: no spaces at its ends, inside only single spaces', '首尾无空格、中间只有单个空格的代码');
const uri = text(
  isUriText,
  'a URI without spaces (after urn:oid: an OID, after urn:uuid: a UUID in lower case)',
  '不含空格的 URI（urn:oid: 后为 OID，urn:uuid: 后为小写的 UUID）',
);

export const primitives: Readonly<Record<string, Primitive>> = {
  boolean: { json: 'boolean', isValid: () => true, en: 'true or false', zh: 'true 或 false' },
  integer: integer(-MAX_INTEGER - 1, MAX_INTEGER, 'a whole number from -2147483648 to 2147483647', '-2147483648 至 2147483647 的整数'),
  unsignedInt: integer(0, MAX_INTEGER, 'a whole number from 0 to 2147483647', '0 至 2147483647 的整数'),
  positiveInt: integer(1, MAX_INTEGER, 'a whole number from 1 to 2147483647', '1 至 2147483647 的整数'),
  decimal: {
    json: 'number',
    isValid: (value) => typeof value === 'number' || value instanceof Decimal,
    en: 'a decimal number',
    zh: '十进制数',
  },
  string,
  markdown: string,
  xhtml: text((value) => value !== '', 'an XHTML div', 'XHTML 的 div'),
  code,
  id: text(isIdText, '1 to 64 characters of A-Z, a-z, 0-9, - and .', '1 至 64 个字符，限 A-Z、a-z、0-9、- 和 .'),
  uri,
  url: uri,
  canonical: uri,
  oid: text(isOidText, 'urn:oid: and an OID', 'urn:oid: 加 OID'),
  uuid: text(isUuidText, 'urn:uuid: and a UUID in lower case', 'urn:uuid: 加小写的 UUID'),
  base64Binary: text(isBase64Text, 'base64 text in groups of four', '四位一组的 base64 文本'),
  date: text(isDate, 'an existing date as YYYY, YYYY-MM or YYYY-MM-DD', '真实存在的日期，格式为 YYYY、YYYY-MM 或 YYYY-MM-DD'),
  dateTime: text(
    isDateTime,
    'an existing date, or with time YYYY-MM-DDThh:mm:ss and a zone (Z or +hh:mm)',
    '真实存在的日期，或带时间与时区，格式为 YYYY-MM-DDThh:mm:ss+08:00（或 Z）',
  ),
  instant: text(isInstant, 'YYYY-MM-DDThh:mm:ss and a zone (Z or +hh:mm)', 'YYYY-MM-DDThh:mm:ss 加时区（Z 或 +08:00）'),
  time: text(isTime, 'a time as hh:mm:ss without a zone', '时间 hh:mm:ss，不带时区'),
};

/** A primitive type that R4 adds to another is a text. */
export function primitiveOf(type: string): Primitive {
  return primitives[type] ?? string;
}
