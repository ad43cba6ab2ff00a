/**
 * Reads the XHTML of a narrative once: well-formed, only what narrative may use, nothing that runs.
 * Source: R4 narrative.html#xhtml, security.html#narrative
 */
import { isPlainText } from './plain-text.js';
import { isPlainXhtml } from './plain-xhtml.js';
import { attributes, elements, entities, links } from './xhtml-vocabulary.js';

export interface XhtmlFault {
  readonly en: string;
  readonly zh: string;
}

export interface XhtmlScan {
  readonly fault: XhtmlFault | undefined;
  /** Some text that is not blank, or an image. */
  readonly hasContent: boolean;
  /** Links to ids (`#id`, or idref) that nothing in this text bears. */
  readonly leadingOut: readonly string[];
}

interface Scan {
  readonly text: string;
  at: number;
  hasContent: boolean;
  readonly open: string[];
  fault: XhtmlFault | undefined;
  readonly ids: Set<string>;
  readonly localLinks: string[];
}

const none: readonly string[] = [];

const NAMESPACE = 'http://www.w3.org/1999/xhtml';
/** Deeper than any text for people; keeps a hostile one from costing memory. XML is read no deeper either. */
const MAX_DEPTH = 100;

const sound: XhtmlScan = { fault: undefined, hasContent: true, leadingOut: none };

export function scanXhtml(text: string): XhtmlScan {
  if (isPlainXhtml(text)) return sound;
  const { fault, hasContent, localLinks, ids } = scanOf(text);
  return { fault, hasContent, leadingOut: localLinks.length === 0 ? none : localLinks.filter((id) => !ids.has(id)) };
}

/** txt-1 and txt-2 in one answer. */
export function isNarrative(text: string): boolean {
  const { fault, hasContent } = scanXhtml(text);
  return fault === undefined && hasContent;
}

/** The ids in a text: of its elements, and the names of its anchors. */
export function idsIn(text: string): readonly string[] {
  return [...scanOf(text).ids];
}

function scanOf(text: string): Scan {
  const scan: Scan = { text, at: 0, hasContent: false, open: [], fault: undefined, ids: new Set(), localLinks: [] };
  skipSpace(scan);
  if (!isPlainText(text)) fail(scan, 'a control character is not allowed', '不允许控制字符');
  else if (!/^<div[\s/>]/.test(text.slice(scan.at, scan.at + 5)))
    fail(scan, 'the narrative must be one div element', '叙述须为一个 div 元素');
  else walk(scan);
  return scan;
}

function walk(scan: Scan): boolean {
  do {
    const next = scan.text.indexOf('<', scan.at);
    if (next < 0) return fail(scan, `the element ${scan.open.at(-1)} does not end`, `元素 ${scan.open.at(-1)} 没有结束`);
    if (next > scan.at && !readText(scan, next)) return false;
    scan.at = next;
    if (!readMarkup(scan)) return false;
  } while (scan.open.length > 0);
  skipSpace(scan);
  return scan.at === scan.text.length || fail(scan, 'nothing may follow the div', 'div 之后不得有内容');
}

