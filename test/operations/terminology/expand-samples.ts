/** What the tests of `$expand` and `$find-matches` expand: few diagnoses in two versions, and a value set of each kind over them. */

export const url = 'http://t.cn/diagnoses';
export const vs = (id: string) => `http://t.cn/vs/${id}`;

const concept = (code: string, display: string, english: string, more: object = {}) => {
  return { code, display, designation: [{ language: 'en', value: english }], ...more };
};

/** A few lines of a classification of diagnoses, with chapters that are not recorded themselves. */
const diagnoses = {
  resourceType: 'CodeSystem',
  id: 'diagnoses',
  url,
  version: '2.0',
  language: 'zh-CN',
  status: 'active',
  content: 'complete',
  caseSensitive: false,
  valueSet: vs('whole'),
  hierarchyMeaning: 'is-a',
  property: [
    { code: 'chapter', type: 'string' },
    { code: 'kind', type: 'code' },
    { code: 'notSelectable', type: 'boolean' },
    { code: 'status', type: 'code' },
    { code: 'weight', type: 'decimal' },
  ],
  concept: [
    concept('J', '呼吸系统疾病', 'Respiratory', {
      property: [{ code: 'notSelectable', valueBoolean: true }],
      concept: [
        concept('J00', '急性鼻咽炎[感冒]', 'Common cold', {
          property: [
            { code: 'chapter', valueString: 'X' },
            { code: 'kind', valueCode: 'acute' },
          ],
          concept: [concept('J00.x1', '感冒', 'Cold', { property: [{ code: 'kind', valueCode: 'acute' }] })],
        }),
        concept('J18', '肺炎', 'Pneumonia', { definition: '肺部的炎症', property: [{ code: 'weight', valueDecimal: 1.5 }] }),
        concept('J99', '旧编码', 'Old code', { property: [{ code: 'status', valueCode: 'retired' }] }),
      ],
    }),
    concept('I10', '高血压病', 'Hypertension', { property: [{ code: 'kind', valueCode: 'chronic' }] }),
    concept('G70', '重症肌无力', 'Myasthenia gravis'),
  ],
};

const older = {
  ...diagnoses,
  id: 'diagnoses-1',
  version: '1.0',
  status: 'retired',
  valueSet: undefined,
  concept: [concept('I10', '高血压', 'High blood pressure'), concept('I11', '高血压性心脏病', 'Hypertensive heart disease')],
};

const drafted = { ...diagnoses, id: 'drafted', url: 'http://t.cn/drafted', valueSet: undefined, status: 'draft', content: 'fragment' };

const valueSet = (id: string, compose: object) => ({ resourceType: 'ValueSet', id, url: vs(id), status: 'active', compose });
const filtered = (id: string, property: string, op: string, value: string) => {
  return valueSet(id, { include: [{ system: url, filter: [{ property, op, value }] }] });
};

export const definitions = [
  diagnoses,
  older,
  drafted,
  valueSet('all', { include: [{ system: url }] }),
  valueSet('active', { inactive: false, include: [{ system: url }] }),
  filtered('is-a', 'concept', 'is-a', 'J'),
  filtered('below', 'concept', 'descendent-of', 'J'),
  filtered('not-below', 'concept', 'is-not-a', 'J'),
  filtered('above', 'concept', 'generalizes', 'J00.x1'),
  filtered('equal', 'kind', '=', 'acute'),
  filtered('one-of', 'kind', 'in', 'chronic, acute'),
  filtered('none-of', 'kind', 'not-in', 'acute'),
  filtered('there', 'chapter', 'exists', 'true'),
  filtered('not-there', 'kind', 'exists', 'false'),
  filtered('pattern', 'code', 'regex', 'J\\d+'),
  filtered('named', 'display', '=', '肺炎'),
  filtered('parent', 'parent', '=', 'J00'),
  filtered('child', 'child', 'exists', 'true'),
  filtered('codes', 'code', 'in', 'I10,g70'),
  filtered('decimal', 'weight', '=', '1.5'),
  filtered('explodes', 'display', 'regex', '(?=a)a'),
  filtered('strange', 'colour', '=', 'red'),
  valueSet('two-filters', {
    include: [
      {
        system: url,
        filter: [
          { property: 'concept', op: 'is-a', value: 'J' },
          { property: 'kind', op: '=', value: 'acute' },
        ],
      },
    ],
  }),
  valueSet('excluding', {
    include: [{ system: url }],
    exclude: [{ system: url, filter: [{ property: 'concept', op: 'is-a', value: 'J' }] }],
  }),
  valueSet('listed', {
    include: [
      {
        system: url,
        concept: [
          { code: 'G70', display: '肌无力', designation: [{ language: 'en', value: 'Weak muscles' }] },
          { code: 'J18' },
          { code: 'J18' },
        ],
      },
    ],
  }),
  valueSet('union', { include: [{ valueSet: [vs('listed')] }, { system: url, concept: [{ code: 'I10' }, { code: 'G70' }] }] }),
  valueSet('both', { include: [{ valueSet: [vs('is-a'), vs('equal')] }] }),
  valueSet('system-and-set', { include: [{ system: url, valueSet: [vs('listed')] }] }),
  valueSet('one', { include: [{ valueSet: [vs('other')] }, { system: url, concept: [{ code: 'I10' }] }] }),
  valueSet('other', { include: [{ valueSet: [vs('one')] }, { system: url, concept: [{ code: 'G70' }] }] }),
  valueSet('old-version', { include: [{ system: url, version: '1.0' }] }),
  valueSet('two-versions', {
    include: [
      { system: url, version: '1.0', concept: [{ code: 'I10' }] },
      { system: url, version: '2.0', concept: [{ code: 'I10' }] },
    ],
  }),
  valueSet('nowhere', { include: [{ system: 'http://t.cn/none' }] }),
  valueSet('imports-nowhere', { include: [{ valueSet: [vs('none')] }] }),
  valueSet('without-nowhere', { include: [{ system: url, concept: [{ code: 'I10' }] }], exclude: [{ system: 'http://t.cn/none' }] }),
  valueSet('partly', { include: [{ system: 'http://t.cn/drafted' }] }),
  {
    ...valueSet('large', { include: [{ system: 'http://t.cn/large' }] }),
  },
  {
    resourceType: 'CodeSystem',
    id: 'large',
    url: 'http://t.cn/large',
    status: 'active',
    content: 'complete',
    concept: Array.from({ length: 10_001 }, (_, at) => ({ code: `c${at}`, display: `第${at}项` })),
  },
];

/** In one transaction. */
export function bundleOf(resources: typeof definitions) {
  const entry = resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }));
  return { resourceType: 'Bundle', type: 'transaction', entry };
}
