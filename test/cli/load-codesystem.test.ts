/** What `lianyi load-codesystem` makes of a hospital's table of codes, and what it says of one that is wrong. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parseColumns } from '../../src/cli/load-codesystem/columns.js';
import { type Encoding, encodedAs } from '../../src/cli/load-codesystem/encoding.js';
import { CodesRefused } from '../../src/cli/load-codesystem/faults.js';
import { createProgress } from '../../src/cli/load-codesystem/progress.js';
import { readInThread } from '../../src/cli/load-codesystem/read-in-thread.js';
import { readResourceFile } from '../../src/cli/load-codesystem/read-resource.js';
import { readTableFile, type TableReading } from '../../src/cli/load-codesystem/read-table.js';
import { delimiterOf } from '../../src/cli/load-codesystem/rows.js';
import { tableContent } from '../../src/terminology/table/table-content.js';
import { run } from '../end-to-end/command.js';
import { type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

jest.setTimeout(60_000);

type Given = Partial<Omit<TableReading, 'columns'>> & { readonly columns?: string; readonly encoding?: Encoding };

async function read(file: string | Buffer, { columns, encoding, ...given }: Given = {}) {
  const encoded = encodedAs(Buffer.from(file), encoding);
  const wanted = columns === undefined ? undefined : (parseColumns(columns) as ReadonlyMap<string, string>);
  const reading = { delimiter: delimiterOf(encoded), caseSensitive: true, byPrefix: false, ...given, columns: wanted };
  const { builder, ...rest } = await readTableFile(encoded, reading);
  const table = builder.finish();
  return {
    ...rest,
    encoding: encoded.encoding,
    content: tableContent({ resourceType: 'CodeSystem', status: 'active', content: 'complete' }, table),
  };
}

/** The lines that are said, without the name of the file. */
async function faultsOf(reading: () => unknown, language: 'en' | 'zh' = 'en'): Promise<readonly string[]> {
  try {
    await reading();
  } catch (error) {
    if (error instanceof CodesRefused) return error.faults.lines('f', language).map((line) => line.replace(/^f: ?/, '').replace(/^f:/, ''));
    throw error;
  }
  return [];
}

const chinese = '诊断代码,诊断名称,英文名称,停用\nI10.x00,特发性高血压,"Hypertension, essential",否\nI10.x01,"高血压\n（旧）",,是\n';

describe('the columns of a table', () => {
  test('are known by usual headings; fields may have delimiters and lines in them', async () => {
    const { content, encoding, unread } = await read(chinese);
    expect([encoding, unread]).toEqual(['utf-8', []]);
    expect([...content.concepts()]).toEqual([
      { code: 'I10.x00', display: '特发性高血压', designation: [{ language: 'en', value: 'Hypertension, essential' }] },
      { code: 'I10.x01', display: '高血压\n（旧）', property: [{ code: 'inactive', valueBoolean: true }] },
    ]);
  });

  test.each([
    ['semicolons', '编码;名称\n1;甲\n'],
    ['tabs', '编码\t名称\r\n1\t甲\r\n'],
    ['bars', 'Code|Display\n1|甲'],
    ['a mark of UTF-8', '\ufeff主要编码,手术名称\n1,甲\n'],
    ['blank lines', '\n代码,含义\n\n1,甲\n,\n'],
  ])('are parted by what parts the headings: %s', async (_, file) => {
    expect([...(await read(file)).content.concepts()]).toEqual([{ code: '1', display: '甲' }]);
  });

  test('are those that are named, where they are', async () => {
    const columns = 'code=医保码,display=品名,prop:form=剂型,alias=商品名,parent=上级';
    const file = '序号,医保码,品名,剂型,商品名,上级,价格\n1,X,药,,,,\n2,XA,阿莫西林,胶囊,甲;乙,X,1.5\n';
    const { content, hasHierarchy, unread } = await read(file, { columns });
    expect(content.find('XA')).toEqual({
      code: 'XA',
      display: '阿莫西林',
      designation: [{ value: '甲' }, { value: '乙' }],
      property: [{ code: 'form', valueString: '胶囊' }],
    });
    expect([hasHierarchy, content.hierarchy().parents.get('XA'), unread]).toEqual([true, ['X'], ['序号', '价格']]);
  });

  test('what a code begins with stands above it where that is asked for', async () => {
    const { content } = await read('编码,名称\nI10.x00x002,丙\nI10,甲\nI10.x00,乙\nJ,丁\n', { byPrefix: true });
    const { parents } = content.hierarchy();
    expect(['I10.x00x002', 'I10.x00', 'I10', 'J'].map((code) => parents.get(code))).toEqual([['I10.x00'], ['I10'], undefined, undefined]);
  });
});

