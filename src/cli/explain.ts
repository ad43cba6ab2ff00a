/** `lianyi explain`: how a search is understood, what the store is asked for it, and what that costs. Source: R4 search.html */
import { Command, Option } from 'commander';
import { readConfig } from '../config.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import type { Language } from '../model/message.js';
import { FhirError } from '../model/outcome.js';
import { languageOption } from './language.js';
import { openServer } from './open-server.js';
import { baseOf } from './places.js';
import { settingsHelp } from './settings-help.js';
import { widthOf } from './width.js';

interface Options {
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const examples = `
Examples:
  $ lianyi explain 'Patient?name=张三&birthdate=ge1980'
  $ lianyi explain 'Observation?subject:Patient.identifier=MR42&_sort=-date' --lang zh
  $ lianyi explain 'http://127.0.0.1:8080/fhir/Patient/1/Observation?code=8480-6' --format json

The search is run on the store that STORE names; a server may be running on it. Without a server the same is to be had by
_explain=true in the search itself, where EXPLAIN_SEARCHES=true allows it. --format json prints the same Parameters resource.

Exit code: 0 it was printed, 1 the search is refused or the store cannot be opened, 2 a setting or an option is wrong.`;

export function explainCommand(): Command {
  return new Command('explain')
    .description('print how a search is understood and carried out, and what it costs')
    .argument('<url>', 'of the search: whole, or what follows the base')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples)
    .addHelpText('after', `\nSettings, from the environment:\n${settingsHelp()}`)
    .addOption(languageOption())
    .action(explain);
}

async function explain(url: string, { format, lang }: Options): Promise<void> {
  const config = readConfig(process.env);
  const server = await openServer({ ...config, baseUrl: baseOf(config) });
  try {
    const text = await server.explain(url, lang);
    process.stdout.write(format === 'json' ? `${text}\n` : asText(JSON.parse(text) as JsonObject, lang));
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    for (const issue of error.issues) process.stderr.write(`${issue.message[lang]}\n`);
    process.exitCode = 1;
  } finally {
    await server.close();
  }
}

/** What the names of the parts are called; those that are missing stand as they are. */
const titles: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    parameter: 'Parameter',
    criterion: 'means',
    query: 'Asked of the store',
    step: 'Step',
    answer: 'Answer',
    keysExamined: 'keys examined',
    documentsExamined: 'documents examined',
    scans: 'reads from end to end',
    next: 'has a next page',
    continues: 'continues behind a cursor',
  },
  zh: {
    parameter: '检索参数',
    criterion: '含义',
    query: '向存储的请求',
    plan: '执行计划',
    step: '步骤',
    answer: '结果',
    name: '名称',
    value: '值',
    type: '资源类型',
    kind: '参数类型',
    modifier: '修饰符',
    predicate: '条件',
    where: '查找',
    sort: '排序',
    count: '每页',
    total: '总数',
    include: '包含',
    continues: '从游标继续',
    purpose: '目的',
    statement: '语句',
    index: '索引',
    scans: '从头到尾读取',
    milliseconds: '毫秒',
    keysExamined: '检查的键',
    documentsExamined: '检查的文档',
    rows: '行数',
    matches: '匹配',
    included: '被包含',
    next: '有下一页',
  },
};

function asText({ parameter }: JsonObject, lang: Language): string {
  return objectsOf(parameter)
    .map((one) => `${linesOf(one, lang, '').join('\n')}\n`)
    .join('\n');
}

/** A line for each value, those of one name under one title; groups with their parts set in. */
function linesOf({ name, part }: JsonObject, lang: Language, indent: string): readonly string[] {
  const parts = objectsOf(part);
  const lines = parts.flatMap((one, at) => {
    if (one.part !== undefined) return linesOf(one, lang, `${indent}  `);
    if (shortLists.has(String(one.name)) && at > 0 && parts[at - 1]?.name === one.name) return [];
    const same = parts.filter((other) => other.name === one.name).map(shownValue);
    const text = shortLists.has(String(one.name)) ? same.join(', ') : shownValue(one);
    return valueLines(parts[at - 1]?.name === one.name ? '' : titleOf(one, lang), text, `${indent}  `);
  });
  return [`${indent}${titleOf({ name }, lang)}`, ...lines];
}

/** Repeated values that stand beside each other. */
const shortLists: ReadonlySet<string> = new Set(['value', 'index']);
const TITLE_WIDTH = 24;

function titleOf({ name }: JsonObject, lang: Language): string {
  return titles[lang][String(name)] ?? String(name);
}

function shownValue(parameter: JsonObject): string {
  const [, value] = Object.entries(parameter).find(([key]) => key.startsWith('value')) ?? [];
  return String(value);
}

function valueLines(title: string, value: string, indent: string): readonly string[] {
  const gap = ' '.repeat(Math.max(1, TITLE_WIDTH - widthOf(title)));
  const [first = '', ...more] = value.split('\n');
  return [`${indent}${title}${gap}${first}`, ...more.map((line) => `${indent}${' '.repeat(TITLE_WIDTH)}${line}`)];
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
