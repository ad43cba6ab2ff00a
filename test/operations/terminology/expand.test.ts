import { beforeAll, describe, expect, test } from '@jest/globals';
import { issuesOf } from '../../running-server.js';
import { serverOn } from '../../server-on.js';
import { stores } from '../../stores.js';
import { bundleOf, definitions, url, vs } from './expand-samples.js';

// biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
type Any = any;

/** `J(J00 J18)`: what stands below what. */
function shape(contains: Any[] = []): string {
  return contains.map(({ code, contains: below }) => (below === undefined ? code : `${code}(${shape(below)})`)).join(' ');
}

function used(answer: Any, name: string): unknown[] {
  const found = answer.expansion.parameter.filter((one: Any) => one.name === name);
  return found.map(({ name: _, ...value }: Any) => Object.values(value)[0]);
}

for (const { name, open } of stores) {
  describe(`$expand in ${name}`, () => {
    const server = serverOn(open);
    const expanded = async (id: string, more = '') => {
      const answer = await server.ask('GET', `/ValueSet/$expand?url=${encodeURIComponent(vs(id))}${more}`);
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
      return answer.body;
    };
    beforeAll(async () => {
      const answer = await server.ask('POST', '', bundleOf(definitions));
      expect([answer.status, answer.status === 200 || answer.text]).toEqual([200, true]);
    });

    test.each([
      ['a whole code system, in its order and hierarchy', 'all', '', 'J(J00(J00.x1) J18 J99) I10 G70'],
      ['flat where it is asked for', 'all', '&excludeNested=true', 'J J00 J00.x1 J18 J99 I10 G70'],
      ['pages are flat', 'all', '&count=3&offset=2', 'J00.x1 J18 J99'],
      ['only active ones', 'all', '&activeOnly=true', 'J(J00(J00.x1) J18) I10 G70'],
      ['a value set without inactive ones', 'active', '', 'J(J00(J00.x1) J18) I10 G70'],
      ['without those that only lead to others', 'all', '&excludeNotForUI=true', 'J00(J00.x1) J18 J99 I10 G70'],
      ['without a code system', 'union', `&exclude-system=${url}`, ''],
      ['without a version of a code system', 'two-versions', `&exclude-system=${encodeURIComponent(`${url}|1.0`)}`, 'I10'],
      ['is-a', 'is-a', '', 'J(J00(J00.x1) J18 J99)'],
      ['descendent-of', 'below', '', 'J00(J00.x1) J18 J99'],
      ['is-not-a', 'not-below', '', 'I10 G70'],
      ['generalizes', 'above', '', 'J J00 J00.x1'],
      ['=', 'equal', '', 'J00 J00.x1'],
      ['in', 'one-of', '', 'J00 J00.x1 I10'],
      ['not-in', 'none-of', '', 'J J18 J99 I10 G70'],
      ['exists', 'there', '', 'J00'],
      ['exists false', 'not-there', '', 'J J18 J99 G70'],
      ['regex', 'pattern', '', 'J00 J18 J99'],
      ['a display', 'named', '', 'J18'],
      ['parent', 'parent', '', 'J00.x1'],
      ['child', 'child', '', 'J J00'],
      ['codes in any case', 'codes', '', 'I10 G70'],
      ['a decimal', 'decimal', '', 'J18'],
      ['several filters', 'two-filters', '', 'J00 J00.x1'],
      ['what is excluded', 'excluding', '', 'I10 G70'],
      ['codes named one by one, each once', 'listed', '', 'G70 J18'],
      ['several includes, each code once', 'union', '', 'G70 J18 I10'],
      ['what is in all imported value sets', 'both', '', 'J00 J00.x1'],
      ['a code system and an imported value set', 'system-and-set', '', 'J18 G70'],
      ['a circle adds nothing', 'one', '', 'G70 I10'],
      ['an older version', 'old-version', '', 'I10 I11'],
      ['all codes, by the address the code system has for them', 'whole', '', 'J(J00(J00.x1) J18 J99) I10 G70'],
      ['what is excluded need not be here where nothing of it is included', 'without-nowhere', '', 'I10'],
      ['filter by text', 'all', '&filter=%E6%84%9F%E5%86%92', 'J00.x1 J00'],
      ['filter by pinyin', 'all', '&filter=gan%20mao', 'J00.x1 J00'],
      ['filter by initials', 'all', '&filter=gxy', 'I10'],
      ['filter by another reading', 'all', '&filter=chongzheng', 'G70'],
      ['filter by code', 'all', '&filter=j', 'J J00 J00.x1 J18 J99'],
      ['filter by a designation', 'all', '&filter=PNEUM', 'J18'],
      ['filter in the words of the value set', 'listed', '&filter=weak', 'G70'],
      ['filter and page', 'all', '&filter=j&offset=1&count=2', 'J00 J00.x1'],
      ['filter in what is excluded', 'excluding', '&filter=j', ''],
      ['filter in several includes, the best first', 'union', '&filter=i', 'I10'],
    ])('%s', async (_, id, more, expected) => {
      expect(shape((await expanded(id, more)).expansion.contains)).toBe(expected);
    });

    test('an expansion says what it is of, when it was made, how many there are, and what it depends on', async () => {
      const { resourceType, url: canonical, status, expansion } = await expanded('all', '&count=2&filter=j&activeOnly=true');
      expect({ resourceType, canonical, status }).toEqual({ resourceType: 'ValueSet', canonical: vs('all'), status: 'active' });
      expect(expansion).toEqual({
        identifier: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        total: 4,
        offset: 0,
        parameter: [
          { name: 'count', valueInteger: 2 },
          { name: 'filter', valueString: 'j' },
          { name: 'activeOnly', valueBoolean: true },
          { name: 'version', valueUri: `${url}|2.0` },
          { name: 'used-codesystem', valueUri: `${url}|2.0` },
        ],
        contains: [
          { system: url, abstract: true, code: 'J', display: '呼吸系统疾病' },
          { system: url, code: 'J00', display: '急性鼻咽炎[感冒]' },
        ],
      });
      const next = await expanded('all', '&count=2&offset=2&filter=j&activeOnly=true');
      expect(next.expansion.identifier).toBe(expansion.identifier);
      expect((await expanded('all', '&count=2&filter=j')).expansion.identifier).not.toBe(expansion.identifier);
    });

    test('count=0 asks how many there are', async () => {
      const { expansion } = await expanded('all', '&count=0');
      expect([expansion.total, expansion.contains]).toEqual([7, undefined]);
    });

    test('displays are in the language asked for, designations where they are asked for', async () => {
      const plain = await expanded('listed');
      expect(plain.expansion.contains[1]).toEqual({ system: url, code: 'J18', display: '肺炎' });
      const english = await expanded('listed', '&displayLanguage=en-US&includeDesignations=true');
      expect(used(english, 'displayLanguage')).toEqual(['en-US']);
      expect(english.expansion.contains).toEqual([
        {
          system: url,
          code: 'G70',
          display: 'Weak muscles',
          designation: [
            { language: 'zh-CN', value: '肌无力' },
            { language: 'en', value: 'Weak muscles' },
            { language: 'en', value: 'Myasthenia gravis' },
          ],
        },
        {
          system: url,
          code: 'J18',
          display: 'Pneumonia',
          designation: [
            { language: 'zh-CN', value: '肺炎' },
            { language: 'en', value: 'Pneumonia' },
          ],
        },
      ]);
      const only = await expanded('listed', '&designation=zh&displayLanguage=en');
      expect(only.expansion.contains[1].designation).toEqual([{ language: 'zh-CN', value: '肺炎' }]);
      const accepted = await server.ask('GET', `/ValueSet/$expand?url=${vs('listed')}`, undefined, { 'accept-language': 'en' });
      expect(accepted.body.expansion.contains[1].display).toBe('Pneumonia');
    });

    test('properties are given as R5 has them, in an extension', async () => {
      const { expansion } = await expanded('all', '&filter=J18&property=weight&property=definition');
      const extension = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property';
      expect(expansion.contains[0].extension).toEqual([
        {
          url: extension,
          extension: [
            { url: 'code', valueCode: 'weight' },
            { url: 'value', valueDecimal: 1.5 },
          ],
        },
        {
          url: extension,
          extension: [
            { url: 'code', valueCode: 'definition' },
            { url: 'value', valueString: '肺部的炎症' },
          ],
        },
      ]);
    });

    test('versions are told apart, and chosen', async () => {
      const { expansion } = await expanded('two-versions');
      expect(expansion.contains).toEqual([
        { system: url, version: '1.0', code: 'I10', display: '高血压' },
        { system: url, version: '2.0', code: 'I10', display: '高血压病' },
      ]);
      const canonical = encodeURIComponent(`${url}|1.0`);
      expect(shape((await expanded('all', `&system-version=${canonical}`)).expansion.contains)).toBe('I10 I11');
      expect(shape((await expanded('all', `&force-system-version=${canonical}`)).expansion.contains)).toBe('I10 I11');
      const checked = await server.ask('GET', `/ValueSet/$expand?url=${vs('two-versions')}&check-system-version=${canonical}`);
      expect([checked.status, issuesOf(checked)]).toEqual([422, ['error: cannot-expand']]);
    });

    test('what is drafted, retired, in part or in a circle is told', async () => {
      const old = await expanded('old-version');
      expect(used(old, 'warning-retired')).toEqual([`${url}|1.0`]);
      const partly = await expanded('partly');
      expect(used(partly, 'warning-draft')).toEqual(['http://t.cn/drafted|2.0']);
      expect(partly.expansion.extension).toEqual([
        { url: 'http://hl7.org/fhir/StructureDefinition/valueset-unclosed', valueBoolean: true },
      ]);
      const circular = await expanded('one');
      expect(used(circular, 'warning-circular')).toEqual([vs('one')]);
      expect(used(circular, 'used-valueset')).toEqual([vs('other')]);
    });

    test('inactive codes are marked, and the definition is included where it is asked for', async () => {
      const { compose, expansion } = await expanded('all', '&filter=J99&includeDefinition=true');
      expect(expansion.contains).toEqual([{ system: url, inactive: true, code: 'J99', display: '旧编码' }]);
      expect(compose).toEqual({ include: [{ system: url }] });
      expect((await expanded('all')).compose).toBeUndefined();
    });

    test('a value set is found by its id, and taken as it is sent', async () => {
      const byId = await server.ask('GET', '/ValueSet/listed/$expand?filter=J18');
      expect(shape(byId.body.expansion.contains)).toBe('J18');
      const compose = { include: [{ system: url, filter: [{ property: 'kind', op: '=', value: 'chronic' }] }] };
      const parameter = [
        { name: 'valueSet', resource: { resourceType: 'ValueSet', compose } },
        { name: 'displayLanguage', valueCode: 'en' },
      ];
      const sent = await server.ask('POST', '/ValueSet/$expand', { resourceType: 'Parameters', parameter });
      expect(sent.body.expansion.contains).toEqual([{ system: url, code: 'I10', display: 'Hypertension' }]);
      const bare = await server.ask('POST', '/ValueSet/$expand', { resourceType: 'ValueSet', status: 'active', compose });
      expect(shape(bare.body.expansion.contains)).toBe('I10');
    });

    test.each([
      ['one that is not here', 'url=http://t.cn/vs/none', 404, 'error: value-set-unknown at url'],
      ['a version that is not here', `url=${vs('all')}&valueSetVersion=9`, 404, 'error: value-set-unknown at url'],
      ['none', '', 400, 'error: value-set-wanted at url'],
      ['a context', 'context=http://t.cn/p%23Patient.gender', 404, 'error: context-unknown at context'],
      ['another day', `url=${vs('all')}&date=2001-01-01`, 400, 'error: date-not-supported at date'],
      ['a negative number', `url=${vs('all')}&count=-1`, 400, 'error: bad-number-parameter at count'],
      ['an unknown parameter', `url=${vs('all')}&filtre=a`, 400, 'error: parameter-not-supported at filtre'],
      ['a code system that is not here', `url=${vs('nowhere')}`, 422, 'error: cannot-expand'],
      ['an import that is not here', `url=${vs('imports-nowhere')}`, 422, 'error: cannot-expand'],
      ['a pattern that looks ahead', `url=${vs('explodes')}`, 422, 'error: cannot-expand'],
      ['a property that no concept has', `url=${vs('strange')}`, 422, 'error: cannot-expand'],
      ['codes that follow a rule', 'url=http://hl7.org/fhir/ValueSet/ucum-units', 422, 'error: cannot-expand'],
      ['more than may stand in one answer', `url=${vs('large')}`, 422, 'error: expansion-too-large'],
    ])('%s is refused', async (_, asked, status, issue) => {
      const answer = await server.ask('GET', `/ValueSet/$expand?${asked}`);
      expect([answer.status, issuesOf(answer)]).toEqual([status, [issue]]);
    });

    test('currencies are listed, in the words of the reader', async () => {
      const answer = await server.ask('GET', '/ValueSet/currencies/$expand?filter=renminbi&displayLanguage=zh');
      expect(answer.body.expansion.contains).toEqual([{ system: 'urn:iso:std:iso:4217', code: 'CNY', display: '人民币' }]);
    });

    test('what is too large is given in pages, and by a filter', async () => {
      const page = await expanded('large', '&offset=9999&count=100');
      expect([page.expansion.total, shape(page.expansion.contains)]).toEqual([10_001, 'c9999 c10000']);
      expect((await expanded('large', '&filter=c1000')).expansion.total).toBe(2);
      const refused = await server.ask('GET', `/ValueSet/$expand?url=${vs('large')}`, undefined, { 'accept-language': 'zh' });
      expect(refused.body.issue[0].details.text).toContain('10001');
    });

    test('a definition that cannot be is refused as it is sent', async () => {
      const compose = { include: [{ filter: [{ property: 'kind', op: '=', value: 'a' }] }] };
      const answer = await server.ask('POST', '/ValueSet/$expand', { resourceType: 'ValueSet', status: 'active', compose });
      expect(answer.status).toBe(422);
    });

    test.each(['text', [{ url: 5 }], {}, [null]].map((extension) => [extension]))(
      'one whose extension is %j is refused',
      async (extension) => {
        const compose = { include: [{ system: url }] };
        const answer = await server.ask('POST', '/ValueSet/$expand', { resourceType: 'ValueSet', extension, compose });
        expect([answer.status, answer.body.issue[0].code]).toEqual([422, 'structure']);
      },
    );

    test('a hierarchy that goes deeper than JSON is read is shown as far as it may', async () => {
      const chain = Array.from({ length: 150 }, (_, i) => ({ code: `k${i}`, property: [{ code: 'parent', valueCode: `k${i + 1}` }] }));
      const deep = { resourceType: 'CodeSystem', url: 'http://t.cn/deep', status: 'active', content: 'complete', concept: chain };
      expect((await server.ask('POST', '/CodeSystem', deep)).status).toBe(201);
      const compose = { include: [{ system: 'http://t.cn/deep' }] };
      const answer = await server.ask('POST', '/ValueSet/$expand', { resourceType: 'ValueSet', compose });
      let levels = 0;
      for (let one = answer.body.expansion; one !== undefined; one = one.contains?.[0]) levels++;
      expect([answer.body.expansion.total, levels, answer.text.match(/"k\d+"/g)?.length]).toEqual([150, 41, 150]);
    });

    test('parts that have the same codes again and again are not looked through for minutes', async () => {
      const compose = { include: Array.from({ length: 210 }, () => ({ system: 'http://t.cn/large' })) };
      const answer = await server.ask('POST', '/ValueSet/$expand?count=1', { resourceType: 'ValueSet', compose });
      expect([answer.status, issuesOf(answer)]).toEqual([422, ['error: cannot-expand']]);
      expect(answer.body.issue[0].details.text).toContain('2000000');
    });

    test('the date may be of this year, of this month or of this day', async () => {
      const today = new Date().toISOString();
      const statuses = [4, 7, 10].map((length) => server.ask('GET', `/ValueSet/$expand?url=${vs('one')}&date=${today.slice(0, length)}`));
      expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([200, 200, 200]);
    });
  });
}
