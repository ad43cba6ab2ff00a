/**
 * Which column of a table of codes says what: as `--columns` names them, else by headings that are usual in catalogues of hospitals,
 * of the insurance and of LOINC.
 */
import type { Said } from './faults.js';

export const roles = [
  'code',
  'display',
  'english',
  'alias',
  'pinyin',
  'definition',
  'parent',
  'additional',
  'inactive',
  'notSelectable',
] as const;
export type Role = (typeof roles)[number];

export interface Columns {
  /** Place of the column, from 0. */
  readonly byRole: ReadonlyMap<Role, number>;
  /** Columns that become properties, by the code of the property. */
  readonly properties: ReadonlyMap<string, number>;
  /** Headings of what is not read. */
  readonly unread: readonly string[];
}

/** In the order in which they are looked for. */
const usual: Readonly<Record<Role, readonly string[]>> = {
  code: words(
    'code 编码 代码 主要编码 诊断代码 诊断编码 疾病代码 疾病编码 手术代码 手术编码 手术操作代码 手术操作编码 操作代码 操作编码 项目代码 项目编码 药品代码 药品编码 医保代码 医保编码 ' +
      '值 icd编码 icd代码 icd10编码 icd10 icd-10 icd-10编码 icd9编码 loinc_num loinc代码 loinc编码 材料编码 耗材编码 编号',
  ),
  display: words(
    'display name 名称 诊断名称 疾病名称 手术名称 手术操作名称 操作名称 项目名称 药品名称 医保名称 中文名称 中文名 值含义 含义 通用名 药品通用名 long_common_name component 材料名称 耗材名称',
  ),
  english: words('english englishname en 英文名称 英文名 英文 英文含义 英语名称'),
  alias: words('alias synonym 别名 同义词 俗称 其他名称 又名 曾用名'),
  pinyin: words('pinyin 拼音码 拼音 拼音简码 简拼 助记码 输入码 拼音首字母'),
  definition: words('definition description 定义 说明 描述 释义'),
  parent: words('parent 上级编码 上级代码 父编码 父代码 父级编码 父级代码 上级 父级 parentcode'),
  additional: words('additional 附加编码 附加代码 附加码 星号编码'),
  inactive: words('inactive 停用 是否停用 作废 是否作废 停用标志 作废标志'),
  notSelectable: words('notselectable abstract 不可选 是否不可选'),
};

function words(text: string): readonly string[] {
  return text.split(' ');
}

const PROPERTY = 'prop:';
/** Codes of R4: no white space at the ends, none of two. Source: R4 datatypes.html#code */
const propertyCode = /^[A-Za-z][A-Za-z0-9-]*$/;

function folded(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s*（）()_]/g, '');
}

/** Of `--columns`: `code=编码,display=名称,prop:category=类别`. A Said: what is wrong with it. */
export function parseColumns(text: string): ReadonlyMap<string, string> | Said {
  const wanted = new Map<string, string>();
  for (const one of text.split(/[,，]/).filter((part) => part.trim() !== '')) {
    const [name = '', ...rest] = one.split('=');
    const [role, heading] = [name.trim(), rest.join('=').trim()];
    const isKnown =
      (roles as readonly string[]).includes(role) || (role.startsWith(PROPERTY) && propertyCode.test(role.slice(PROPERTY.length)));
    if (!isKnown || heading === '') {
      const known = `${roles.join(', ')}, prop:<code>`;
      return [
        `--columns: "${one.trim()}" was not understood; expected were pairs such as code=编码, with one of ${known}`,
        `--columns：无法理解“${one.trim()}”；应为 code=编码 这样的对应关系，可用 ${known}`,
      ];
    }
    if (wanted.has(role)) return [`--columns names ${role} twice`, `--columns 中 ${role} 出现了两次`];
    wanted.set(role, heading);
  }
  return wanted;
}

/** A Said: what is wrong with the headings. */
export function findColumns(headings: readonly string[], wanted: ReadonlyMap<string, string> | undefined): Columns | Said {
  const places = new Map<string, number>();
  for (const [place, heading] of headings.entries()) {
    const name = folded(heading);
    if (name === '') continue;
    if (places.has(name)) return [`the heading "${heading}" stands twice`, `表头“${heading}”出现了两次`];
    places.set(name, place);
  }
  const found = wanted === undefined ? recognised(places) : named(places, wanted, headings);
  if (isSaid(found)) return found;
  if (found.byRole.has('code')) {
    const read = new Set([...found.byRole.values(), ...found.properties.values()]);
    return { ...found, unread: headings.filter((heading, place) => !read.has(place) && heading.trim() !== '') };
  }
  return [
    `there is no column of codes among the headings ${quoted(headings)}; one such as 编码, 诊断代码 or code was expected, or name it: --columns code=…,display=…`,
    `表头 ${quoted(headings)} 中没有代码列；应有“编码”“诊断代码”或“code”等列，或用 --columns code=…,display=… 指明`,
  ];
}

type Found = Pick<Columns, 'byRole' | 'properties'>;

export function isSaid(found: object): found is Said {
  return Array.isArray(found);
}

function recognised(places: ReadonlyMap<string, number>): Found {
  const byRole = new Map<Role, number>();
  for (const role of roles) {
    const name = usual[role].map(folded).find((one) => places.has(one));
    const place = name === undefined ? undefined : places.get(name);
    if (place !== undefined) byRole.set(role, place);
  }
  return { byRole, properties: new Map() };
}

function named(places: ReadonlyMap<string, number>, wanted: ReadonlyMap<string, string>, headings: readonly string[]): Found | Said {
  const byRole = new Map<Role, number>();
  const properties = new Map<string, number>();
  for (const [role, heading] of wanted) {
    const place = places.get(folded(heading));
    if (place === undefined) {
      return [`there is no column "${heading}"; the headings are ${quoted(headings)}`, `没有“${heading}”列；表头为 ${quoted(headings)}`];
    }
    if (role.startsWith(PROPERTY)) properties.set(role.slice(PROPERTY.length), place);
    else byRole.set(role as Role, place);
  }
  return { byRole, properties };
}

/** Characters of a heading, and headings, that are shown. */
const SHOWN = 30;

function quoted(headings: readonly string[]): string {
  const some = headings.slice(0, SHOWN).map((one) => `"${one.slice(0, SHOWN)}"`);
  return some.join(', ') + (headings.length > SHOWN ? ', …' : '');
}
