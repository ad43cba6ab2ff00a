/** What must come of loading the files, once and again, and under their own ids. A line for each load, and one for each thing that is wrong. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../../src/cli/load/ledger.js';
import { load } from '../../src/cli/load/run.js';
import { findSources } from '../../src/cli/load/sources.js';
import { serverTarget } from '../../src/cli/load/target.js';
import { addresses, total, walked } from './answers.js';
import type { Facts } from './facts.js';

const CONNECTIONS = 8;

type Tell = (wrong: string) => void;

/** An empty server at `base`: the files are loaded first time, and loading them again adds nothing. Whether all was right. */
export function loadsOnce(facts: Facts, name: string, base: string): Promise<boolean> {
  return judged(name, async (ledger, tell) => {
    const first = await loadFiles(facts, base, ledger, {}, tell);
    if (first.resources !== facts.entries) tell(`${first.resources} resources were loaded, ${facts.entries} were expected`);
    await wrongCounts(facts, base, tell);
    await wrongSearches(facts, base, tell);
    const second = await loadFiles(facts, base, ledger, {}, tell);
    if (second.resources !== 0) tell(`${second.resources} resources were loaded again`);
    await wrongCounts(facts, base, tell);
    return `${first.text}, ${facts.counts.size} types and ${facts.searches.size} searches asked; again: ${second.text}`;
  });
}

/** The same under their own ids, and all sent once more. */
export function keepsIds(facts: Facts, name: string, base: string): Promise<boolean> {
  return judged(`${name} with their own ids`, async (ledger, tell) => {
    const first = await loadFiles(facts, base, ledger, { keepIds: true }, tell);
    if (first.resources !== facts.entries) tell(`${first.resources} resources were loaded, ${facts.entries} were expected`);
    await wrongIds(facts, base, tell);
    const second = await loadFiles(facts, base, ledger, { keepIds: true, again: 'again' }, tell);
    if (second.resources !== facts.entries) tell(`${second.resources} resources were sent again, ${facts.entries} were expected`);
    await wrongIds(facts, base, tell);
    return `${first.text}, each under its id; with --again: ${second.text}, each there once`;
  });
}

async function judged(name: string, run: (ledger: string, tell: Tell) => Promise<string>): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-synthea-'));
  let findings = 0;
  const tell = (wrong: string) => {
    findings += 1;
    process.stdout.write(`FAILED  ${wrong}\n`);
  };
  try {
    const text = await run(join(folder, 'ledger.jsonl'), tell);
    process.stdout.write(`${name}: ${text}; ${findings} failed\n`);
    return findings === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface How {
  readonly keepIds?: boolean;
  readonly again?: string;
}

/** The hospitals and practitioners last, so that everyone has to wait for them; no request may be refused for that. */
async function loadFiles({ files }: Facts, base: string, file: string, { keepIds = false, again }: How, tell: Tell) {
  const began = performance.now();
  const target = await serverTarget(base);
  let refused = 0;
  const watched: typeof target = {
    ...target,
    async post(bundle, key) {
      const answer = await target.post(bundle, key);
      if (answer.status >= 400) refused += 1;
      return answer;
    },
  };
  const ledger = await openLedger(file, target.store, again !== undefined);
  const quiet = () => undefined;
  const progress = { stored: quiet, skipped: quiet, finished: quiet };
  const more = { connections: CONNECTIONS, keepIds, progress, halt: new AbortController(), ...(again === undefined ? {} : { again }) };
  const report = await load(await findSources([...files].reverse()), { target: watched, ledger, ...more });
  await ledger.close();
  for (const { name, reasons } of report.failures) tell(`${name}: ${reasons.join('; ')}`);
  if (report.stopped !== undefined) tell(String(report.stopped.reason));
  if (refused > 0) tell(`${refused} requests were refused or had to wait`);
  const seconds = (performance.now() - began) / 1000;
  const rate = Math.round(report.resources / seconds);
  const text = `${report.files} files, ${report.resources} resources (${rate}/s) and ${report.skipped} units loaded before, in ${seconds.toFixed(0)} s`;
  return { ...report, text };
}

function compare(what: string, found: number | undefined, expected: number, tell: Tell): void {
  if (found !== expected) tell(`${what} finds ${found}, ${expected} were expected`);
}

async function wrongCounts({ counts }: Facts, base: string, tell: Tell): Promise<void> {
  for (const [type, count] of counts) compare(type, await total(base, `${type}?_summary=count`), count, tell);
}

async function wrongSearches({ searches }: Facts, base: string, tell: Tell): Promise<void> {
  for (const [query, count] of searches) {
    compare(query, await total(base, `${query}&_summary=count`), count, tell);
    compare(`the pages of ${query}`, await walked(base, query, count), count, tell);
  }
}

async function wrongIds({ ids }: Facts, base: string, tell: Tell): Promise<void> {
  for (const [type, those] of ids) {
    const found = await addresses(base, `${type}?_elements=id`, those.length);
    compare(type, found.size, those.length, tell);
    const missing = those.filter((id) => !found.has(`${base}/${type}/${id}`));
    if (missing.length > 0) tell(`${missing.length} of ${type} do not have their ids, such as ${missing[0]}`);
  }
}
