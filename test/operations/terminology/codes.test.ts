import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf } from '../../running-server.js';
import { serverOn } from '../../server-on.js';
import { stores } from '../../stores.js';

jest.setTimeout(60_000);

const base = 'http://example.org/fhir';
const system = `${base}/CodeSystem/animals`;
const codeSystem = (id: string, fields: object) => ({
  ...{ resourceType: 'CodeSystem', id, url: `${base}/CodeSystem/${id}`, status: 'active', content: 'complete' },
  ...fields,
});
const valueSet = (id: string, compose: object) => ({
  ...{ resourceType: 'ValueSet', id, url: `${base}/ValueSet/${id}`, status: 'active' },
  compose,
});

const mammals = {
  ...{ code: 'mammal', display: 'Mammal', property: [{ code: 'notSelectable', valueBoolean: true }] },
  concept: [
    {
      ...{ code: 'cat', display: 'Cat', definition: 'It purrs.', property: [{ code: 'legs', valueInteger: 4 }] },
      designation: [{ language: 'zh-CN', value: '猫' }],
    },
    { code: 'bat', display: 'Bat' },
  ],
};
const property = [
  { code: 'legs', type: 'integer' },
  { code: 'status', type: 'code' },
];
const resources = [
  codeSystem('animals', {
    ...{ version: '2', language: 'en', name: 'Animals', property },
    concept: [mammals, { code: 'dodo', display: 'Dodo', property: [{ code: 'status', valueCode: 'retired' }] }],
  }),
  codeSystem('animals-old', {
    url: system,
    version: '1',
    name: 'Animals',
    concept: [{ code: 'cat', display: 'Old cat' }, { code: 'auk' }],
  }),
  codeSystem('animals-more', {
    ...{ content: 'supplement', supplements: system, version: '1', language: 'de' },
    concept: [{ code: 'bat', display: 'Fledermaus', property: [{ code: 'wings', valueInteger: 2 }] }],
  }),
  codeSystem('letters', {
    caseSensitive: false,
    concept: [
      { code: 'A', display: 'Letter a' },
      { code: 'cat', display: 'C-A-T' },
    ],
  }),
  codeSystem('part', { content: 'fragment', concept: [{ code: 'one', display: 'One' }] }),
  valueSet('pets', {
    include: [{ system, concept: [{ code: 'cat', display: 'House cat' }, { code: 'dodo' }] }],
  }),
  valueSet('mammals', { include: [{ system, filter: [{ property: 'concept', op: 'is-a', value: 'mammal' }] }] }),
  valueSet('old', { include: [{ system, version: '1' }] }),
  valueSet('any', { include: [{ system }, { system: `${base}/CodeSystem/letters` }] }),
  {
    ...valueSet('winged', { include: [{ system, filter: [{ property: 'wings', op: '=', value: '2' }] }] }),
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/valueset-supplement', valueCanonical: `${base}/CodeSystem/animals-more` }],
  },
  valueSet('open', { include: [{ system: `${base}/CodeSystem/part` }, { system: 'http://example.org/elsewhere' }] }),
];

/** The answer's parameters by name; those of parts as `name: value` lines. */
function told({ body }: Answered): Record<string, unknown> {
  const values = (body.parameter ?? []).flatMap((one: Record<string, unknown>) => {
    const key = Object.keys(one).find((name) => name.startsWith('value'));
    return key === undefined ? [] : [[one.name, one[key]]];
  });
  return Object.fromEntries(values);
}

interface Part {
  readonly name: string;
  readonly [key: string]: unknown;
}

function parts({ body }: Answered, name: string): string[] {
  return body.parameter
    .filter((one: Part) => one.name === name)
    .map(({ part }: { part: Part[] }) => part.map(({ name: _, ...value }) => Object.values(value)[0]).join(' '));
}

const coding = (fields: object) => ({ resourceType: 'Parameters', parameter: [{ name: 'coding', valueCoding: fields }] });