describe('the encoding is told by the bytes', () => {
  const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  // 编码,名称 / 1,联通 / 2,测试
  const gb = Buffer.from('b1e0c2eb2cc3fbb3c60a312cc1aacda80a322cb2e2cad40a', 'hex');

  test.each([
    ['UTF-8', Buffer.from('编码,名称\n1,联通\n2,测试\n'), 'utf-8'],
    ['GB18030', gb, 'gb18030'],
    ['four bytes of GB18030', Buffer.concat([gb, Buffer.from('332c95328236', 'hex')]), 'gb18030'],
    ['UTF-16 with a mark', utf16('编码,名称\n1,联通\n2,测试\n'), 'utf-16le'],
    ['ASCII', Buffer.from('code,display\n1,a\n2,b\n'), 'utf-8'],
  ] as const)('%s', async (_, bytes, expected) => {
    const { encoding, content } = await read(bytes);
    expect(encoding).toBe(expected);
    if (expected !== 'utf-8' || bytes.length > 25) expect(content.find('2')?.display).toBe('测试');
  });

  test.each([
    [
      'neither',
      Buffer.concat([gb, Buffer.from('332cff0a', 'hex')]),
      /^4: it is neither UTF-8 \(line 1: B1[^)]*\) nor GB18030 \(line 4: .*FF/,
    ],
    ['doubtful', Buffer.from('code,display\n1,\xc4\xa3\n', 'latin1'), /could be UTF-8 as well as GB18030/],
    ['UTF-16 without a mark', Buffer.from('编码,a\n', 'utf16le'), /^1: it holds zero bytes/],
    ['an Excel workbook', Buffer.from('PK\x03\x04rest'), /save the sheet as CSV/],
    ['empty', Buffer.alloc(0), /the file is empty/],
  ])('what is %s is refused', async (_, bytes, said) => {
    expect(await faultsOf(() => read(bytes))).toEqual([expect.stringMatching(said)]);
  });

  test('a wrong guess is told with line and bytes', async () => {
    expect(await faultsOf(() => read(gb, { encoding: 'utf-8' }), 'zh')).toEqual([expect.stringMatching(/^1: 字节 B1.* 不是 utf-8 编码/)]);
  });
});

