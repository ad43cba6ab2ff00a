/**
 * Narrative as most of it is written: a div with text and elements without attributes. One look at each character tells that it is
 * sound, and nothing is made of it; of all else `scan-xhtml` judges. Source: R4 narrative.html#xhtml
 */
import { elements } from './xhtml-vocabulary.js';

const START = '<div xmlns="http://www.w3.org/1999/xhtml">';
const DIV = [...'div'].reduce((number, letter) => number * 37 + digit(letter.charCodeAt(0)), 0);
const MAX_NAME = 5;
const MAX_OPEN = 60;

/** Names of at most five letters and digits as numbers, different for each. */
const names = new Set([...elements].filter((name) => name.length <= MAX_NAME).map((name) => numberAt(name, 0, name.length)));
/** Those that are open around the place in hand. */
const open = new Int32Array(MAX_OPEN);

/** Letters are 1 to 26, digits 27 to 36; anything else is 0. */
function digit(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return code - 0x60;
  return code >= 0x30 && code <= 0x39 ? code - 0x15 : 0;
}

/** 0 where there is no such name. */
function numberAt(text: string, from: number, to: number): number {
  if (to - from > MAX_NAME) return 0;
  let number = 0;
  for (let at = from; at < to; at++) {
    const next = digit(text.charCodeAt(at));
    if (next === 0) return 0;
    number = number * 37 + next;
  }
  return number;
}

/** Whether it is sound for certain and says something: txt-1 and txt-2 hold, and no link is in it. */
export function isPlainXhtml(text: string): boolean {
  if (!text.startsWith(START)) return false;
  open[0] = DIV;
  let depth = 1;
  let hasContent = false;
  for (let at = START.length; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x3c) {
      if (!isPlainCharacter(code)) return false;
      if (code > 0x20 && code !== 0xa0) hasContent = true;
      continue;
    }
    const end = text.indexOf('>', at);
    const isEnd = text.charCodeAt(at + 1) === 0x2f;
    const isEmpty = text.charCodeAt(end - 1) === 0x2f;
    const last = isEmpty ? (text.charCodeAt(end - 2) === 0x20 ? end - 2 : end - 1) : end;
    const name = numberAt(text, at + (isEnd ? 2 : 1), last);
    at = end;
    if (isEnd) {
      if (isEmpty || name !== open[--depth]) return false;
      if (depth === 0) return hasContent && end === text.length - 1;
    } else if (!names.has(name)) return false;
    else if (!isEmpty) {
      if (depth === MAX_OPEN) return false;
      open[depth++] = name;
    }
  }
  return false;
}

/** No `&`, no `]` that might end a section, and no control character. */
function isPlainCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code !== 0x26 && code !== 0x5d && code < 0xfffe;
}
