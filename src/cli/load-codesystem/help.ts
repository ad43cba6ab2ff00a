/** What `lianyi load-codesystem` says of itself, and at its end. */
import { withoutVersion } from '../../definitions/canonicals.js';
import type { Language } from '../../model/message.js';

export const about = `
The file is CSV or TSV with a row of headings, or a FHIR CodeSystem in JSON, of whatever size. UTF-8, UTF-16 with a mark and GB18030 (GBK)
are told apart by themselves. Columns are known by usual headings (诊断代码, 编码, 主要编码, 名称, 诊断名称, 手术名称, 英文名称, 上级编码, 附加编码,
拼音码, 停用, code, display …) or named: --columns "code=诊断代码,display=诊断名称,english=英文名,parent=上级,prop:chapter=章". Excel: save as CSV.

All rows are checked before anything is stored; what is wrong is told with line, column and value. A running server on the same store
knows the codes within a second. Memory is bounded by TERMINOLOGY_MEMORY.

文件为带表头的 CSV/TSV，或任意大小的 FHIR CodeSystem（JSON）。自动识别 UTF-8、带标记的 UTF-16 与 GB18030（GBK）；常见表头自动识别，也可用 --columns
指定。先检查全部行，再一次性入库；错误注明行、列与值。同一存储上运行中的服务器一秒内即可使用。Excel 请先另存为 CSV。

Examples 示例:
  $ lianyi load-codesystem icd10.csv --url https://example.org/fhir/CodeSystem/icd-10-gl --version 2.0 --title 国临版2.0 --hierarchy prefix
  $ lianyi load-codesystem loinc.csv --url http://loinc.org --version 2.77 --columns code=LOINC_NUM,display=LONG_COMMON_NAME
  $ lianyi load-codesystem codes.json --replace
  $ lianyi load-codesystem local-names.csv --url https://hospital.example/names --version 1 --supplements http://loinc.org

Exit code: 0 loaded (or there already), 1 it could not be loaded (standard error says why), 2 the command or a setting is wrong.
STORE is sqlite:./data/lianyi.db unless it is set; a server may be running on it.`;

export interface Summary {
  readonly kind: 'put' | 'same' | 'dry-run';
  readonly base: string;
  readonly url: string;
  readonly version: string;
  readonly valueSet: string | undefined;
  /** Canonical of the code system whose codes they are, where that is another. */
  readonly supplements: string | undefined;
  readonly concepts: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** Of the file. */
  readonly read: string;
  readonly repeated: number;
  readonly withoutDisplay: number;
  readonly unread: readonly string[];
  /** A code that is asked for in the example. */
  readonly code: string;
}

export function summary(of: Summary, language: Language): string {
  const megabytes = (of.bytes / 1024 / 1024).toFixed(1);
  const seconds = (of.milliseconds / 1000).toFixed(1);
  const name = `${of.url}|${of.version}`;
  const inChinese = language === 'zh';
  const lines = inChinese
    ? [
        `${name}：${of.concepts} 个概念，${seconds} 秒，占内存 ${megabytes} MB（${of.read}）${done.zh[of.kind]}`,
        ...(of.repeated === 0 ? [] : [`警告：${of.repeated} 行与前面的行完全相同，已略过`]),
        ...(of.withoutDisplay === 0 ? [] : [`警告：${of.withoutDisplay} 个代码没有名称`]),
        ...(of.unread.length === 0 ? [] : [`未读取的列：${some(of.unread).join('、')}（可用 --columns 的 prop:… 作为属性读入）`]),
      ]
    : [
        `${name}: ${of.concepts} concepts in ${seconds} s, ${megabytes} MB of memory (${of.read})${done.en[of.kind]}`,
        ...(of.repeated === 0 ? [] : [`Warning: ${of.repeated} rows say again what an earlier one says; they were left out`]),
        ...(of.withoutDisplay === 0 ? [] : [`Warning: ${of.withoutDisplay} codes have no name`]),
        ...(of.unread.length === 0
          ? []
          : [`Columns not read: ${some(of.unread).join(', ')} (--columns with prop:… reads them as properties)`]),
      ];
  return `${[...lines, ...(of.kind === 'dry-run' ? [] : asking(of, inChinese))].join('\n')}\n`;
}

/** A file may have more columns than anybody reads. */
const MOST_COLUMNS = 50;

function some(columns: readonly string[]): readonly string[] {
  return columns.length <= MOST_COLUMNS ? columns : [...columns.slice(0, MOST_COLUMNS), `… (+${columns.length - MOST_COLUMNS})`];
}

const done = {
  en: { put: '', same: '; exactly this was there already, nothing was done', 'dry-run': '; a dry run, nothing was stored' },
  zh: { put: '', same: '；库中已有完全相同的内容，未作改动', 'dry-run': '；试运行，未入库' },
} as const;

function asking({ base, url, version, valueSet, supplements, code }: Summary, inChinese: boolean): readonly string[] {
  const asked = (path: string, parameters: Readonly<Record<string, string>>) => `  GET ${base}/${path}?${new URLSearchParams(parameters)}`;
  return [
    inChinese ? '查询方式：' : 'Ask for them:',
    asked('CodeSystem/$lookup', supplements === undefined ? { system: url, version, code } : { system: withoutVersion(supplements), code }),
    ...(valueSet === undefined ? [] : [asked('ValueSet/$expand', { url: valueSet, filter: code.slice(0, 3), count: '10' })]),
  ];
}