describe.each(stores)('codes asked on $name', ({ open }) => {
  const server = serverOn(open);
  const get = (path: string, headers = {}) => server.ask('GET', path, undefined, headers);

  beforeAll(async () => {
    const entry = resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }));
    const { status, text } = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    if (status !== 200) throw new Error(text);
  });

  test('$lookup tells names, words and properties, what stands above and below (codesystem-operation-lookup.html)', async () => {
    const cat = await get(`/CodeSystem/$lookup?system=${system}&code=cat`);
    expect(told(cat)).toEqual({ name: 'Animals', version: '2', display: 'Cat' });
    expect([parts(cat, 'designation'), parts(cat, 'property')]).toEqual([
      ['zh-CN 猫'],
      ['definition It purrs.', 'inactive false', 'legs 4', 'parent mammal Mammal'],
    ]);
    const mammal = await server.ask('POST', '/CodeSystem/$lookup', coding({ system, code: 'mammal' }));
    expect(parts(mammal, 'property')).toEqual(['inactive false', 'notSelectable true', 'child cat Cat', 'child bat Bat']);
    expect(parts(await get(`/CodeSystem/$lookup?system=${system}&code=dodo&property=inactive`), 'property')).toEqual(['inactive true']);
    const some = await get(`/CodeSystem/animals/$lookup?code=cat&property=legs&property=lang.zh`);
    expect([parts(some, 'property'), parts(some, 'designation')]).toEqual([['legs 4'], ['zh-CN 猫']]);
  });

  test('the version that is named is meant, else the newest (references.html#canonical)', async () => {
    const display = async (query: string) => told(await get(`/CodeSystem/$lookup?code=cat&${query}`)).display;
    expect([await display(`system=${system}`), await display(`system=${system}&version=1`)]).toEqual(['Cat', 'Old cat']);
    expect(await display(`system=${encodeURIComponent(`${system}|1`)}`)).toBe('Old cat');
    const absent = await get(`/CodeSystem/$lookup?system=${system}&code=cat&version=9`);
    expect([absent.status, absent.body.issue[0].details.text]).toEqual([
      404,
      `There is no code system ${system}|9 here; its versions here are 2, 1`,
    ]);
  });

  test('words are in the language asked for by name, or by Accept-Language; a supplement brings more of them', async () => {
    const display = async (query: string, language?: string) =>
      told(await get(`/CodeSystem/$lookup?system=${system}&code=${query}`, language && { 'accept-language': language })).display;
    expect(await display('cat&displayLanguage=zh')).toBe('猫');
    expect(await display('cat', 'zh-CN,zh;q=0.9,en;q=0.8')).toBe('猫');
    expect(await display('cat&displayLanguage=en', 'zh-CN')).toBe('Cat');
    expect(await display('bat&displayLanguage=de')).toBe('Fledermaus');
    const plain = await get(`/CodeSystem/$lookup?system=${system}&code=bat&property=wings`);
    const more = await get(`/CodeSystem/$lookup?system=${system}&code=bat&property=wings&useSupplement=${base}/CodeSystem/animals-more`);
    expect([parts(plain, 'property'), parts(more, 'property')]).toEqual([[], ['wings 2']]);
  });

  test.each([
    ['http://unitsofmeasure.org', 'mg/dL', 'milligram per deciliter', undefined],
    ['urn:ietf:bcp:47', 'zh-CN', 'Chinese (China)', '中文（中国）'],
    ['urn:iso:std:iso:4217', 'CNY', 'Chinese Yuan', '人民币'],
    ['urn:iso:std:iso:3166', 'CN', 'China', '中国'],
    ['urn:ietf:bcp:13', 'text/plain', 'text/plain', undefined],
    ['https://www.iana.org/time-zones', 'Asia/Shanghai', 'China Standard Time', '中国标准时间'],
  ])('%s, which no package lists, has words for %s', async (url, code, english, chinese) => {
    const ask = (language: string) => get(`/CodeSystem/$lookup?system=${url}&code=${encodeURIComponent(code)}&displayLanguage=${language}`);
    expect([told(await ask('en')).display, told(await ask('zh')).display]).toEqual([english, chinese ?? english]);
    expect((await get(`/CodeSystem/$lookup?system=${url}&code=%3F%3F`)).status).toBe(404);
  });

  test.each<[string, string, string[]]>([
    ['a code that is none', `/CodeSystem/$lookup?system=${system}&code=cow`, ['404', 'error: code-unknown-in-system at code']],
    ['a system that is not here', '/CodeSystem/$lookup?system=urn:none&code=cow', ['404', 'error: code-system-unknown']],
    ['no system', '/CodeSystem/$lookup?code=cow', ['400', 'error: coding-wanted']],
    ['no code', `/CodeSystem/$lookup?system=${system}`, ['400', 'error: one-code-wanted']],
    ['an instance that is not there', '/CodeSystem/none/$lookup?code=a', ['404', 'error: not-found']],
    ['no value set', '/ValueSet/$validate-code?code=a', ['400', 'error: value-set-wanted at url']],
    ['another day', '/ValueSet/$validate-code?url=urn:x&code=a&date=2001-01-01', ['400', 'error: date-not-supported at date']],
    ['a value set that is not here', '/ValueSet/$validate-code?url=urn:none&code=a', ['404', 'error: value-set-unknown at url']],
    ['a context', '/ValueSet/$validate-code?context=urn:x&code=a', ['404', 'error: context-unknown at context']],
    [
      'a supplement that is not here',
      '/ValueSet/$validate-code?url=urn:x&code=a&useSupplement=urn:y',
      ['404', 'error: supplement-unknown at useSupplement'],
    ],
    [
      'codes of two systems',
      `/CodeSystem/$subsumes?codingA=${system}%7Ccat&codingB=urn:other%7Ccat`,
      ['400', 'error: code-of-other-system at system'],
    ],
    [
      'another system than that of the URL',
      `/CodeSystem/animals/$lookup?code=cat&system=urn:x`,
      ['400', 'error: code-system-is-another at system'],
    ],
    [
      'another version than that of the URL',
      `/CodeSystem/animals/$lookup?code=cat&version=1`,
      ['400', 'error: code-system-is-another at version'],
    ],
    ['one code', `/CodeSystem/$subsumes?system=${system}&codeA=cat`, ['400', 'error: one-code-wanted at codeB']],
    [
      'what a part of a code system cannot tell',
      `/CodeSystem/$subsumes?system=${base}/CodeSystem/part&codeA=one&codeB=one2`,
      ['404', 'error: code-unknown-in-system at code'],
    ],
  ])('%s is refused by name', async (_, path, expected) => {
    const answer = await get(path);
    expect([String(answer.status), ...issuesOf(answer)]).toEqual(expected);
  });

  test.each([
    ['mammal', 'cat', 'subsumes'],
    ['cat', 'mammal', 'subsumed-by'],
    ['cat', 'cat', 'equivalent'],
    ['cat', 'bat', 'not-subsumed'],
  ])('$subsumes: %s and %s are %3$s (codesystem-operation-subsumes.html)', async (codeA, codeB, outcome) => {
    expect(told(await get(`/CodeSystem/$subsumes?system=${system}&codeA=${codeA}&codeB=${codeB}`)).outcome).toBe(outcome);
    expect(told(await get(`/CodeSystem/animals/$subsumes?codeA=${codeA}&codeB=${codeB}`)).outcome).toBe(outcome);
  });

  const ofSystem = (query: string) => `/CodeSystem/$validate-code?url=${system}&${query}`;
  const letters = (query: string) => `/CodeSystem/letters/$validate-code?${query}`;
  const inSet = (id: string, query: string) => `/ValueSet/$validate-code?url=${base}/ValueSet/${id}&${query}`;
  const from = (code: string) => `code=${code}&system=${system}`;

  test.each<[string, string, object]>([
    ['a code of the system', ofSystem('code=cat'), { result: true, display: 'Cat', code: 'cat', version: '2' }],
    ['one that is none', ofSystem('code=cow'), { result: false, message: `The code "cow" is not in the code system ${system}|2` }],
    [
      'a display as a code',
      ofSystem(`code=${encodeURIComponent('猫')}`),
      { result: false, message: `The code "猫" is not in the code system ${system}|2; did you mean cat (Cat)?` },
    ],
    [
      'a display as a code of the value set',
      inSet('pets', from('CAT')),
      {
        message: `The code "CAT" (${system}) is not in the value set ${base}/ValueSet/pets; did you mean cat (Cat)?; The code "CAT" is not in the code system ${system}|2`,
      },
    ],
    ['a display in any case', ofSystem('code=cat&display=cAT'), { result: true, display: 'Cat' }],
    ['a display in another language', ofSystem(`code=cat&display=${encodeURIComponent('猫')}`), { result: true }],
    [
      'a display that is another',
      ofSystem('code=cat&display=Dog'),
      { result: false, message: 'The display of "cat" is "Cat", found was "Dog"', display: 'Cat' },
    ],
    ['the right display in Chinese', ofSystem('code=cat&displayLanguage=zh-CN'), { result: true, display: '猫' }],
    ['another version', ofSystem('code=auk&version=1'), { result: true, version: '1' }],
    ['one that groups others', ofSystem('code=mammal'), { result: true }],
    ['one that groups others where it may not', ofSystem('code=mammal&abstract=false'), { result: false }],
    ['one that is retired', ofSystem('code=dodo'), { result: true, inactive: true, message: 'The code "dodo" is no longer active' }],
    ['case that counts', ofSystem('code=CAT'), { result: false }],
    ['case that does not count', letters('code=a'), { result: true, code: 'A', display: 'Letter a' }],
    ['a part of a system, with it', `/CodeSystem/part/$validate-code?code=one`, { result: true }],
    ['a part of a system, without it', `/CodeSystem/part/$validate-code?code=two`, { result: false, code: 'two' }],
    ['a code of the value set', inSet('pets', from('cat')), { result: true, display: 'House cat', system, version: '2' }],
    ['its display by the code system', inSet('pets', `${from('cat')}&display=Cat`), { result: true, display: 'House cat' }],
    [
      'one of the system only',
      inSet('pets', from('bat')),
      { result: false, message: `The code "bat" (${system}) is not in the value set ${base}/ValueSet/pets` },
    ],
    [
      'one of neither',
      inSet('pets', from('cow')),
      {
        message: `The code "cow" (${system}) is not in the value set ${base}/ValueSet/pets; The code "cow" is not in the code system ${system}|2`,
      },
    ],
    ['one by a filter', inSet('mammals', from('bat')), { result: true }],
    ['by the id of the value set', `/ValueSet/mammals/$validate-code?${from('bat')}`, { result: true }],
    ['a code of the version of the value set', inSet('old', from('auk')), { result: true, version: '1' }],
    ['a code of another version than that of the value set', inSet('old', `${from('auk')}&systemVersion=2`), { result: false }],
    ['a code in the version it names', inSet('any', `${from('auk')}&systemVersion=1`), { result: true, version: '1' }],
    [
      'a version that is not here',
      inSet('any', `${from('cat')}&systemVersion=9`),
      { result: false, message: `The version 9 of the code system ${system} is not here; there are 2, 1` },
    ],
    ['a code without a system, of one', inSet('any', 'code=bat'), { result: true, system }],
    ['a code without a system that is not to be inferred', inSet('any', 'code=bat&inferSystem=false'), { result: false }],
    ['a coding without a system', inSet('any', 'coding=bat'), { result: false }],
    ['a coding in the URL', inSet('any', `coding=${system}%7Cbat`), { result: true, display: 'Bat' }],
    [
      'a display that is another, leniently',
      ofSystem('code=cat&display=Dog&lenient-display-validation=true'),
      { result: true, display: 'Cat' },
    ],
    [
      'a version that the value set was not to use',
      inSet('old', `${from('auk')}&check-system-version=${system}%7C2`),
      {
        result: false,
        message: `The value set ${base}/ValueSet/old was not used: it names the version 1 of ${system}, but 2 was to be used`,
      },
    ],
    [
      'a version whatever the value set names',
      inSet('old', `${from('bat')}&force-system-version=${system}%7C2`),
      { result: true, version: '2' },
    ],
    ['a property of the supplement that the value set names', inSet('winged', from('bat')), { result: true }],
    ['a code without a system, of two', inSet('any', 'code=cat'), { result: false }],
    ['a code without a system, of none', inSet('any', 'code=cow'), { result: false }],
    [
      'what cannot be decided',
      inSet('open', 'code=x&system=http://example.org/elsewhere'),
      {
        result: false,
        message: `It could not be decided whether the code "x" is in the value set ${base}/ValueSet/open: the code system http://example.org/elsewhere is not known here`,
      },
    ],
    [
      'a value set of R4',
      '/ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/administrative-gender&code=male',
      { result: true, display: 'Male' },
    ],
    [
      'a unit',
      '/ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/ucum-units&code=mg&system=http://unitsofmeasure.org',
      { result: true, display: 'milligram' },
    ],
  ])('$validate-code: %s', async (_, path, expected) => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(told(answer)).toMatchObject(expected);
  });

  test('$validate-code: one right code of a CodeableConcept is enough, what is wrong with the others is told', async () => {
    const concept = {
      coding: [
        { system, code: 'cow' },
        { system, code: 'cat', display: 'Cat' },
      ],
    };
    const ask = (type: string, more: object) =>
      server.ask('POST', `/${type}/$validate-code`, {
        resourceType: 'Parameters',
        parameter: [{ name: 'codeableConcept', valueCodeableConcept: concept }, more],
      });
    for (const answer of [
      await ask('ValueSet', { name: 'url', valueUri: `${base}/ValueSet/pets` }),
      await ask('ValueSet', {
        name: 'valueSet',
        resource: { resourceType: 'ValueSet', status: 'draft', compose: { include: [{ system }] } },
      }),
      await ask('CodeSystem', { name: 'url', valueUri: system }),
    ]) {
      expect(told(answer)).toMatchObject({ result: true, code: 'cat', system });
      const [issue] = answer.body.parameter.at(-1).resource.issue;
      expect([issue.severity, issue.expression]).toEqual(['warning', ['CodeableConcept.coding[0].code']]);
    }
  });

  test('$validate-code: a resource that is sent is judged itself, and speaks Chinese', async () => {
    const sent = { resourceType: 'CodeSystem', status: 'draft', content: 'complete', concept: [{ code: 'own', display: '自有' }] };
    const answer = await server.ask('POST', '/CodeSystem/$validate-code?code=other', sent, { 'accept-language': 'zh' });
    expect([answer.status, told(answer).result]).toEqual([200, false]);
    expect(told(answer).message).toContain('没有代码“other”');
    const empty = { resourceType: 'Parameters', parameter: [{ name: 'codeableConcept', valueCodeableConcept: { text: 'a cat' } }] };
    const none = told(await server.ask('POST', `/ValueSet/pets/$validate-code`, empty));
    expect(none).toMatchObject({ result: false, message: 'There is no code' });
    const broken = await server.ask('POST', '/CodeSystem/$validate-code?code=other', { ...sent, content: 'nonsense' });
    expect(broken.status).toBe(422);
  });
});
