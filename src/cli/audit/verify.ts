/** `lianyi audit verify` */
import { readFile } from 'node:fs/promises';
import { Command, type Option } from 'commander';
import { purgedBefore } from '../../audit/upkeep.js';
import { type ChainReport, type Head, verifyJournal } from '../../audit/verify.js';
import { instantText } from '../../model/dates.js';
import type { Language } from '../../model/message.js';
import { counted, languageOption } from '../language.js';
import { repeated } from '../repeated.js';
import { UsageError } from '../usage-error.js';
import { withLog } from './with-log.js';

interface Options {
  readonly head?: readonly string[];
  readonly heads?: string;
  readonly lang: Language;
}

export function verifyCommand(): Command {
  const language: Option = languageOption();
  return new Command('verify')
    .description('walk through all of it and make every seal again; prints the last seal of each chain, to be kept elsewhere')
    .addOption(repeated('--head <chain:number:digest>', 'a last seal that was kept: it must still be there; may be repeated'))
    .option('--heads <file>', 'the same, a line for each, as this command prints them')
    .addOption(language)
    .action((options: Options) => verify(options));
}

/** Standard output has the heads alone, so that they can be kept as they are. */
async function verify({ head = [], heads, lang }: Options): Promise<void> {
  const lines = heads === undefined ? [] : (await readFile(heads, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  const kept = [...head, ...lines].map(headOf);
  await withLog(async ({ audit: log }) => {
    const found = await verifyJournal(log, { kept, purgedBefore: await purgedBefore(log), onChain: (report) => tellOf(report, lang) });
    for (const { chain, number, digest } of found.heads) process.stdout.write(`${chain}:${number}:${digest}\n`);
    for (const fault of found.faults) process.stderr.write(`${fault[lang]}\n`);
    const total = `${counted(found.chains, 'chain')}, ${counted(found.records, 'record')}, ${found.unsealed} not sealed yet`;
    const totalZh = `${found.chains} 条链，${found.records} 条记录，其中 ${found.unsealed} 条尚未封存`;
    process.stderr.write(lang === 'zh' ? `${totalZh}\n` : `${total}\n`);
    const isWhole = found.faults.length === 0;
    process.stderr.write(isWhole ? said[lang].whole : said[lang].faulty(found.faults.length));
    process.exitCode = isWhole ? 0 : 1;
    return { kind: 'audit-verified', outcome: isWhole ? 'success' : 'failed', detail: { faults: found.faults.length } };
  });
}

const said = {
  en: {
    whole: 'The journal is whole.\n',
    faulty: (count: number) => `The journal is NOT whole: ${counted(count, 'fault')}.\n`,
  },
  zh: { whole: '审计日志完整。\n', faulty: (count: number) => `审计日志不完整：发现 ${count} 处问题。\n` },
} as const;

function tellOf({ chain, records, seals, missing, purged, unsealed, head }: ChainReport, lang: Language): void {
  const until = head === undefined ? '' : instantText(head.time);
  const en = `${chain}: ${counted(records, 'record')}, ${counted(seals, 'seal')}${until === '' ? '' : ` until ${until}`}; ${missing} never written, ${purged} removed in their time, ${unsealed} not sealed yet\n`;
  const zh = `${chain}：${records} 条记录，${seals} 个封印${until === '' ? '' : `，至 ${until}`}；未写入 ${missing}，到期清除 ${purged}，尚未封存 ${unsealed}\n`;
  process.stderr.write(lang === 'zh' ? zh : en);
}

/** Throws UsageError. */
function headOf(text: string): Head {
  const [, chain, number, digest] = /^([a-z0-9]+):(\d+):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (chain === undefined || digest === undefined)
    throw new UsageError(`A head is chain:number:digest, as audit verify prints it; it was "${text}".`);
  return { chain, number: Number(number), digest };
}
