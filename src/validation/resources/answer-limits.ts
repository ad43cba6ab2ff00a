/**
 * What a question's maxLength and the extensions of R4 ask of an answer. Source: R4 questionnaire-definitions.html#Questionnaire.item.maxLength,
 * extension-minvalue.html, extension-maxvalue.html, extension-maxdecimalplaces.html, extension-minlength.html, extension-regex.html,
 * extension-maxsize.html, extension-mimetype.html, extension-questionnaire-referenceresource.html
 *
 * 2026-11-26: R4 gives no unit for maxSize; bytes are taken, as HL7's validator does.
 */
import type { Item } from '../../fhirpath/expression.js';
import { FhirPathError } from '../../fhirpath/expression.js';
import { fullyMatches } from '../../fhirpath/regex.js';
import { isNumeric, isObject, type Json, type JsonObject } from '../../model/json.js';
import { parseTarget } from '../reference-target.js';
import { inChinese, quoted, shorten } from '../rules/primitive.js';
import { byteLength } from './base64.js';
import { choiceItem, ordered } from './enable-when.js';
import { extensionsOf, extensionValue, type Ground, listed, tell, textOf, within } from './ground.js';
import type { Question } from './questions.js';

const base = 'http://hl7.org/fhir/StructureDefinition/';

export function checkLimits(ground: Ground, { json, type }: Question, answer: Item): void {
  const { value } = answer;
  bounds(ground, json, answer);
  if (typeof value === 'string') {
    lengths(ground, json, value);
    if (type === 'string' || type === 'text' || type === 'url') pattern(ground, json, value);
  }
  if (answer.type === 'decimal' && isNumeric(value)) decimalPlaces(ground, json, String(value));
  if (answer.type === 'Attachment' && isObject(value)) attachment(ground, json, value);
  if (answer.type === 'Reference' && isObject(value)) target(ground, json, value);
}

function bounds(ground: Ground, json: JsonObject, answer: Item): void {
  const found = shorten(isObject(answer.value) ? answer.value.value : answer.value);
  for (const extension of extensionsOf(json, `${base}minValue`)) {
    const limit = limitOf(extension, ground);
    if (limit === undefined || ordered(answer, limit, (order) => order < 0) !== true) continue;
    const least = shorten(limit.value);
    tell(ground, 'error', 'value', [
      'below-minimum',
      `The answer must be at least ${least}, found ${found}`,
      `答案不得小于 ${inChinese(least)}，实为 ${inChinese(found)}`,
    ]);
  }
  for (const extension of extensionsOf(json, `${base}maxValue`)) {
    const limit = limitOf(extension, ground);
    if (limit === undefined || ordered(answer, limit, (order) => order > 0) !== true) continue;
    const most = shorten(limit.value);
    tell(ground, 'error', 'value', [
      'above-maximum',
      `The answer must be at most ${most}, found ${found}`,
      `答案不得大于 ${inChinese(most)}，实为 ${inChinese(found)}`,
    ]);
  }
}

function limitOf(extension: JsonObject, { compiler }: Ground): Item | undefined {
  return choiceItem(extension, 'value', 'Extension', compiler);
}

/** Counted in characters, not in UTF-16 units. */
function lengths(ground: Ground, json: JsonObject, value: string): void {
  const most = numberOf(json.maxLength);
  const least = numberOf(extensionValue(json, `${base}minLength`));
  if (most !== undefined && value.length > most) {
    const length = [...value].length;
    if (length > most) {
      const text = `The answer has ${length} characters; at most ${most} are allowed`;
      tell(ground, 'error', 'value', ['too-long', text, `答案有 ${length} 个字符；至多 ${most} 个`]);
    }
  }
  if (least === undefined) return;
  const length = [...value].length;
  if (length >= least) return;
  const text = `The answer has ${length} characters; at least ${least} are needed`;
  tell(ground, 'error', 'value', ['too-short', text, `答案有 ${length} 个字符；至少需要 ${least} 个`]);
}

function numberOf(value: Json | undefined): number | undefined {
  return isNumeric(value) ? Number(value) : undefined;
}

/** A pattern that is none, or that could run for ever, is the Questionnaire's fault and not the answer's. */
function pattern(ground: Ground, json: JsonObject, value: string): void {
  const regex = textOf(extensionValue(json, `${base}regex`));
  if (regex === undefined || matchesOrCannot(value, regex)) return;
  const [found, wanted] = [shorten(value), shorten(regex)];
  const zh = `答案 ${inChinese(found)} 不符合模式 ${inChinese(wanted)}`;
  tell(ground, 'error', 'value', ['questionnaire-answer-pattern', `The answer ${found} is not of the form ${wanted}`, zh]);
}

function matchesOrCannot(value: string, regex: string): boolean {
  try {
    return fullyMatches(value, regex);
  } catch (error) {
    if (error instanceof FhirPathError) return true;
    throw error;
  }
}

function decimalPlaces(ground: Ground, json: JsonObject, text: string): void {
  const most = numberOf(extensionValue(json, `${base}maxDecimalPlaces`));
  if (most === undefined) return;
  const [, fraction = ''] = /^[^.eE]*\.?(\d*)/.exec(text) ?? [];
  const places = fraction.length - Number(/[eE]([+-]?\d+)$/.exec(text)?.[1] ?? 0);
  if (places <= most) return;
  const en = `The answer ${shorten(text)} has ${places} decimal places; at most ${most} are allowed`;
  const zh = `答案 ${quoted(text)} 有 ${places} 位小数；至多 ${most} 位`;
  tell(ground, 'error', 'value', ['questionnaire-decimal-places', en, zh]);
}

function attachment(ground: Ground, json: JsonObject, value: JsonObject): void {
  const allowed = extensionsOf(json, `${base}mimeType`).flatMap(({ valueCode }) => textOf(valueCode) ?? []);
  const type = textOf(value.contentType);
  if (type !== undefined && allowed.length > 0 && !allowed.includes(type)) {
    const [found, list] = [shorten(type), listed(allowed)];
    within(ground, 'Attachment', 'contentType', () => {
      const zh = `该问题不接受媒体类型 ${inChinese(found)}，可用：${listed(allowed, '、')}`;
      tell(ground, 'error', 'value', ['questionnaire-mime-type', `The question does not take the media type ${found}, but ${list}`, zh]);
    });
  }
  const most = numberOf(extensionValue(json, `${base}maxSize`));
  const size = typeof value.data === 'string' ? byteLength(value.data) : numberOf(value.size);
  if (most === undefined || size === undefined || size <= most) return;
  const zh = `附件有 ${size} 字节；至多 ${most} 字节`;
  tell(ground, 'error', 'too-long', ['questionnaire-max-size', `The attachment has ${size} bytes; at most ${most} are allowed`, zh]);
}

function target(ground: Ground, json: JsonObject, value: JsonObject): void {
  const types = extensionsOf(json, `${base}questionnaire-referenceResource`).flatMap(({ valueCode }) => textOf(valueCode) ?? []);
  const reference = textOf(value.reference);
  if (types.length === 0 || reference === undefined || reference.startsWith('#')) return;
  const type = parseTarget(reference, ground.compiler.definitions);
  if (type === undefined || type === 'malformed' || types.includes(type)) return;
  const list = listed(types);
  const zh = `该问题要求引用 ${listed(types, '、')}，实为 ${type}`;
  tell(ground, 'error', 'value', [
    'questionnaire-reference-type',
    `The question wants a reference to ${list}; this leads to a ${type}`,
    zh,
  ]);
}