/** Keeps the first fault; answers false, so that reading can end with it. */
function fail(scan: Scan, en: string, zh: string): false {
  scan.fault ??= { en, zh };
  return false;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function skipSpace(scan: Scan): void {
  while (isSpace(scan.text.charCodeAt(scan.at))) scan.at++;
}

function nextCode(scan: Scan): number {
  skipSpace(scan);
  return scan.text.charCodeAt(scan.at);
}

function readText(scan: Scan, end: number): boolean {
  for (let i = scan.at; i < end; i++) {
    const code = scan.text.charCodeAt(i);
    if (code === 0x26 && !checkEntity(scan, i, end)) return false;
    if (code === 0x5d && scan.text.startsWith(']]>', i)) return fail(scan, '"]]>" is not allowed in text', '文本中不允许“]]>”');
    if (!isSpace(code) && code !== 0xa0) scan.hasContent = true;
  }
  return true;
}

function checkEntity(scan: Scan, at: number, limit: number): boolean {
  // The end is looked for only as far as a name can reach: a text of a million `&` must not be searched a million times.
  const start = scan.text.slice(at + 1, Math.min(at + 12, limit));
  const end = start.indexOf(';');
  const name = end > 0 ? start.slice(0, end) : '';
  if (entities.has(name)) return true;
  const number = /^#(?:(\d+)|x([0-9a-fA-F]+))$/.exec(name);
  if (number !== null && isXmlCharacter(Number(number[1] ?? `0x${number[2]}`))) return true;
  const shown = name === '' ? '&' : `&${name};`;
  return fail(scan, `${shown} is no entity of XML; write the character itself`, `${shown} 不是 XML 实体；请直接写该字符`);
}

/** Source: XML 1.0 §2.2 */
function isXmlCharacter(point: number): boolean {
  if (point < 0x20) return point === 0x09 || point === 0x0a || point === 0x0d;
  return point <= 0xd7ff || (point >= 0xe000 && point <= 0xfffd) || (point >= 0x10000 && point <= 0x10ffff);
}

function readMarkup(scan: Scan): boolean {
  const { text } = scan;
  const next = text.charCodeAt(scan.at + 1);
  if (next === 0x2f) return readEndTag(scan);
  if (next !== 0x21 && next !== 0x3f) return readStartTag(scan);
  const end = text.startsWith('<!--', scan.at) ? text.indexOf('--', scan.at + 4) : -1;
  if (end < 0) return fail(scan, 'declarations and processing instructions are not allowed', '不允许声明与处理指令');
  scan.at = end + 3;
  return text.charCodeAt(end + 2) === 0x3e || fail(scan, 'a comment holds "--"', '注释中含“--”');
}

function readEndTag(scan: Scan): boolean {
  const end = scan.text.indexOf('>', scan.at);
  const name = end < 0 ? '' : scan.text.slice(scan.at + 2, end).trimEnd();
  const open = scan.open.pop();
  if (name !== open)
    return fail(scan, `</${name.slice(0, 20)}> stands where </${open}> was expected`, `应为 </${open}>，实为 </${name.slice(0, 20)}>`);
  scan.at = end + 1;
  return true;
}

function readStartTag(scan: Scan): boolean {
  scan.at++;
  const name = readName(scan);
  if (!elements.has(name)) return fail(scan, `the element <${name}> is not allowed`, `不允许元素 <${name}>`);
  if (name === 'img') scan.hasContent = true;
  const seen = new Set<string>();
  let before = scan.at;
  for (let code = nextCode(scan); code !== 0x3e && code !== 0x2f; code = nextCode(scan)) {
    if (scan.at === before) return fail(scan, `the tag <${name}> is broken`, `标签 <${name}> 有误`);
    if (!readAttribute(scan, name, seen)) return false;
    before = scan.at;
  }
  const isEmpty = scan.text.charCodeAt(scan.at) === 0x2f;
  if (isEmpty && scan.text.charCodeAt(scan.at + 1) !== 0x3e) return fail(scan, `the tag <${name}> is broken`, `标签 <${name}> 有误`);
  scan.at += isEmpty ? 2 : 1;
  if (scan.open.length === 0 && !seen.has('xmlns'))
    return fail(scan, `the div must have xmlns="${NAMESPACE}"`, `div 须有 xmlns="${NAMESPACE}"`);
  if (isEmpty || scan.open.push(name) <= MAX_DEPTH) return true;
  return fail(scan, `more than ${MAX_DEPTH} elements in one another`, `元素嵌套超过 ${MAX_DEPTH} 层`);
}

/** Letters, digits, and `:`, `-`, `_`, `.`; empty when there is no name. */
function readName(scan: Scan): string {
  const start = scan.at;
  for (; ; scan.at++) {
    const code = scan.text.charCodeAt(scan.at);
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    if (!letter && !(code >= 0x30 && code <= 0x3a) && code !== 0x2d && code !== 0x5f && code !== 0x2e) break;
  }
  return scan.text.slice(start, scan.at);
}

function readAttribute(scan: Scan, element: string, seen: Set<string>): boolean {
  const name = readName(scan);
  if (name === '') return fail(scan, `the tag <${element}> is broken`, `标签 <${element}> 有误`);
  if (!attributes.has(name))
    return fail(scan, `the attribute ${name} of <${element}> is not allowed`, `不允许 <${element}> 的属性 ${name}`);
  if (seen.has(name)) return fail(scan, `the attribute ${name} of <${element}> stands twice`, `<${element}> 的属性 ${name} 重复`);
  seen.add(name);
  const value = readValue(scan);
  if (value === undefined)
    return fail(scan, `the attribute ${name} of <${element}> has no quoted value`, `<${element}> 的属性 ${name} 没有带引号的值`);
  return checkValue(scan, element, name, value);
}

function readValue(scan: Scan): string | undefined {
  const { text } = scan;
  skipSpace(scan);
  if (text.charCodeAt(scan.at) !== 0x3d) return undefined;
  scan.at++;
  skipSpace(scan);
  const quote = text.charAt(scan.at);
  const end = quote === '"' || quote === "'" ? text.indexOf(quote, scan.at + 1) : -1;
  if (end < 0) return undefined;
  const start = scan.at + 1;
  scan.at = end + 1;
  const value = text.slice(start, end);
  // Searched in the value alone: a search in the whole text would go to its end for every attribute.
  for (let i = value.indexOf('&'); i >= 0; i = value.indexOf('&', i + 1)) checkEntity(scan, start + i, end);
  return value;
}

function checkValue(scan: Scan, element: string, name: string, value: string): boolean {
  if (value.includes('<')) return fail(scan, `the attribute ${name} of <${element}> holds "<"`, `<${element}> 的属性 ${name} 含“<”`);
  if (name === 'xmlns' && value !== NAMESPACE) return fail(scan, `xmlns must be ${NAMESPACE}`, `xmlns 须为 ${NAMESPACE}`);
  if (name === 'id' || name === 'name') scan.ids.add(value);
  else if (name === 'idref') scan.localLinks.push(value);
  else if (value.length > 1 && value.charCodeAt(0) === 0x23 && links.has(name)) scan.localLinks.push(value.slice(1));
  if (links.has(name) ? value.startsWith('http') || value.startsWith('#') : name !== 'style' || isPlainStyle(value)) {
    return scan.fault === undefined;
  }
  const plain = decode(value);
  const runs = plain.includes('javascript:') || plain.includes('vbscript:') || plain.includes('data:text/html');
  if (runs || (name === 'style' && plain.includes('expression('))) {
    return fail(scan, `the attribute ${name} of <${element}> would run a script`, `<${element}> 的属性 ${name} 会运行脚本`);
  }
  return scan.fault === undefined;
}

/** Only what is called can run: url(…), expression(…). */
function isPlainStyle(value: string): boolean {
  return !value.includes('(') && !value.includes('&') && !value.includes('\\');
}

/** As a browser reads it: numeric entities resolved, spaces and control characters dropped, lower case. */
function decode(value: string): string {
  const resolved = value.replace(/&#(x?)([0-9a-fA-F]+);/g, (_all, hex: string, digits: string) => {
    const point = Number.parseInt(digits, hex === '' ? 10 : 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '';
  });
  return resolved.replace(/[^!-\uffff]+/g, '').toLowerCase();
}