describe('what is wrong is told with line, column and value, before anything is stored', () => {
  test.each([
    [
      'a code that stands twice otherwise',
      '编码,名称\nA,甲\nA,乙\n',
      '3:编码: the code "A" (乙) stands in line 2 already, otherwise: "A" (甲)',
    ],
    ['an empty code', '编码,名称\n,甲\n', '2:编码: the code is empty'],
    ['spaces at the ends of a code', '编码,名称\n A,甲\n', '2:编码: the code " A" has spaces at its ends'],
    ['white space inside of a code', '编码,名称\n"A\tB",甲\n', /^2:编码: .*white space/],
    ['a parent that is none', '编码,名称,上级编码\nA,甲,Z\n', '2:上级编码: "A" is to stand below "Z", which is no code of this file'],
    ['a circle of parents', '编码,上级编码\nA,C\nB,A\nC,B\nD,A\n', '2:上级编码: codes stand above themselves in a circle: A < C < B < A'],
    ['too many fields', '编码,名称\nA,甲,乙\n', /^2: the row has 3 fields and the headings are 2/],
    ['neither yes nor no', '编码,停用\nA,maybe\n', /^2:停用: "maybe" is neither yes nor no/],
    ['no column of codes', '甲,乙\n1,2\n', /^1: there is no column of codes among the headings "甲", "乙"/],
    ['a heading twice', '编码,编码\n1,2\n', /^1: the heading "编码" stands twice/],
    ['no row', '编码,名称\n', /no row below the headings/],
    ['a quotation mark that is not closed', '编码,名称\nA,"甲\nB,乙\n', /a quotation mark is opened and never closed/],
    ['text behind a quotation mark', '编码,名称\nA,"甲"乙\n', /a quotation mark closes a field/],
  ])('%s', async (_, file, said) => {
    expect(await faultsOf(() => read(file))).toEqual([typeof said === 'string' ? said : expect.stringMatching(said)]);
  });

  test('a column that is named and not there', async () => {
    const said = ['1: 没有“代码号”列；表头为 "编码", "名称"'];
    expect(await faultsOf(() => read('编码,名称\nA,甲\n', { columns: 'code=代码号' }), 'zh')).toEqual(said);
    expect(parseColumns('kode=x')).toEqual([expect.stringContaining('"kode=x" was not understood'), expect.stringContaining('kode=x')]);
  });

  test('twenty one by one, the rest by their number; rows that only repeat another are no fault', async () => {
    const faults = await faultsOf(() => read(`编码,名称\n${',甲\n'.repeat(25)}`));
    expect([faults.length, faults[20]]).toEqual([21, '… and 5 more faults']);
    expect(await read('编码,名称\nA,甲\nA,甲\nB,\n')).toMatchObject({ repeated: 1, withoutDisplay: 1 });
  });
});

describe('a CodeSystem in JSON', () => {
  const resource = (more: object, concept: readonly unknown[]) =>
    Buffer.from(
      JSON.stringify({
        resourceType: 'CodeSystem',
        url: 'http://a.cn/x',
        version: '1',
        status: 'draft',
        content: 'complete',
        ...more,
        concept,
      }),
    );
  const nested = [{ code: 'A', display: '甲"\\}', concept: [{ concept: [{ code: 'C' }], code: 'B', definition: '乙' }] }];

  test('is read with what is nested in it', () => {
    const { builder, about } = readResourceFile(resource({ title: '表' }, nested), undefined);
    const content = tableContent({ resourceType: 'CodeSystem', status: 'active', content: 'complete' }, builder.finish());
    expect([...content.concepts()]).toEqual([{ code: 'A', display: '甲"\\}' }, { code: 'B', definition: '乙' }, { code: 'C' }]);
    expect([content.hierarchy().parents.get('C'), about.title, 'concept' in about]).toEqual([['B'], '表', false]);
  });

  test.each([
    ['another resource', resource({ resourceType: 'ValueSet' }, []), /its resourceType is "ValueSet"/],
    ['one without codes', resource({ content: 'not-present' }, nested), /its content is "not-present"/],
    ['a supplement of nothing', resource({ content: 'supplement' }, nested), /which code system it adds to/],
    ['a code twice', resource({}, [...nested, { code: 'C' }]), /^1:CodeSystem.concept\[1\]: the code "C" stands there already/],
    ['a code that is none', resource({}, [{ code: ' A' }, { display: 'x' }]), /^1:CodeSystem.concept\[0\]: the code " A" is none/],
    ['no concept', resource({}, []), /it has no concept/],
    ['what is cut off', resource({}, nested).subarray(0, 120), /^1: it is no JSON from here on/],
    ['what is spoiled', Buffer.from('{"resourceType": "CodeSystem",\n "url" "x"}'), /^2: it is no JSON/],
  ])('is refused: %s', async (_, bytes, said) => {
    const [first] = await faultsOf(() => readResourceFile(bytes, undefined));
    expect(first).toMatch(said);
  });
});

