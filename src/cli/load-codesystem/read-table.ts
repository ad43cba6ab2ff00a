/**
 * A CSV or TSV as a table of concepts: every row is checked, and all that is wrong is told before anything is stored.
 * Source: R4 codesystem-definitions.html#CodeSystem.concept.code, datatypes.html#code
 */
import type { CodeSystemConceptDesignation, CodeSystemConceptProperty } from 'fhir/r4.js';
import { createTableBuilder, type GivenConcept, type TableBuilder } from '../../terminology/table/build-table.js';
import { type Columns, findColumns, isSaid, type Role } from './columns.js';
import type { Encoded } from './encoding.js';
import { CodesRefused, createFaults, type Faults, refused, type Said } from './faults.js';
import { checkParents, linkByPrefix } from './hierarchy.js';
import { eachRow, type OnRow } from './rows.js';

export interface TableReading {
  readonly delimiter: string;
  readonly columns: ReadonlyMap<string, string> | undefined;
  readonly caseSensitive: boolean;
  /** Whether what a code begins with is what stands above it. */
  readonly byPrefix: boolean;
  /** How many bytes are behind. */
  readonly onBytes?: (bytes: number) => void;
}

export interface Read {
  readonly builder: TableBuilder;
  /** Rows that say what another said already. */
  readonly repeated: number;
  readonly withoutDisplay: number;
  readonly hasHierarchy: boolean;
  /** Headings of columns that nothing was read from. */
  readonly unread: readonly string[];
}

interface Reading {
  readonly builder: TableBuilder;
  readonly faults: Faults;
  readonly headings: readonly string[];
  readonly columns: Columns;
  /** By place: the line, and the code above; '': none. */
  readonly lines: number[];
  readonly parents: string[];
  repeated: number;
  withoutDisplay: number;
}

/** Throws CodesRefused with all that is wrong. */
export async function readTableFile(encoded: Encoded, wanted: TableReading): Promise<Read> {
  const { delimiter, columns, caseSensitive, byPrefix, onBytes } = wanted;
  let reading: Reading | undefined;
  const builder = createTableBuilder({ caseSensitive, isComplete: true });
  const onRow: OnRow = (fields, line) => {
    if (reading === undefined) reading = begun(fields, line, columns, builder);
    else readRow(reading, fields, line);
  };
  await eachRow({ encoded, delimiter, onRow, onBytes });
  if (reading === undefined) throw refused(['the file is empty: a row of headings was expected', '文件为空：应有表头行']);
  const { faults, parents, lines } = reading;
  if (builder.count === 0 && faults.count === 0) faults.add(['there is no row below the headings', '表头之下没有数据行']);
  checkParents({ builder, parents, lines, faults, column: nameOf(reading, 'parent') });
  if (faults.count > 0) throw new CodesRefused(faults);
  const prefixed = byPrefix ? linkByPrefix(builder, parents) : 0;
  const { repeated, withoutDisplay } = reading;
  const hasHierarchy = prefixed > 0 || parents.some((parent) => parent !== '');
  return { builder, repeated, withoutDisplay, hasHierarchy, unread: reading.columns.unread };
}

function begun(headings: readonly string[], line: number, wanted: ReadonlyMap<string, string> | undefined, builder: TableBuilder): Reading {
  const columns = findColumns(headings, wanted);
  if (isSaid(columns)) throw refused(columns, { line });
  return { builder, faults: createFaults(), headings, columns, lines: [], parents: [], repeated: 0, withoutDisplay: 0 };
}

function nameOf({ headings, columns }: Pick<Reading, 'headings' | 'columns'>, role: Role): string {
  return headings[columns.byRole.get(role) ?? -1] ?? role;
}

/** One space at most, and none at the ends. Source: R4 datatypes.html#code */
const codeForm = /^\S+( \S+)*$/;

