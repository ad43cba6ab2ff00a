import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TypeModel } from '../../src/definitions/definitions.js';
import { jsonForm, xmlForm } from '../../src/http/media-types.js';
import { parseBody } from '../../src/http/parse-body.js';
import { render } from '../../src/http/render.js';
import { stringifyJson } from '../../src/model/json.js';
import { createServer } from '../../src/server.js';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(120_000);

/** How often others had their turn while `work` was under way. */
async function turnsBeside(work: () => unknown): Promise<number> {
  const state = { turns: 0, done: false };
  const others = (async () => {
    while (!state.done) {
      await setImmediate();
      state.turns++;
    }
  })();
  await work();
  state.done = true;
  await others;
  return state.turns;
}

const observation = { resourceType: 'Observation', status: 'final', code: { text: '血糖' }, valueQuantity: { value: 5.5, unit: 'mmol/L' } };
const bundleOf = (count: number) => ({ resourceType: 'Bundle', type: 'collection', entry: Array(count).fill({ resource: observation }) });

describe('What is long gives way to other requests', () => {
  let server: RunningServer;
  let types: TypeModel;
  beforeAll(async () => {
    server = await startServer();
    const { definitions, close } = await createServer({ store: 'sqlite::memory:' });
    types = definitions;
    await close();
  });
  afterAll(() => server.close());

  const long = Buffer.from(JSON.stringify(bundleOf(40_000)));
  const short = Buffer.from(JSON.stringify(bundleOf(10)));

  test('a body of 5 MB is read in pieces, a short one at once', async () => {
    expect(long.length).toBeGreaterThan(5_000_000);
    expect(await turnsBeside(() => parseBody(types, 'json', long))).toBeGreaterThan(2);
    expect(parseBody(types, 'json', short)).not.toBeInstanceOf(Promise);
    expect(stringifyJson(await parseBody(types, 'json', long))).toBe(long.toString());
  });

  test('so is a long answer that is indented or turned into XML', async () => {
    expect(await turnsBeside(() => render(types, long, jsonForm, true))).toBeGreaterThan(2);
    expect(await turnsBeside(() => render(types, long, xmlForm, false))).toBeGreaterThan(5);
    expect(render(types, long, jsonForm, false)).toBe(long);
  });

  test('200,000 properties in one object are refused where the text is read', async () => {
    const body = `{"resourceType":"Patient",${Array.from({ length: 200_000 }, (_, n) => `"key${n}":1`).join(',')}}`;
    const answer = await server.ask('POST', '/Patient', body);
    expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: json-too-many-properties']]);
  });

  test('of hundreds of thousands of faults enough are found', async () => {
    const answer = await server.ask('POST', '/Patient', `{"resourceType":"Patient","name":[${'1,'.repeat(300_000)}1]}`);
    expect([answer.status, answer.body.issue.length]).toEqual([422, 200]);
    expect(answer.body.issue[199].details.coding[0].code).toBe('issues-left-out');
    expect(answer.body.issue[198].expression).toEqual(['Patient.name[198]']);
  });
});