describe('how far a long load is', () => {
  test('is told by the bytes that are read, of a table and of a resource', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lianyi-codes-'));
    const concept = Array.from({ length: 1200 }, (_, at) => ({ code: `C${at}`, definition: 'x'.repeat(1000) }));
    const csv = `code,definition\n${concept.map(({ code, definition }) => `${code},${definition}\n`).join('')}`;
    await writeFile(join(folder, 'a.csv'), csv);
    const about = { resourceType: 'CodeSystem', content: 'complete', url: 'http://a.cn/x', version: '1' };
    await writeFile(join(folder, 'a.json'), JSON.stringify({ ...about, concept }));
    for (const file of ['a.csv', 'a.json']) {
      const passed: number[][] = [];
      const options = { url: 'http://a.cn/x', version: '1', replace: false, dryRun: true, lang: 'en' } as const;
      const { table } = await readInThread(join(folder, file), options, (...one) => passed.push(one));
      const size = (await stat(join(folder, file))).size;
      expect([table.count, passed.length]).toEqual([1200, 2]);
      expect(passed.every(([bytes = 0, of], at) => of === size && bytes >= (at + 1) * 500_000 && bytes < size)).toBe(true);
    }
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    ['en', ['reading and checking 50 %\n', 'storing 25 %\n']],
    ['zh', ['正在读取并检查 50 %\n', '正在入库 25 %\n']],
  ] as const)('is a line now and then where there is no terminal: %s', async (language, lines) => {
    const written: string[] = [];
    const stream = { isTTY: false, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
    const says = async (line: string) => {
      while (written.at(-1) !== line) await new Promise((done) => setTimeout(done, 1));
    };
    const [long, short] = [createProgress(language, stream, 1), createProgress(language, stream, 1)];
    short.at('read', 1000, 2000);
    short.at('store', 1, 2);
    long.at('read', 1_000_000, 2_000_000);
    await says(lines[0]);
    long.at('store', 2, 8);
    await says(lines[1]);
    long.stop();
    const count = written.length;
    await new Promise((done) => setTimeout(done, 20));
    expect([new Set(written), written.length]).toEqual([new Set(lines), count]);
  });
});

