/** The columns of a hospital's own table of patients, and which properties of the Patient each becomes. */
import type { Words } from '../language.js';

export interface Step {
  readonly title: Words;
  /** Name of the column and a value in it. */
  readonly columns: readonly (readonly [Words, string])[];
  readonly properties: readonly string[];
  readonly note: Words;
  /** The code system a column is of, for those who have the name alone, or wonder which codes there are. */
  readonly codes?: string;
}

export const patientSteps: readonly Step[] = [
  {
    title: { zh: '先写明这是什么', en: 'Say what it is' },
    columns: [],
    properties: ['resourceType', 'meta'],
    note: {
      zh: '照抄。meta.profile 写明遵循哪个规范，服务器就按它检查。',
      en: 'Copy this. meta.profile names the profile that the server checks it by.',
    },
  },
  {
    title: { zh: '号码', en: 'Numbers' },
    columns: [
      [{ zh: '身份证号', en: 'Identity number' }, '310000198512312462'],
      [{ zh: '病案号', en: 'Medical record number' }, '00123456'],
    ],
    properties: ['identifier'],
    note: {
      zh: '每个号码一项：system 是号码的种类（在“标识”一页查），value 是号码本身，最后的 X 用大写。病案号只在本院内唯一，要在 assigner 写明本院。system 抄错，服务器不会报错，只会当作另一种号码，以后就查不到。没有身份证的人可以只有其他号码。',
      en: 'One item for each number: system is the kind of number (see the page of identifiers), value the number itself, a final X as a capital. A record number is unique in its hospital only, so the assigner says which. A misspelt system is not an error: it is another kind of number, and the patient is not found by it later. People without an identity card may have other numbers alone.',
    },
  },
  {
    title: { zh: '姓名', en: 'Name' },
    columns: [[{ zh: '姓名', en: 'Name' }, '张秀英']],
    properties: ['name'],
    note: {
      zh: '全名写在 text，照证件写，不加空格；少数民族姓名的间隔号用“·”（U+00B7）。',
      en: 'The whole name goes to text, as in the document and without spaces; the dot in names of minorities is “·” (U+00B7).',
    },
  },
  {
    title: { zh: '性别', en: 'Sex' },
    columns: [[{ zh: '性别代码（GB/T 2261.1）', en: 'Sex code (GB/T 2261.1)' }, '2']],
    properties: ['gender', '_gender'],
    note: {
      zh: '1 写 male，2 写 female，0 和 9 都写 unknown。原来的代码放在 _gender 里，不会丢；没有代码的，_gender 整个不写。',
      en: '1 becomes male, 2 female, 0 and 9 both unknown. The national code stays in _gender, so nothing is lost; who has none leaves _gender out.',
    },
    codes: 'urn:oid:2.16.156.10011.2.3.3.4',
  },
  {
    title: { zh: '出生日期', en: 'Birth date' },
    columns: [[{ zh: '出生日期', en: 'Birth date' }, '19851231']],
    properties: ['birthDate'],
    note: { zh: '写成 年-月-日；不知道日，只写 年-月。', en: 'As year-month-day; without the day where it is not known.' },
  },
  {
    title: { zh: '民族', en: 'Ethnic group' },
    columns: [[{ zh: '民族代码（GB 3304）', en: 'Code of the ethnic group (GB 3304)' }, '01']],
    properties: ['extension'],
    note: {
      zh: 'FHIR 本身没有民族，所以放在扩展 extension 里：url 说明是什么，valueCoding 是值。表里只有“汉族”这样的名称，先按代码表换成代码。',
      en: 'FHIR itself has no such element, so it is an extension: url says what it is, valueCoding is the value. Who has the name alone looks its code up first.',
    },
    codes: 'urn:oid:2.16.156.10011.2.3.3.3',
  },
  {
    title: { zh: '婚姻状况', en: 'Marital status' },
    columns: [[{ zh: '婚姻状况代码（GB/T 2261.2）', en: 'Marital status code (GB/T 2261.2)' }, '21']],
    properties: ['maritalStatus'],
    note: { zh: '代码、代码系统和名称一起写。', en: 'The code with its system and its name.' },
    codes: 'urn:oid:2.16.156.10011.2.3.3.5',
  },
  {
    title: { zh: '电话', en: 'Telephone' },
    columns: [[{ zh: '手机', en: 'Mobile phone' }, '13800000000']],
    properties: ['telecom'],
    note: { zh: '座机不写 use；电子邮件的 system 写 email。', en: 'A landline goes without use; system is email for an e-mail address.' },
  },
  {
    title: { zh: '住址', en: 'Address' },
    columns: [
      [{ zh: '现住址-省', en: 'Present address: province' }, '江苏省'],
      [{ zh: '现住址-市', en: 'Prefecture' }, '苏州市'],
      [{ zh: '现住址-县', en: 'County' }, '示例县'],
      [{ zh: '现住址-其他', en: 'The rest' }, '健康路1号2室'],
      [{ zh: '邮编', en: 'Postal code' }, '215000'],
    ],
    properties: ['address'],
    note: {
      zh: '住址只有一列的，整个写在 text，其余不写。户籍地址另写一项，地址类别用代码 1。',
      en: 'Who has the address in one column writes it to text and leaves the rest out. The registered residence is another item, with code 1 as the kind of address.',
    },
    codes: 'https://lianyi.cn/fhir/CodeSystem/cv02-01-205',
  },
  {
    title: { zh: '联系人', en: 'Contact' },
    columns: [
      [{ zh: '联系人姓名', en: 'Name of the contact' }, '李建国'],
      [{ zh: '关系代码（GB/T 4761）', en: 'Relationship code (GB/T 4761)' }, '11'],
      [{ zh: '联系人电话', en: 'Telephone of the contact' }, '13900000000'],
    ],
    properties: ['contact'],
    note: { zh: '没有的项整个不写，不要写空字符串或“无”。', en: 'What is not known is left out whole: no empty strings, no "none".' },
    codes: 'urn:oid:2.16.156.10011.2.3.3.8',
  },
];
