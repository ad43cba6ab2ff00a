/** Profiles and terminology that another process writes: known here without a restart, and after one. */

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { codeSystem, differential, patientWith, type Sample, valueSet } from '../uploads/samples.js';
import { type Serving, serve } from './command.js';

jest.setTimeout(120_000);

interface Outcome {
  readonly issue: readonly { readonly severity: string; readonly details: { readonly coding: readonly [{ readonly code: string }] } }[];
}

async function send(base: string, method: string, path: string, body?: Sample): Promise<Response> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/fhir+json' } };
  return fetch(`${base}${path}`, { method, ...sent });
}

async function issues({ base }: Serving, resource: Sample): Promise<readonly string[]> {
  const answer = await send(base, 'POST', `/${resource.resourceType}/$validate`, resource);
  const { issue } = (await answer.json()) as Outcome;
  return issue.map(({ severity, details }) => `${severity}: ${details.coding[0].code}`);
}

/** Asks until the answer holds the issue, or for long: how fast it comes is measured elsewhere, not on a machine with other work. */
async function untilTold(serving: Serving, resource: Sample, wanted: string): Promise<readonly string[]> {
  for (const end = Date.now() + 30_000; ; await pause(50)) {
    const told = await issues(serving, resource);
    if (told.includes(wanted) || Date.now() > end) return told;
  }
}

describe.each(stores)('Two servers on one store, $name', ({ open }) => {
  let opened: OpenedStore;
  let [one, other]: Serving[] = [];
  const start = () => serve({ STORE: opened.url, LOG_LEVEL: 'error' });
  const first = () => one as Serving;
  const second = () => other as Serving;

  beforeAll(async () => {
    opened = await open();
    [one, other] = await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    await Promise.all([one?.stop(), other?.stop()]);
    await opened.close();
  });

  const born = differential('born', [
    { path: 'Patient.birthDate', min: 1 },
    { path: 'Patient.maritalStatus', binding: { strength: 'required', valueSet: 'http://a.cn/set' } },
  ]);
  const claiming = { ...patientWith('http://a.cn/born'), maritalStatus: { coding: [{ system: 'http://a.cn/system', code: 'z' }] } };

  test('what the one stores takes effect in the other, and ends there when it is deleted', async () => {
    expect((await send(first().base, 'PUT', '/StructureDefinition/born', born)).status).toBe(201);
    expect(await issues(first(), claiming)).toContain('error: required-element');
    expect(await untilTold(second(), claiming, 'error: required-element')).toContain('warning: code-undecided');
    expect((await send(first().base, 'PUT', '/CodeSystem/system', codeSystem('system', ['a', 'z']))).status).toBe(201);
    expect((await send(first().base, 'PUT', '/ValueSet/set', valueSet('set', 'http://a.cn/system', ['a']))).status).toBe(201);
    expect(await untilTold(second(), claiming, 'error: code-not-in-value-set')).toContain('error: code-not-in-value-set');
    expect((await send(second().base, 'DELETE', '/ValueSet/set')).status).toBe(204);
    expect(await untilTold(first(), claiming, 'warning: code-undecided')).not.toContain('error: code-not-in-value-set');
  });

  test('a restart keeps it', async () => {
    await one?.stop();
    one = await start();
    expect(await issues(first(), claiming)).toEqual(expect.arrayContaining(['error: required-element', 'warning: code-undecided']));
    expect((await send(first().base, 'DELETE', '/StructureDefinition/born')).status).toBe(204);
    expect(await untilTold(second(), claiming, 'warning: profile-unknown')).not.toContain('error: required-element');
  });
});
