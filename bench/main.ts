/**
 * `npm run bench [-- rest search import stored]`: both stores (MONGODB_URL, else a mongod of its own), with bare node:http and Express
 * "hello" in the same set-up beside them. Machines are shared and noisy: read the ratios, not the absolute figures.
 */

import { type Case, cases } from './cases.js';
import { ask, drive, type Timing } from './client.js';
import { transactionOf } from './people.js';
import { baseline, lianyi, mongodb, type Running } from './servers.js';
import { measureStored } from './stored.js';

const people = Number(process.env.BENCH_PEOPLE ?? 2000);
const window = Number(process.env.BENCH_MS ?? 4000);
const groups = process.argv.slice(2);

const out = (text: string) => process.stdout.write(`${text}\n`);
const column = (text: string | number, width: number) => String(text).padStart(width);
const fixed = (value: number) => value.toFixed(value < 10 ? 2 : 0);

async function measureBaseline(kind: 'http' | 'express'): Promise<number> {
  const server = await baseline(kind);
  const next = () => ({ method: 'GET', path: '/' });
  await drive(server, 16, window / 4, next);
  const timing = await drive(server, 16, window, next);
  await server.stop();
  out(`${server.name.padEnd(28)}${column(fixed(timing.perSecond), 10)}/s`);
  return timing.perSecond;
}

async function fill(server: Running): Promise<void> {
  const size = 50;
  const timing = await drive(server, 8, 600_000, (n) =>
    n * size < people ? { method: 'POST', path: '/fhir', body: transactionOf(n * size, size) } : undefined,
  );
  if (timing.errors > 0) {
    const { body } = await ask(server, { method: 'POST', path: '/fhir', body: transactionOf(0, 1) });
    throw new Error(`${timing.errors} of ${timing.requests} transactions were refused while filling ${server.name}: ${body.slice(0, 500)}`);
  }
  out(`filled with ${people * 6} resources: ${fixed((timing.requests * size * 6 * timing.perSecond) / timing.requests)} resources/s`);
}

async function measure(server: Running, one: Case, bare: number): Promise<void> {
  const first = one.next(0);
  const { status, body } = first === undefined ? { status: 0, body: '' } : await ask(server, first);
  const wrong = status >= 400 ? body.slice(0, 300) : one.wrong?.(body);
  if (wrong !== undefined) {
    out(`${one.name.padEnd(28)} invalid: ${wrong}`);
    return;
  }
  await drive(server, one.connections, window / 4, (n) => one.next(n + 1));
  const cpu = await server.cpu();
  const timing = await drive(server, one.connections, window, (n) => one.next(n + 100_000));
  report(one, timing, ((await server.cpu()) - cpu) / timing.requests, bare);
}

function report(one: Case, timing: Timing, cpu: number, bare: number): void {
  const rate = timing.perSecond * (one.resources ?? 1);
  const share = one.resources === undefined ? `${((100 * timing.perSecond) / bare).toFixed(0)} %` : '';
  const errors = timing.errors > 0 ? `  ${timing.errors} errors` : '';
  const micro = Math.round((cpu * 1e6) / (one.resources ?? 1));
  out(
    `${one.name.padEnd(28)}${column(fixed(rate), 10)}/s${column(share, 7)}${column(micro, 8)} µs CPU   p50 ${fixed(timing.p50)}  p95 ${fixed(timing.p95)}  p99 ${fixed(timing.p99)} ms${errors}`,
  );
}

async function measureStore(store: string, bare: number): Promise<void> {
  const server = await lianyi(store);
  try {
    out(`\n${server.name}: first answer ${fixed(server.startedIn)} ms after the start, ${await server.memory()} MB`);
    await fill(server);
    for (const one of cases(people)) if (groups.length === 0 || groups.includes(one.group)) await measure(server, one, bare);
    out(`${await server.memory()} MB at the end`);
  } finally {
    await server.stop();
  }
}

async function measureServers(): Promise<void> {
  out('share = part of what bare node:http reaches in this run; every write is on disk before its answer');
  const bare = await measureBaseline('http');
  await measureBaseline('express');
  await measureStore('sqlite', bare);
  const mongo = await mongodb();
  if ('unavailable' in mongo) out(`\nMongoDB: not measured. ${mongo.unavailable}`);
  else await measureStore(mongo.url, bare).finally(() => mongo.stop());
}

if (groups.length === 0 || groups.some((group) => group !== 'stored')) await measureServers();
if (groups.length === 0 || groups.includes('stored')) await measureStored(people, out);
