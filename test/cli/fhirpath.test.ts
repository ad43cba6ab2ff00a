import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { run } from '../end-to-end/command.js';

let folder = '';
const file = (name: string) => join(folder, name);
const patient = (id: string, family: string) => `{"resourceType":"Patient","id":"${id}","name":[{"family":"${family}"}]}`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fhirpath-'));
  writeFileSync(file('a.json'), patient('a', '王'));
  writeFileSync(file('many.ndjson'), `${patient('b', '李')}\n\n${patient('c', '张')}\n`);
  writeFileSync(
    file('o.xml'),
    '<Observation xmlns="http://hl7.org/fhir"><status value="final"/><code><text value="x"/></code>' +
      '<valueQuantity><value value="1.10"/><system value="http://unitsofmeasure.org"/><code value="[in_i]"/></valueQuantity></Observation>',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fhirpath = (args: readonly string[], input?: string) => run(['fhirpath', ...args], {}, input);

describe('lianyi fhirpath', () => {
  test('prints each item with its type on a line of its own, and where several resources are, which it is from', async () => {
    expect(await fhirpath(['name.family | id', file('a.json')])).toEqual({ code: 0, stdout: 'string\t"王"\nid\t"a"\n', stderr: '' });
    const { stdout } = await fhirpath(['name.family', file('a.json'), file('many.ndjson')]);
    expect(stdout.replaceAll(`${folder}/`, '')).toBe('a.json\tstring\t"王"\nmany.ndjson:1\tstring\t"李"\nmany.ndjson:3\tstring\t"张"\n');
  });

  test('reads XML and standard input, decimals with the text they came with, and evaluates on nothing too', async () => {
    expect((await fhirpath(["value | (value = 2.794 'cm')", file('o.xml')])).stdout).toBe(
      'Quantity\t{"value":1.10,"system":"http://unitsofmeasure.org","code":"[in_i]"}\nSystem.Boolean\ttrue\n',
    );
    expect((await fhirpath(['id', '-'], `${patient('x', '王')}\n${patient('y', '王')}\n`)).stdout).toBe('-:1\tid\t"x"\n-:2\tid\t"y"\n');
    expect(await fhirpath(['1 + 1'])).toEqual({ code: 0, stdout: 'System.Integer\t2\n', stderr: '' });
  });

  test('--format json prints an object for each resource', async () => {
    const { stdout } = await fhirpath(['name.family', '--format', 'json', file('many.ndjson')]);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { source: file('many.ndjson:1'), resource: 'Patient/b', items: [{ type: 'string', value: '李' }] },
      { source: file('many.ndjson:3'), resource: 'Patient/c', items: [{ type: 'string', value: '张' }] },
    ]);
  });

  test('shows a fault of syntax under the expression and ends with 2', async () => {
    expect(await fhirpath(["'王' + )", file('a.json')])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'Expected a term, found ")"\n  \'王\' + )\n         ^\n',
    });
  });

  test('names the elements that the type does not have', async () => {
    const { code, stdout, stderr } = await fhirpath(['name.famly', file('a.json')]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe('HumanName has no element "famly"\n  name.famly\n       ^\n');
  });

  test('ends with 1 where something cannot be evaluated, after all the rest', async () => {
    const { code, stdout, stderr } = await fhirpath(["iif(id = 'b', (1 | 2) + 1, id)", file('many.ndjson')]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${file('many.ndjson:3')}\tid\t"c"\n` });
    expect(stderr).toContain(`${file('many.ndjson:1')}: + needs a single item and was given 2`);
  });

  test('ends with 2 where a file or an option is wrong', async () => {
    writeFileSync(file('bad.json'), '{"resourceType":');
    expect(await fhirpath(['id', file('bad.json')])).toMatchObject({ code: 2, stderr: expect.stringContaining('bad.json:1:') });
    expect(await fhirpath(['id', file('none.json')])).toMatchObject({ code: 2, stderr: `There is no ${file('none.json')}\n` });
    expect((await fhirpath(['id', '--format', 'xml'])).code).toBe(2);
    expect((await fhirpath([])).code).toBe(2);
    expect(await fhirpath(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Examples:') });
  });

  test('goes on after a line, a file or a folder that holds no resource, and names its place', async () => {
    writeFileSync(file('n.ndjson'), `${patient('b', '李')}\n{"resourceType":}\n${patient('c', '张')}\n`);
    const { code, stdout, stderr } = await fhirpath(['id', folder, file('n.ndjson')]);
    expect({ code, stdout: stdout.replaceAll(`${folder}/`, '') }).toEqual({
      code: 2,
      stdout: 'n.ndjson:1\tid\t"b"\nn.ndjson:3\tid\t"c"\n',
    });
    expect(stderr).toMatch(/is a folder; a file was expected\n.*n\.ndjson:2:17: /);
    expect(stderr).not.toContain('line 1');
  });

  test('speaks Chinese when asked to, or where the locale is', async () => {
    const sentence = '应为值、元素名或函数，实际为“)”\n  )\n  ^\n';
    expect((await fhirpath([')', '--lang', 'zh'])).stderr).toBe(sentence);
    expect((await run(['fhirpath', ')'], { LC_ALL: 'zh_CN.UTF-8' })).stderr).toBe(sentence);
  });
});
