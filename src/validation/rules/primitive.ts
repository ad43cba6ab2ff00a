/** Values of primitive types: their form, and what stands beside them. Source: R4 datatypes.html#primitive, json.html#primitive */
import { isNumeric, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import type { Compiler, ValueCheck } from '../compiler.js';
import { type Primitive, primitiveOf } from '../primitives.js';
import { isBlank } from '../scan-text.js';
import { kindOf } from '../shape.js';
import { report, type Walk } from '../walk.js';

export function primitiveCheck(type: string, compiler: Compiler): ValueCheck {
  const primitive = primitiveOf(type);
  const { json, isValid } = primitive;
  const isText = type === 'string' || type === 'markdown';
  const beside = compiler.type('Element');
  const idCheck = compiler.type('string');
  return (value, sibling, walk) => {
    if (sibling !== undefined && !checkSibling(value, sibling, walk)) return false;
    if (value === undefined) return true;
    if (json === 'number' ? !isNumeric(value) : typeof value !== json) return wrongType(type, primitive, value, walk);
    if (!isValid(value)) return wrongForm(type, primitive, value, walk);
    if (isText && (value as string).charCodeAt(0) <= 0x20 && isBlank(value as string)) onlySpaces(walk);
    return true;
  };

  function checkSibling(value: Json | undefined, sibling: JsonObject, walk: Walk): boolean {
    // With a value beside it an id is no empty element: R4 element.html#ele-1.
    if (value !== undefined && isOnlyId(sibling)) return idCheck.check(sibling.id, undefined, walk);
    const isSound = beside.check(sibling, undefined, walk);
    if (!isSound || value !== undefined || sibling.extension !== undefined) return isSound;
    const text = message('ele-1', 'The element has neither a value nor an extension', '该元素既没有值也没有扩展');
    report(walk, 'error', 'invariant', text);
    return false;
  }
}

function isOnlyId(sibling: JsonObject): boolean {
  const [key, ...more] = Object.keys(sibling);
  return key === 'id' && more.length === 0;
}

function wrongType(type: string, primitive: Primitive, value: Json, walk: Walk): false {
  const [en, zh] = kindOf(value);
  const names = { string: ['a string', '字符串'], number: ['a number', '数字'], boolean: ['a boolean', '布尔值'] } as const;
  const [needEn, needZh] = names[primitive.json];
  const text = message('wrong-json-type', `Expected ${needEn} (FHIR ${type}), found ${en}`, `应为${needZh}（FHIR ${type}），实为${zh}`);
  report(walk, 'error', 'structure', text);
  return false;
}

function wrongForm(type: string, primitive: Primitive, value: Json, walk: Walk): false {
  const found = shorten(value);
  const text =
    value === ''
      ? message('empty-string', 'The string is empty; leave the property out when there is no value', '字符串为空；没有值时应省略该属性')
      : message(
          `invalid-${type.toLowerCase()}`,
          `${found} is no ${type}: expected ${primitive.en}`,
          `${inChinese(found)} 不是 ${type}：应为${primitive.zh}`,
        );
  report(walk, 'error', 'value', text);
  return false;
}

function onlySpaces(walk: Walk): void {
  report(walk, 'warning', 'value', message('blank-string', 'The text holds nothing but spaces', '文本只含空白'));
}

/** A found value as a message may show it. */
export function shorten(value: Json | undefined): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** The same for a Chinese sentence, which has quotes of its own. */
export function quoted(value: Json | undefined): string {
  return inChinese(shorten(value));
}

/** What `shorten` made, as a Chinese sentence quotes it. */
export function inChinese(shown: string): string {
  return shown.startsWith('"') ? `“${shown.slice(1).replace(/"$/, '')}”` : shown;
}
