/**
 * Which passwords are refused when they are set: short and simple ones, the account's own name, and those that everybody tries first.
 * Source: GB/T 22239-2019 8.1.4.1 (等保三级, 身份鉴别: 复杂度要求)
 */
import { type Message, message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { accountKey } from './account-names.js';

const least = 10;
const most = 256;
/** From here on a sentence will do. */
const long = 16;
const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{Ll}\p{Lu}\p{N}]/u];

/** What passwords are made of that everybody tries first; what is left without them must still be something. */
const common = [
  'password',
  'passw0rd',
  'p@ssw0rd',
  'p@ssword',
  'qwertyuiop',
  'qwerty',
  '1qaz2wsx',
  'asdfghjkl',
  'zxcvbnm',
  'abcdefg',
  'abc123',
  'admin',
  'administrator',
  'root',
  'welcome',
  'letmein',
  'iloveyou',
  'woaini',
  'changeme',
  'hospital',
  'yiyuan',
  'lianyi',
  'zhongguo',
  'china',
  '5201314',
  '1234567890',
  '12345678',
  '123456',
  '0987654321',
  '111111',
  '000000',
  '888888',
  '666666',
  '123123',
  '112233',
  '147258369',
];

export function checkPassword(password: string, name: string): void {
  const wrong = faultOf(password.normalize('NFC'), name);
  if (wrong !== undefined) throw fault('value', wrong);
}

function faultOf(password: string, name: string): Message | undefined {
  const { length } = [...password];
  if (length < least || length > most) return sizes(length);
  if (length < long && kinds.filter((kind) => kind.test(password)).length < 3) return tooSimple;
  const rest = without(accountKey(password), accountKey(name), ...common);
  return rest.length < 6 || new Set(rest).size < 4 ? tooCommon : undefined;
}

function without(text: string, ...parts: readonly string[]): string {
  return parts.reduce((left, part) => (part.length < 2 ? left : left.replaceAll(part, '')), text);
}

function sizes(length: number): Message {
  return message(
    'password-length',
    `A password has ${least} to ${most} characters: found ${length}`,
    `密码长度应为${least}至${most}个字符，实际为${length}个`,
  );
}

const tooSimple = message(
  'password-simple',
  `A password of fewer than ${long} characters has three of these: small letters, capital letters, digits, other characters`,
  `不足${long}个字符的密码须包含小写字母、大写字母、数字、其他字符中的至少三类`,
);

const tooCommon = message(
  'password-common',
  'This password is one of the first that others would try (the name, a common word, a run of keys or digits): choose another',
  '该密码过于常见（账户名、常用词、连续按键或数字），容易被猜中，请更换',
);
