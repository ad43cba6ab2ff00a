/** The commands as people and scripts use them: what they print, where, and with which exit code they end. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bundle } from 'fhir/r4.js';
import { projectFolder, run, serve, start } from './command.js';

let folder = '';
let store: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-commands-'));
  store = { STORE: `sqlite:${join(folder, 'store.db')}`, LOG_LEVEL: 'error' };
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const basic = (id: string, code = 'referral') =>
  JSON.stringify({
    resourceType: 'Basic',
    id,
    code: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/basic-resource-type', code }] },
  });

describe('lianyi', () => {
  test('lists its commands, in Chinese where the terminal speaks it', async () => {
    const { code, stdout } = await run(['--help'], { LC_ALL: 'zh_CN.UTF-8' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/serve[\s\S]*load[\s\S]*doctor/) });
    const listed = stdout.split('\n').flatMap((line) => /^ {2}([a-z]+(?:-[a-z]+)*) .*$/.exec(line)?.slice(0, 2) ?? []);
    expect(listed.length).toBeGreaterThan(40);
    expect(listed.filter((line) => line.startsWith('  ') && !/[\u4e00-\u9fff]|help \[command\]/.test(line))).toEqual([]);
  });

  test('serve --help names every setting with its default', async () => {
    const { code, stdout } = await run(['serve', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/PORT .*8080[\s\S]*STORE .*sqlite:\.\/data\/lianyi\.db[\s\S]*DEFAULT_TIMEZONE .*Asia\/Shanghai/);
    expect(stdout).not.toContain('(default )');
  });

  test.each([[[]], [['serve', '--no-such-option']], [['explain']], [['explain-profile']], [['no-such-command']]])(
    '%j is a wrong command: exit code 2',
    async (args) => {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout, isSaid: stderr !== '' }).toEqual({ code: 2, stdout: '', isSaid: true });
    },
  );

  test.each([
    ['validate', ['profiles', '--level', 'information']],
    ['fhirpath', ['descendants()', 'conformance/chinese/patient.json']],
    ['explain-profile', ['Patient']],
  ])('%s ends without a word when nobody reads on, and not as if all were done', async (command, args) => {
    const child = start([command, ...args], {});
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout?.destroy();
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' });
  });

  test.each([
    [{ PORT: 'eighty' }, 'PORT must be a whole number from 0 to 65535; it is "eighty".'],
    [{ HOST: '0.0.0.0' }, 'ALLOW_OPEN_ACCESS'],
    [{ STORE: 'oracle:x' }, 'STORE must be'],
    [{ AUDIT_DAYS: '179' }, 'AUDIT_DAYS must be a whole number of days from 180 to 36500; it is "179".'],
  ])('serve with %j ends with 2 and says what is allowed', async (environment, sentence) => {
    const { code, stderr } = await run(['serve'], environment);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(sentence) });
    expect(stderr).not.toContain('    at ');
  });

  test('serve names a MongoDB that does not answer, without its password', async () => {
    const { code, stderr } = await run(['serve'], {
      PORT: '0',
      STORE: 'mongodb://nurse:secret@127.0.0.1:1/x',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('127.0.0.1:1');
    expect(stderr).not.toMatch(/secret| {4}at /);
  }, 30_000);

  test('serve says which port is taken, and what to do', async () => {
    const server = await serve(store);
    const { code, stderr } = await run(['serve'], { ...store, PORT: new URL(server.base).port });
    await server.stop();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^Port \d+ on 127\.0\.0\.1 is taken\. Set PORT/) });
  });

  test('serve ends quietly when told to', async () => {
    const server = await serve(store);
    expect(await server.stop()).toBe(0);
  });
});

describe('lianyi load', () => {
  test('takes a resource, NDJSON in gzip and a collection straight into the store, and keeps their ids', async () => {
    const files = [join(folder, 'one.json'), join(folder, 'many.ndjson.gz'), join(folder, 'collection.json')] as const;
    await writeFile(files[0], basic('one'));
    await writeFile(files[1], gzipSync(Array.from({ length: 250 }, (_, i) => basic(`many-${i}`)).join('\n')));
    await writeFile(files[2], `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${basic('in-collection')}}]}`);
    const { code, stdout, stderr } = await run(['load', ...files], store);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: expect.stringContaining('3 files, 252 resources'), stderr: '' });
    const server = await serve(store);
    try {
      const found = (await (await fetch(`${server.base}/Basic?_summary=count`)).json()) as Bundle;
      expect(found.total).toBe(252);
      expect((await fetch(`${server.base}/Basic/many-249`)).status).toBe(200);
    } finally {
      await server.stop();
    }
  });

  test('reads standard input', async () => {
    const { code, stdout } = await run(['load', '-'], store, `${basic('in-1')}\n${basic('in-2')}\n`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('2 resources') });
  });

  test('reports each bad resource by file and place, stores the good ones, and ends with 1', async () => {
    const file = join(folder, 'mixed.ndjson');
    await writeFile(file, [basic('good-1'), '{"resourceType":"Basic","id":"bad"}', basic('good-2')].join('\n'));
    const broken = join(folder, 'broken.json');
    await writeFile(broken, '{"resourceType":');
    const { code, stdout, stderr } = await run(['load', file, broken], store);
    expect(code).toBe(1);
    expect(stdout).toContain('2 resources');
    expect(stdout).toContain('2 failed');
    expect(stderr).toMatch(/mixed\.ndjson: line 2: Basic\/bad: HTTP 422: .*\(Basic\)/);
    expect(stderr).toMatch(/broken\.json: .*line 1, column 17/);
  });

  test('tries later what leans on a file that comes after', async () => {
    const folderOfTwo = await mkdtemp(join(folder, 'two-'));
    const reference = { resourceType: 'Patient', generalPractitioner: [{ reference: 'Practitioner?identifier=urn:test|late' }] };
    const practitioner = { resourceType: 'Practitioner', identifier: [{ system: 'urn:test', value: 'late' }] };
    const bundle = (resource: { resourceType: string }) =>
      JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource, request: { method: 'POST', url: resource.resourceType } }],
      });
    await writeFile(join(folderOfTwo, 'a.json'), bundle(reference));
    await writeFile(join(folderOfTwo, 'b.json'), bundle(practitioner));
    const { code, stdout, stderr } = await run(['load', folderOfTwo, '--connections', '1'], store);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: expect.stringContaining('2 files, 2 resources'), stderr: '' });
  });

  test.each([
    [1, ['load', 'no-such-file.json'], 'There is no no-such-file.json'],
    [1, ['load', 'package.json', '--server', 'foo'], '--server must be an http or https URL'],
    [1, ['load', 'src/cli', '--server', 'http://127.0.0.1:1/fhir'], 'Nothing to load'],
    [1, ['load', 'package.json', '--server', 'http://127.0.0.1:1/fhir'], 'No FHIR server answers'],
    [2, ['load', 'package.json', '--connections', 'many'], 'whole number from 1 to 256'],
    [2, ['load'], 'missing required argument'],
  ])('ends with %i and a sentence: %j', async (expected, args, sentence) => {
    const { code, stderr } = await run(args, store);
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining(sentence) });
    expect(stderr).not.toContain('    at ');
  });
});

describe('lianyi explain', () => {
  test('prints what a search means, what the store is asked for it, and what came of that, in two languages and as JSON', async () => {
    const place = { STORE: `sqlite:${join(folder, 'explained.db')}`, LOG_LEVEL: 'error' };
    await run(['load', '-'], place, basic('only'));
    const url = 'Basic?code=referral&_id=only&_sort=-_lastUpdated';
    const english = await run(['explain', url], place);
    expect({ code: english.code, stderr: english.stderr }).toEqual({ code: 0, stderr: '' });
    expect(english.stdout).toMatch(/Parameter[\s\S]*kind +token[\s\S]*code = referral and _id = only[\s\S]*-_lastUpdated[\s\S]*matches +1/);
    const chinese = await run(['explain', `http://127.0.0.1:8080/fhir/${url}`, '--lang', 'zh'], place);
    expect(chinese.stdout).toMatch(/检索参数[\s\S]*code = referral 且 _id = only[\s\S]*匹配 +1/);
    const json = await run(['explain', `/fhir/${url}`, '--format', 'json'], place);
    expect(JSON.parse(json.stdout)).toMatchObject({ resourceType: 'Parameters', parameter: expect.any(Array) });
  });

  test.each([
    ['Basic?cod=referral', /Basic has no search parameter "cod".*code/],
    ['Basic/only', /Only a search can be explained; this URL asks for read/],
    ['Nothing?code=x', /Nothing/],
  ])('%s is refused with a sentence: exit code 1', async (url, sentence) => {
    const { code, stdout, stderr } = await run(['explain', url], store);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) });
    expect(stderr).not.toContain('    at ');
  });
});

describe('the package', () => {
  test('names as its command the file that the build makes', async () => {
    const { bin } = JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8')) as { bin: { lianyi: string } };
    expect((await readFile(join(projectFolder, bin.lianyi), 'utf8')).split('\n')[0]).toBe('#!/usr/bin/env node');
  });
});
