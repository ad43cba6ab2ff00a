/** An Attachment's size and hash against the data it carries. Source: R4 datatypes-definitions.html#Attachment.size, #Attachment.hash */
import { createHash } from 'node:crypto';
import { isNumeric, isObject, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import type { Rule } from '../compiler.js';
import { byteLength } from '../resources/base64.js';
import { report, type Walk } from '../walk.js';
import { quoted, shorten } from './primitive.js';

export const attachment: Rule = ({ type, inherited, owner }) => {
  // The element that holds it asks; the root of the type itself would ask once more.
  if (type !== 'Attachment' || inherited !== undefined || owner === '') return undefined;
  return (value, _sibling, walk) => {
    if (!isObject(value) || typeof value.data !== 'string') return;
    sizeFits(value, value.data, walk);
    if (typeof value.hash === 'string') hashFits(value.hash, value.data, walk);
  };
};

function sizeFits({ size }: JsonObject, data: string, walk: Walk): void {
  if (!isNumeric(size)) return;
  const found = byteLength(data);
  if (Number(size) === found) return;
  const text = message(
    'attachment-size',
    `The size says ${String(size)} bytes, and the data have ${found}`,
    `size 声明为 ${String(size)} 字节，而数据有 ${found} 字节`,
  );
  report(walk, 'error', 'value', text);
}

function hashFits(hash: string, data: string, walk: Walk): void {
  const found = createHash('sha1').update(Buffer.from(data, 'base64')).digest('base64');
  if (hash.replace(/\s+/g, '') === found) return;
  const text = message(
    'attachment-hash',
    `The SHA-1 hash of the data is ${found}, found ${shorten(hash)}`,
    `数据的 SHA-1 散列为 ${found}，实为 ${quoted(hash)}`,
  );
  report(walk, 'error', 'value', text);
}
