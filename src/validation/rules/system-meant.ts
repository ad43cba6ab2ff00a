/** What is said of the system of an identifier or a code that nobody knows by this name. Source: R4 datatypes.html#Identifier, #Coding */
import { type Message, message } from '../../model/message.js';
import { type NearSystem, titlesIn } from '../../terminology/near-systems.js';
import { quoted, shorten } from './primitive.js';

/** What the system is of, and what comes of it that it is not known; in English and in Chinese. */
interface Kind {
  readonly id: 'system' | 'identifier-system';
  readonly of: readonly [en: string, zh: string];
  readonly therefore: readonly [en: string, zh: string];
}

export const ofCode: Kind = {
  id: 'system',
  of: ['code', '代码'],
  therefore: ['until then the code is not checked against it', '在此之前无法按其校验代码'],
};

export const ofIdentifier: Kind = {
  id: 'identifier-system',
  of: ['identifier', '标识'],
  therefore: ['until then the value is not checked by the rules for it', '在此之前不会按其规则校验 value'],
};

/** `system`: no absolute URI. */
export function relativeSystem(system: string, near: NearSystem | undefined, { id, of, therefore }: Kind): Message {
  const [en, zh] =
    near === undefined ? ['', ''] : [`; is ${name(near)} meant? ${upper(therefore[0])}`, `，应为 ${nameInChinese(near)}；${therefore[1]}`];
  return message(
    `${id}-relative`,
    `The system of ${id === 'system' ? 'a' : 'an'} ${of[0]} must be an absolute URI, found ${shorten(system)}${en}`,
    `${of[1]}的 system 须为绝对 URI，实为 ${quoted(system)}${zh}`,
  );
}

export function nearSystem(system: string, near: NearSystem, { id, therefore }: Kind): Message {
  if (near.how === 'other') {
    return message(
      `${id}-other-name`,
      `${shorten(system)} is another name of ${name(near)}, which is to be used; ${therefore[0]}`,
      `${quoted(system)} 是别名，应采用 ${nameInChinese(near)}；${therefore[1]}`,
    );
  }
  return message(
    `${id}-misspelt`,
    `The system ${shorten(system)} is not known here; is ${name(near)} meant? ${upper(therefore[0])}`,
    `此处不认识 system ${quoted(system)}；是否指 ${nameInChinese(near)}？${therefore[1]}`,
  );
}

function name({ uri, title }: NearSystem): string {
  const parts = titlesIn(title);
  return parts.length === 0 ? uri : `${uri} (${parts.at(-1)})`;
}

function nameInChinese({ uri, title }: NearSystem): string {
  const [whole, chinese = whole] = titlesIn(title);
  return chinese === undefined ? uri : `${uri}（${chinese}）`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
