/** `lianyi validate` as people and scripts use it: what it prints, where, and with which exit code it ends. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Finished, run, start } from './command.js';

jest.setTimeout(60_000);

let folder = '';
/** What is said of the faulty files, all of them in one run: most of the time of a run is its start. */
let faulty: Finished;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-validate-'));
  const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
  await write('wrong.json', '{\n  "resourceType": "Patient",\n\t"name": [{ "text": "张三", "use": "官方" }]\n}\n');
  await write('right.json', '{"resourceType":"Patient","gender":"female"}');
  await write('wrong.xml', '<Patient xmlns="http://hl7.org/fhir">\n  <gender value="x"/>\n</Patient>\n');
  await write(
    'misfit.xml',
    '<Patient xmlns="http://hl7.org/fhir">\n <nick value="x"/>\n <gender value="x"/>\n <active value="true"/>\n</Patient>\n',
  );
  await write(
    'some.ndjson.gz',
    gzipSync('{"resourceType":"Patient"}\n\n{"resourceType":"Patient","id":"b","gender":"x"}\r\n{"resourceType":}\n'),
  );
  await write('latin.json', Buffer.from('{"resourceType":"Patient","name":[{"text":"Jos\xe9"}]}', 'latin1'));
  await write('package.json', '{"name":"no resource"}');
  await write('bom.json', '\ufeff{"resourceType":"Patient","gender":"x"}');
  await write('bom.xml', '\ufeff<Patient xmlns="http://hl7.org/fhir"><gender value="x"/></Patient>');
  const names = Array.from({ length: 50 }, () => ({ text: '欧阳修' }));
  await write('long.json', JSON.stringify({ resourceType: 'Patient', name: [...names, { use: 'x' }, ...names] }));
  await write('two.json', '{"resourceType":"Patient",\n"name":[{"use":"x"}],\n"gender":"x",\n"active":"x"}');
  await mkdir(join(folder, 'inner', 'deep'), { recursive: true });
  // What a package says of itself is no fault of a folder; another file without a resource is told.
  await write('inner/package.json', '{"name":"no resource"}');
  await write('inner/settings.json', '{"name":"no resource"}');
  await write('inner/deep/right.json', '{"resourceType":"Patient"}');
  faulty = await validate(['wrong.json', 'misfit.xml', 'package.json', 'latin.json', 'bom.json', 'bom.xml', 'long.json', 'two.json']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const validate = (names: readonly string[], options: readonly string[] = ['--level', 'error']) =>
  run(['validate', ...options, ...names.map((name) => join(folder, name))]);

/** Without what it says at the end. */
const faultsIn = (stdout: string) =>
  stdout
    .slice(0, stdout.indexOf('kind  '))
    .replaceAll(`${folder}/`, '')
    .split('\n')
    .filter((line) => !/^ {2}\S/.test(line) && line !== '');

/** The faults of one of the faulty files, each with the line it stands in. */
function faultsOf(name: string): readonly string[] {
  const lines = faultsIn(faulty.stdout);
  const fileOf = (at: number) => lines.slice(0, at + 1).findLast((line) => !line.startsWith(' '));
  return lines.filter((_, at) => fileOf(at)?.startsWith(`${name}:`));
}

describe('lianyi validate', () => {
  test('ends with 1 where a file is faulty', () => {
    expect([faulty.code, faulty.stdout]).toEqual([1, expect.stringMatching(/8 files, [\s\S]*0 valid/)]);
  });

  test('shows a fault under the line it stands in, Chinese as wide as it is', () => {
    expect(faultsOf('wrong.json')).toEqual([
      'wrong.json:3:27 error code-not-in-value-set  Patient.name[0].use',
      '    3 |  "name": [{ "text": "张三", "use": "官方" }]',
      '      |                             ^',
    ]);
  });

  test('shows what of XML does not fit R4 among the rest', () => {
    expect(faultsOf('misfit.xml').filter((line) => line.startsWith('misfit'))).toEqual([
      'misfit.xml:2:2 error unknown-element  Patient',
      'misfit.xml:3:2 error code-not-in-value-set  Patient.gender',
      'misfit.xml:4:2 error xml-order  Patient.active',
    ]);
  });

  test('takes XML, and NDJSON line by line, packed or not', async () => {
    const { code, stdout } = await validate(['wrong.xml', 'some.ndjson.gz']);
    expect([code, ...faultsIn(stdout)]).toEqual([
      1,
      'wrong.xml:2:3 error code-not-in-value-set  Patient.gender',
      '    2 |   <gender value="x"/>',
      '      |   ^',
      'some.ndjson.gz:3:36 error code-not-in-value-set  Patient.gender',
      '    3 | {"resourceType":"Patient","id":"b","gender":"x"}',
      '      |                                    ^',
      'some.ndjson.gz:4:17 error json-syntax',
      '    4 | {"resourceType":}',
      '      |                 ^',
    ]);
    expect(stdout).toMatch(/2 files, 4 resources, 1 valid and 3 not: 3 errors, \d+ warnings, 0 notes/);
  });

  test('takes folders with all in them, and says what it passed over', async () => {
    const { code, stdout } = await validate(['inner']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /2 files, 1 resource, 1 valid and 0 not: 0 errors[\s\S]*\n1 file without a resource passed over: .*inner\/settings\.json\n/,
      ),
    ]);
  });

  test('what is named is to be a resource, in UTF-8', () => {
    expect(faultsOf('package.json')[0]).toMatch(/^package\.json:1:1 error not-a-resource/);
    expect(faultsOf('latin.json')[0]).toMatch(/^latin\.json:1:1 error not-utf8/);
  });

  test('a mark of the byte order is no column', () => {
    const places = ['bom.json', 'bom.xml'].flatMap(faultsOf).flatMap((line) => /^bom\S+/.exec(line)?.[0] ?? []);
    expect(places).toEqual(['bom.json:1:27', 'bom.xml:1:38']);
  });

  test('a long line is cut around the place', () => {
    const [, line = '', mark = ''] = faultsOf('long.json');
    expect(line).toMatch(/^ {4}1 \| …[^…]+…$/);
    const chineseBefore = line.slice(0, line.indexOf('"use":"x"')).match(/\p{Script=Han}/gu)?.length ?? 0;
    expect(mark.indexOf('^') - chineseBefore).toBe(line.indexOf('"use":"x"'));
  });

  test('counts what it found by kind', async () => {
    const { stdout } = await validate(['wrong.json', 'wrong.xml']);
    expect(stdout).toMatch(/kind +errors +warnings +notes +resources\ncode-not-in-value-set +2 +0 +0 +2\ndom-6 +0 +2 +0 +2\n/);
  });

  test('--format json is a line for each resource, with the lines of the file; the summary goes elsewhere', async () => {
    const { code, stdout, stderr } = await validate(
      ['some.ndjson.gz', 'wrong.xml'],
      ['--format', 'json', '--lang', 'zh', '--level', 'error'],
    );
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ line, resource, valid }) => [line, resource, valid])).toEqual([
      [1, 'Patient', true],
      [3, 'Patient/b', false],
      [4, undefined, false],
      [undefined, 'Patient', false],
    ]);
    const [issue] = lines[1].outcome.issue;
    expect([issue.extension[0].valueInteger, issue.expression, issue.details.text]).toEqual([
      3,
      ['Patient.gender'],
      expect.stringMatching(/[\u4e00-\u9fff]/),
    ]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/种类 +错误 +警告 +提示 +资源\n[\s\S]*2 个文件，4 个资源，1 个有效，3 个无效：3 个错误/),
    ]);
  });

  test('what cannot be unpacked has a line of JSON too', async () => {
    await writeFile(join(folder, 'cut.json.gz'), gzipSync('{"resourceType":"Patient"}').subarray(0, 20));
    const { code, stdout } = await validate(['cut.json.gz'], ['--format', 'json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({
        file: join(folder, 'cut.json.gz'),
        valid: false,
        outcome: expect.objectContaining({ issue: [expect.anything()] }),
      }),
    ]);
  });

  test('faults stand in the order of their lines', () => {
    const lines = faultsOf('two.json').flatMap((line) => /^two\.json:(\d+):/.exec(line)?.[1] ?? []);
    expect(lines).toEqual(['2', '3', '4']);
  });

  test('shows warnings unless told otherwise, and they are no failure', async () => {
    const { code, stdout } = await validate(['right.json'], []);
    expect([code, stdout]).toEqual([0, expect.stringContaining('right.json:1:1 warning dom-6  Patient')]);
  });

  test('--profile is asked of each', async () => {
    const profile = 'https://lianyi.cn/fhir/StructureDefinition/cn-patient';
    const { code, stdout } = await validate(['right.json'], ['--profile', profile, '--level', 'error']);
    expect([code, stdout]).toEqual([1, expect.stringContaining(`${profile}|`)]);
  });

  test('--package adds definitions to those built in', async () => {
    const profile = 'http://example.org/StructureDefinition/named-patient';
    const path = 'Patient.name';
    await mkdir(join(folder, 'own', 'package'), { recursive: true });
    await writeFile(
      join(folder, 'own', 'package', 'StructureDefinition-named-patient.json'),
      JSON.stringify({
        resourceType: 'StructureDefinition',
        url: profile,
        version: '1.0.0',
        name: 'NamedPatient',
        status: 'active',
        kind: 'resource',
        abstract: false,
        type: 'Patient',
        baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
        derivation: 'constraint',
        differential: { element: [{ id: path, path, min: 1 }] },
      }),
    );
    const { code, stdout } = await validate(['right.json'], ['--package', join(folder, 'own'), '--profile', profile, '--level', 'error']);
    expect([code, faultsIn(stdout)[0]]).toEqual([1, expect.stringMatching(`error \\S+  Patient  ${profile}\\|1\\.0\\.0$`)]);
  });

  test('a Questionnaire of a package counts for its responses', async () => {
    const questionnaire = 'http://example.org/Questionnaire/q';
    const item = [{ linkId: 'a', type: 'string', text: 'a' }];
    await mkdir(join(folder, 'asked'), { recursive: true });
    const asked = { resourceType: 'Questionnaire', url: questionnaire, status: 'active', item };
    await writeFile(join(folder, 'asked', 'q.json'), JSON.stringify(asked));
    const answer = { resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire, item: [{ linkId: 'none' }] };
    await writeFile(join(folder, 'qr.json'), JSON.stringify(answer));
    expect((await validate(['qr.json'])).code).toBe(0);
    const { code, stdout } = await validate(['qr.json'], ['--package', join(folder, 'asked'), '--level', 'error']);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/qr\.json:1:\d+ error \S+ {2}QuestionnaireResponse\.item\[0\]/)]);
  });

  test('a profile of a package that can have no effect is named, and nothing is validated without it', async () => {
    await mkdir(join(folder, 'broken'), { recursive: true });
    const url = 'http://example.org/StructureDefinition/of-nothing';
    const profile = { resourceType: 'StructureDefinition', url, type: 'Patient', kind: 'resource', derivation: 'constraint' };
    const baseDefinition = 'http://example.org/StructureDefinition/nowhere';
    await writeFile(join(folder, 'broken', 'a.json'), JSON.stringify({ ...profile, baseDefinition, differential: { element: [] } }));
    const { code, stdout, stderr } = await validate(['right.json'], ['--package', join(folder, 'broken')]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(`${join(folder, 'broken', 'a.json')}: ${url}: `)]);
  });

  test('reads standard input as it comes', async () => {
    const child = start(['validate', '-', '--level', 'error'], {});
    let stdout = '';
    const told = new Promise<void>((done) =>
      child.stdout?.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
        if (stdout.includes('-:2:27')) done();
      }),
    );
    child.stdin?.write('{"resourceType":"Patient"}\n{"resourceType":"Patient","gender":"x"}\n');
    await told;
    const ended = new Promise<number | null>((done) => child.once('close', done));
    child.stdin?.end('{"resourceType":"Patient","gender":"x"}');
    expect([await ended, stdout]).toEqual([1, expect.stringContaining('-:3:27 error')]);
  });

  test('a document on standard input is told from lines', async () => {
    const pretty = await run(['validate', '-', '--level', 'error'], {}, '{\n"resourceType":"Patient",\n"gender":"x"}');
    expect([pretty.code, pretty.stdout]).toEqual([1, expect.stringContaining('-:3:1 error')]);
    const xml = await run(
      ['validate', '-', '--level', 'error'],
      {},
      '<Patient xmlns="http://hl7.org/fhir">\n<gender value="x"/></Patient>',
    );
    expect([xml.code, xml.stdout]).toEqual([1, expect.stringContaining('-:2:1 error')]);
  });

  test.each([
    [['no-such-file.json'], 'There is no no-such-file.json'],
    [['package.json', '--format', 'yaml'], 'Allowed choices are text, json'],
    [['package.json', '--profile', 'http://example.org/x'], 'The profile or type http://example.org/x is not known here'],
    [['package.json', '--package', 'no-such-folder'], 'There is no no-such-folder'],
    [
      ['package.json', '--package', 'src'],
      'There is no StructureDefinition, ValueSet, CodeSystem, Questionnaire, Measure with a url in src',
    ],
    [['.ci'], 'Nothing to validate was found in .ci'],
    [[], "missing required argument 'path'"],
  ])('%j is a wrong command: exit code 2', async (args, sentence) => {
    const { code, stdout, stderr } = await run(['validate', ...args]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(sentence)]);
  });
});
