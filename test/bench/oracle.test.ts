/** What HL7's validator said, as the bench reads it: here a script stands for it. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { judgedByOracle } from '../../bench/validate/oracle.js';

/** Says what stands in each file, and checks how often it was to be repeated. */
const script = `#!${process.execPath}
const { readFileSync } = require('node:fs');
const repeat = process.argv[process.argv.indexOf('--repeat') + 1];
for (const file of process.argv.filter((one) => /\\.json$/.test(one))) {
  const { ms, issues = [] } = JSON.parse(readFileSync(file, 'utf8'));
  console.log(JSON.stringify(repeat === '7' ? { file, ms, issues } : { file, failure: 'repeat is ' + repeat }));
}
`;

describe("HL7's validator", () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lianyi-oracle-'));
    await writeFile(join(folder, 'oracle'), script);
    await chmod(join(folder, 'oracle'), 0o755);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const subject = (...said: object[]) => ({ name: 'x', texts: said.map((one) => JSON.stringify(one)) });
  const issue = (severity: string) => ({ ms: 1, issues: [{ severity, text: `a ${severity}` }] });

  test('has the mean of its times for each subject, and no figure where it finds an error', async () => {
    const subjects = [subject({ ms: 2 }), subject({ ms: 1 }, { ms: 4 }), subject({ ms: 1 }, issue('error')), subject(issue('warning'))];
    expect(await judgedByOracle(join(folder, 'oracle'), subjects, 7)).toEqual([
      { micro: 2000 },
      { micro: 2500 },
      { wrong: 'a error' },
      { micro: 1000 },
    ]);
  });

  test('has no figure where it broke', async () => {
    expect(await judgedByOracle(join(folder, 'oracle'), [subject({ ms: 2 })], 8)).toEqual([{ wrong: 'repeat is 8' }]);
  });

  test('fails with the script', async () => {
    await expect(judgedByOracle(join(folder, 'nowhere'), [subject({ ms: 2 })], 7)).rejects.toThrow('ENOENT');
  });
});