function readRow(reading: Reading, fields: readonly string[], line: number): void {
  const { headings, faults, columns, builder } = reading;
  if (fields.length > headings.length && fields.slice(headings.length).some((field) => field.trim() !== '')) {
    faults.add(
      [
        `the row has ${fields.length} fields and the headings are ${headings.length}; a field with the delimiter in it is put in quotes`,
        `该行有 ${fields.length} 个字段，而表头有 ${headings.length} 个；含分隔符的字段应加引号`,
      ],
      { line },
    );
    return;
  }
  const raw = (role: Role) => fields[columns.byRole.get(role) ?? -1] ?? '';
  const code = raw('code');
  if (isWrongCode(reading, code, line)) return;
  const concept = conceptOf(reading, fields, line);
  const parent = raw('parent').trim();
  if (builder.add(concept)) {
    reading.lines.push(line);
    reading.parents.push(parent);
    if (concept.display === undefined) reading.withoutDisplay++;
    return;
  }
  const place = builder.placeOf(code);
  if (builder.isAt(place, concept) && reading.parents[place] === parent) {
    reading.repeated++;
    return;
  }
  const { code: before, display = '' } = builder.conceptAt(place);
  faults.add(
    [
      `the code "${code}" (${concept.display ?? ''}) stands in line ${reading.lines[place]} already, otherwise: "${before}" (${display})`,
      `代码“${code}”（${concept.display ?? ''}）已在第 ${reading.lines[place]} 行出现，且内容不同：“${before}”（${display}）`,
    ],
    { line, column: nameOf(reading, 'code') },
  );
}

function isWrongCode(reading: Reading, code: string, line: number): boolean {
  const said = wrongIn(code);
  if (said !== undefined) reading.faults.add(said, { line, column: nameOf(reading, 'code') });
  return said !== undefined;
}

function wrongIn(code: string): Said | undefined {
  const trimmed = code.trim();
  if (trimmed === '') return ['the code is empty', '代码为空'];
  if (trimmed !== code) return [`the code "${code}" has spaces at its ends`, `代码“${code}”首尾有空格`];
  if (codeForm.test(code)) return undefined;
  return [`the code "${code}" has white space in it beyond single spaces`, `代码“${code}”中含有连续空格或其他空白字符`];
}

function conceptOf(reading: Reading, fields: readonly string[], line: number): GivenConcept {
  const { byRole, properties } = reading.columns;
  const text = (role: Role) => {
    const place = byRole.get(role);
    return place === undefined ? '' : (fields[place] ?? '').trim();
  };
  const [display, definition, english, alias] = [text('display'), text('definition'), text('english'), text('alias')];
  const designation: CodeSystemConceptDesignation[] = [];
  if (english !== '') designation.push({ language: 'en', value: english });
  if (alias !== '') for (const value of alias.split(/[;；]/)) if (value.trim() !== '') designation.push({ value: value.trim() });
  const property: CodeSystemConceptProperty[] = [];
  for (const role of ['inactive', 'notSelectable'] as const) {
    if (byRole.has(role) && truth(reading, text(role), role, line)) property.push({ code: role, valueBoolean: true });
  }
  for (const role of ['additional', 'pinyin'] as const) {
    const value = text(role);
    if (value !== '') property.push({ code: role, valueString: value });
  }
  for (const [code, place] of properties) {
    const value = (fields[place] ?? '').trim();
    if (value !== '') property.push({ code, valueString: value });
  }
  return {
    code: fields[byRole.get('code') ?? -1] ?? '',
    ...(display === '' ? {} : { display }),
    ...(definition === '' ? {} : { definition }),
    ...(designation.length === 0 ? {} : { designation }),
    ...(property.length === 0 ? {} : { property }),
  };
}

const yes = new Set(['1', 'true', 'yes', 'y', 't', '是', '√', '停用', '已停用', '作废', '已作废', '不可选', 'inactive', 'retired']);
const no = new Set(['', '0', 'false', 'no', 'n', 'f', '否', '×', '启用', '在用', '正常', '有效', '可选', 'active']);

function truth(reading: Reading, value: string, role: Role, line: number): boolean {
  const folded = value.toLowerCase();
  if (yes.has(folded)) return true;
  if (!no.has(folded)) {
    reading.faults.add(
      [
        `"${value}" is neither yes nor no; 是 or 否, 1 or 0, true or false was expected`,
        `“${value}”既非是也非否；应为是/否、1/0 或 true/false`,
      ],
      { line, column: nameOf(reading, role) },
    );
  }
  return false;
}