describe.each(stores)('On $name', ({ name, open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  let folder = '';
  const url = 'https://example.org/fhir/CodeSystem/icd';
  const lianyi = (...args: string[]) => run(args, { STORE: opened.url, LOG_LEVEL: 'error' });
  const load = (...args: string[]) => lianyi('load-codesystem', join(folder, 'icd.csv'), '--url', url, '--version', '2.0', ...args);
  const lookup = (code: string) => server.ask('GET', `/CodeSystem/$lookup?${new URLSearchParams({ system: url, code })}`);

  async function soon(code: string, status: number): Promise<void> {
    for (let tries = 0; tries < 200 && (await lookup(code)).status !== status; tries++) await new Promise((done) => setTimeout(done, 50));
    expect((await lookup(code)).status).toBe(status);
  }

  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.store });
    folder = await mkdtemp(join(tmpdir(), 'lianyi-codes-'));
    await writeFile(join(folder, 'icd.csv'), chinese);
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('the server that is running knows the codes, and the value set of all of them', async () => {
    const loaded = await load('--title', '诊断');
    expect([loaded.code, loaded.stderr]).toEqual([0, '']);
    expect(loaded.stdout).toMatch(/^https:\/\/example.org\/fhir\/CodeSystem\/icd\|2.0: 2 concepts in [\s\S]*\$lookup\?system=/);
    await soon('I10.x00', 200);
    expect((await lookup('I10.x00')).body.parameter).toContainEqual({ name: 'display', valueString: '特发性高血压' });
    const expanded = await server.ask(
      'GET',
      `/ValueSet/$expand?url=${encodeURIComponent('https://example.org/fhir/ValueSet/icd')}&filter=tfxgxy`,
    );
    expect(expanded.body.expansion.contains).toEqual([expect.objectContaining({ system: url, code: 'I10.x00' })]);
    const { records } = await opened.store.audit.search({ keys: [], descending: false, count: 50 });
    expect(records.filter(({ body }) => body.includes('code-system-loaded'))).toHaveLength(1);
  });

  if (name !== 'SQLite') return;

  test('the same again is no fault; another in its place has to be wanted, and takes it', async () => {
    expect(await load()).toMatchObject({ code: 0, stdout: expect.stringContaining('exactly this was there already') });
    await writeFile(join(folder, 'icd.csv'), `${chinese}I11,高血压性心脏病,,\n`);
    expect(await load()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is there already \(CodeSystem\/\S+, 2 concepts\); --replace/),
    });
    expect((await load('--replace')).code).toBe(0);
    await soon('I11', 200);
    const listed = await lianyi('codesystem', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toEqual([expect.objectContaining({ url, version: '2.0', concepts: 3 })]);
    const inChinese = await lianyi('codesystem', 'list', '--lang', 'zh');
    expect(inChinese.stdout).toMatch(/^规范地址 +版本 +标题 +概念数 +MB\nhttps:\S+ +2\.0 +\S+ +3 +[\d.]+\n$/);
  });

  test('a file that is not there, and a url that is none, are told in the language that is asked for', async () => {
    const missing = await lianyi('load-codesystem', join(folder, 'none.csv'), '--url', url, '--version', '1', '--lang', 'zh');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringMatching(/none\.csv: 没有这个文件\n未导入任何内容/)]);
    const nameless = await lianyi('load-codesystem', join(folder, 'icd.csv'), '--url', '国临版', '--version', '1', '--lang', 'zh');
    expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining('--url 应为代码系统的规范地址')]);
  });

  test('lianyi doctor tells what they take, and of blocks that are missing', async () => {
    const { states } = opened.store;
    for (const one of await states.list('concepts', { count: 10 })) await states.take('concepts', one.id);
    const told = await lianyi('doctor');
    expect([told.code, told.stdout, told.stderr]).toEqual([
      1,
      expect.stringMatching(
        /large code systems +0 in tables[\s\S]*CodeSystem\/\S+ +NOT usable: its table of concepts cannot be read: the store has 0 of its 1/,
      ),
      expect.stringContaining('Code systems in the store have no effect'),
    ]);
    expect((await load()).code).toBe(0);
    expect((await lianyi('doctor')).stdout).toMatch(/1 in tables, 3 concepts/);
  });

  test('a table of local names is a supplement, whose words count for the codes that they are of', async () => {
    await writeFile(join(folder, 'local.csv'), '编码,名称,prop\nI11,心衰型高血压,x\nI99,无此编码,x\n');
    const local = ['--url', 'http://hospital.example/names', '--version', '1', '--supplements', url];
    const loaded = await lianyi('load-codesystem', join(folder, 'local.csv'), ...local);
    expect(loaded).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(`system=${encodeURIComponent(url)}&code=I11`) });
    const named = async () => JSON.stringify((await lookup('I11')).body).includes('心衰型高血压');
    for (let tries = 0; tries < 200 && !(await named()); tries++) await new Promise((done) => setTimeout(done, 50));
    expect(await named()).toBe(true);
    const all = encodeURIComponent('https://example.org/fhir/ValueSet/icd');
    const { body } = await server.ask('GET', `/ValueSet/$expand?url=${all}&filter=xsx`);
    expect(body.expansion.contains.map(({ code }: { code: string }) => code)).toEqual(['I11']);
    expect(body.expansion.parameter).toContainEqual({ name: 'used-supplement', valueUri: 'http://hospital.example/names|1' });
    expect((await lookup('I99')).status).toBe(404);
  });

  test('what is removed is known no more', async () => {
    expect(await lianyi('codesystem', 'remove', `${url}|2.0`)).toEqual({ code: 0, stdout: '', stderr: `${url}|2.0 is removed\n` });
    await soon('I11', 404);
    const again = await lianyi('codesystem', 'remove', url, '--lang', 'zh');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining(`未导入过代码系统 ${url}`)]);
  });
});
