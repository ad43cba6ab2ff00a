/** The columns of a laboratory system, and which properties of Observation and DiagnosticReport each becomes. */
import type { Step } from './patient-steps.js';

export const resultSteps: readonly Step[] = [
  {
    title: { zh: '是什么', en: 'What it is' },
    columns: [],
    properties: ['resourceType', 'meta', 'status', 'category'],
    note: {
      zh: '照抄。status：已审核的结果写 final，未审核 preliminary，改过的 corrected，作废 entered-in-error。',
      en: 'Copy this. status is final for a reviewed result, preliminary before that, corrected where it was changed, entered-in-error where it does not hold.',
    },
  },
  {
    title: { zh: '结果的编号', en: 'Number of the result' },
    columns: [[{ zh: '报告号-序号', en: 'Report number and line' }, 'JY202611260001-1']],
    properties: ['identifier'],
    note: {
      zh: 'system 用本院的一个网址，全院统一、不再改变；有了编号，重发时服务器才认得是同一个结果。',
      en: 'system is an address of your hospital’s own that never changes; by the number the server knows the result when it is sent again.',
    },
  },
  {
    title: { zh: '项目', en: 'Item' },
    columns: [
      [{ zh: '项目代码', en: 'Code of the item' }, 'GLU'],
      [{ zh: '项目名称', en: 'Name of the item' }, '空腹血糖'],
    ],
    properties: ['code'],
    note: {
      zh: '先写本院代码；知道 LOINC 代码就并列写上，别的医院才能一起检索。',
      en: 'The local code first; the LOINC code beside it where it is known, so that results of several hospitals are found together.',
    },
  },
  {
    title: { zh: '患者、时间、机构', en: 'Patient, times, institution' },
    columns: [
      [{ zh: '采样时间', en: 'Time of sampling' }, '2026-11-26 07:30:00'],
      [{ zh: '审核时间', en: 'Time of review' }, '2026-11-26 10:12:00'],
    ],
    properties: ['subject', 'effectiveDateTime', 'issued', 'performer'],
    note: {
      zh: '时间要带时区：北京时间写 +08:00。subject 和 performer 必须有，引用同一个 Bundle 里的患者和机构。',
      en: 'Times have a zone: +08:00 is Beijing time. subject and performer must be there and refer to the patient and the institution of the same Bundle.',
    },
  },
  {
    title: { zh: '结果、单位、参考范围', en: 'Value, unit, reference range' },
    columns: [
      [{ zh: '结果', en: 'Value' }, '6.3'],
      [{ zh: '单位', en: 'Unit' }, 'mmol/L'],
      [{ zh: '参考下限、上限', en: 'Lower and upper limit' }, '3.9, 6.1'],
      [{ zh: '异常标志', en: 'Abnormal' }, '↑'],
    ],
    properties: ['valueQuantity', 'interpretation', 'referenceRange'],
    note: {
      zh: '数值不加引号，保留报告上的小数位。unit 写报告上印的单位，code 写 UCUM 代码（μmol/L 的代码是 umol/L，次/分是 /min）。文字结果（如“阴性”）改用 valueString 或 valueCodeableConcept。参考范围只有一段文字（3.9-6.1）的，只写 referenceRange 的 text。↑ 是 H，↓ 是 L，正常是 N。',
      en: 'The number without quotes and with the digits of the report. unit as printed, code in UCUM (umol/L for μmol/L, /min for times a minute). A result in words, such as "negative", is a valueString or valueCodeableConcept. A reference range that is one text goes to the text of referenceRange alone. ↑ is H, ↓ is L, normal is N.',
    },
  },
];

export const reportSteps: readonly Step[] = [
  {
    title: { zh: '报告号、状态、种类', en: 'Number, state and kind' },
    columns: [
      [{ zh: '检验报告单号', en: 'Number of the report' }, 'JY202611260001'],
      [{ zh: '报告名称', en: 'Name of the report' }, '生化检验'],
    ],
    properties: ['resourceType', 'meta', 'identifier', 'status', 'category', 'code'],
    note: { zh: 'category 的 LAB 表示检验。', en: 'LAB as category says that it is of a laboratory.' },
  },
  {
    title: { zh: '患者、时间、机构', en: 'Patient, times, institution' },
    columns: [[{ zh: '报告时间', en: 'Time of the report' }, '2026-11-26 10:15:00']],
    properties: ['subject', 'effectiveDateTime', 'issued', 'performer'],
    note: { zh: 'issued 是报告发布的时间。', en: 'issued is when the report was given out.' },
  },
  {
    title: { zh: '包括哪些结果，结论', en: 'Its results, and the conclusion' },
    columns: [[{ zh: '结论', en: 'Conclusion' }, '空腹血糖偏高，建议复查。']],
    properties: ['result', 'conclusion'],
    note: { zh: 'result 引用每个 Observation，按报告上的顺序。', en: 'result refers to each Observation, in the order of the report.' },
  },
];
