/** The lines of both READMEs, run one by one as a newcomer would, against a server on either store. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { settings } from '../../src/config.js';
import { stores } from '../stores.js';
import { projectFolder, run } from './command.js';
import { servingOn } from './serving.js';

const readmes = ['README.md', 'README.zh-CN.md'].map((name) => [name, readFileSync(join(projectFolder, name), 'utf8')] as const);

/** What stands under the heading of access control, and the rest. */
function parted(text: string): { readonly access: string; readonly rest: string } {
  const access = /^## [^\n]*SMART on FHIR\n[\s\S]*?(?=^## )/m.exec(text)?.[0] ?? '';
  return { access, rest: text.replace(access, '') };
}

/** The commands that begin so, in the order in which they stand. */
const linesOf = (text: string, start: string) => text.split('\n').filter((line) => line.startsWith(start));

/** What each curl line of a README must show, by what stands in it; the first that fits. */
const expectations: readonly (readonly [RegExp, RegExp])[] = [
  [/metadata/, /"resourceType":"CapabilityStatement"/],
  [/zh-CN.*wrong-check-digit/, /不满足约束 cn-id-1：居民身份证号/],
  [/wrong-check-digit/, /HTTP\/1\.1 422[\s\S]*Patient\.identifier\[0\]\.value/],
  [/\$validate/, /"resourceType":"OperationOutcome"/],
  [/@conformance\/chinese\/patient\.json/, /HTTP\/1\.1 201[\s\S]*Location: /],
  [/visit\.json/, /"type":"transaction-response"/],
  [/lookup.*displayLanguage=en/, /"valueString":"Female"/],
  [/lookup/, /女性/],
  [/expand.*filter=wwe/, /维吾尔族/],
  [/translate/, /"code":"female"/],
  [/StructureDefinition/, /"resourceType":"StructureDefinition"/],
  [/_revinclude/, /"mode":"include"/],
  [/_include/, /"mode":"include"/],
  [/fhir\/Patient/, /张三丰/],
];

// The lines are the same but for what stands beside them: each README on one of the stores, where there are two.
describe.each(stores.map((store, at) => ({ ...store, read: stores.length === 1 ? readmes : readmes.slice(at, at + 1) })))(
  '$name',
  ({ open, read }) => {
    const serving = servingOn(open);

    test.each(read)('the curl lines of %s show what the text above them says', async (_name, text) => {
      const lines = linesOf(parted(text).rest, 'curl ');
      expect(lines.length).toBeGreaterThan(6);
      for (const line of lines) {
        const command = line.replaceAll('http://127.0.0.1:8080/fhir', serving().base);
        const { stdout } = await promisify(execFile)('sh', ['-c', command.replace(/^curl/, 'curl -s')], {
          cwd: projectFolder,
          maxBuffer: 2 ** 24,
        });
        const expected = expectations.find(([pattern]) => pattern.test(line))?.[1];
        expect([line, stdout]).toEqual([line, expect.stringMatching(expected ?? /^$/)]);
      }
    });
  },
);

describe('With ACCESS=smart', () => {
  const [sqlite] = stores;
  if (sqlite === undefined) throw new Error('There is no store');
  const serving = servingOn(sqlite.open, { ACCESS: 'smart' });
  const lianyi = `"${process.execPath}" "${join(projectFolder, 'dist/src/cli/main.js')}"`;

  test.each(readmes)('what %s does from the command line gives tokens that open the door', async (name, text) => {
    const blocks = [...parted(text).access.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
    const script = blocks.find((block) => block.includes('TOKEN=')) ?? '';
    const { origin, port } = new URL(serving().base);
    const own = script
      .replaceAll('npx lianyi', lianyi)
      .replaceAll('http://127.0.0.1:8080', origin)
      .replaceAll('nightly', `nightly-${name.length}`);
    const env = { ...process.env, NODE_OPTIONS: '', STORE: serving().store, PORT: port };
    const { stdout } = await promisify(execFile)('sh', ['-ec', own.replaceAll(/^curl/gm, 'echo; curl -s')], { cwd: projectFolder, env });
    const answers = stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(answers).toEqual([expect.stringMatching(/"type":"searchset"/), expect.stringMatching(/"type":"searchset"/)]);
    expect(stdout).toMatch(/^client_id \S+\n/);
  });

  test('a load takes the token that a file has, and is refused without one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lianyi-token-'));
    const settings = { STORE: serving().store, PORT: new URL(serving().base).port };
    const { stdout: token } = await run(['token', '--scope', 'system/*.cruds', '--institution', 'hospital-1'], settings);
    await writeFile(join(folder, 'token'), token);
    const load = ['load', join(projectFolder, 'conformance/chinese/visit.json'), '--no-ledger', '--server', serving().base];
    expect(await run(load)).toMatchObject({ code: 1, stderr: expect.stringContaining('An access token is needed') });
    expect(await run([...load, '--token-file', join(folder, 'token')])).toMatchObject({ code: 0 });
    await rm(folder, { recursive: true });
  });
});

describe.each(readmes)('%s', (_name, text) => {
  test('begins and tests with one line each', () => {
    expect(linesOf(text, 'npm ci')).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  test('names every setting', () => {
    for (const { variable } of settings) expect(text).toContain(`\`${variable}\``);
  });

  test('names no script that is not there', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script);
    expect(named.filter((script) => script === undefined || !(script in scripts))).toEqual([]);
  });
});
