/** `lianyi audit list`: for people, a line for each record. */
import { Command } from 'commander';
import { readBody, type Who } from '../../audit/record.js';
import type { Language } from '../../model/message.js';
import type { AuditRecord } from '../../store/audit-log.js';
import { inColumns } from '../columns.js';
import { languageOption } from '../language.js';
import { wholeNumber } from '../whole-number.js';
import { type Looking, lookThrough, withLooking } from './found.js';
import { withLog } from './with-log.js';

interface Options extends Looking {
  readonly count: number;
  readonly lang: Language;
}

export function listCommand(): Command {
  return withLooking(new Command('list'))
    .description('who saw and did what, the newest first')
    .option('--count <count>', 'at most so many', wholeNumber(1, 100_000), 100)
    .addOption(languageOption())
    .action((options: Options) => list(options));
}

const headings = {
  en: ['Time', 'Who', 'Role', 'From', 'What', 'Of', 'Patients', 'Outcome', 'Why'],
  zh: ['时间', '用户', '角色', '来源', '操作', '对象', '患者', '结果', '原因'],
} as const;

async function list({ count, lang, ...looking }: Options): Promise<void> {
  await withLog(async (store) => {
    const rows: (readonly string[])[] = [];
    for await (const record of lookThrough(store, looking)) {
      rows.push(rowOf(record, lang));
      if (rows.length === count) break;
    }
    process.stdout.write(inColumns([headings[lang], ...rows]));
    return {
      kind: 'audit-read',
      outcome: 'success',
      detail: { records: rows.length },
      ...(looking.patient ? { patient: looking.patient } : {}),
    };
  });
}

function rowOf({ time, body }: AuditRecord, lang: Language): readonly string[] {
  const entry = readBody(body);
  const at = new Date(time).toISOString();
  if (entry === undefined) return [at, '–', '', '', unreadable[lang], '', '', '', ''];
  if (entry.kind === 'event') {
    const { kind, outcome, by = {}, address = '', about, patient = '', reason = '' } = entry.event;
    const of = about === undefined ? '' : `${about.kind} ${about.name ?? about.id}`;
    return [at, nameOf(by), by.role ?? '', address, kind, of, patient, outcomes[lang][outcome], reason];
  }
  const { interaction, status, who = {}, address = '', reference = '', query, patients, cut } = entry;
  const outcome = status < 400 ? outcomes[lang].success : `${outcomes[lang][status < 500 ? 'refused' : 'failed']} ${status}`;
  const shown = patients.length > 3 ? `${patients.slice(0, 3).join(' ')} +${patients.length - 3}${cut ? '…' : ''}` : patients.join(' ');
  return [at, nameOf(who), who.role ?? '', address, interaction, query ?? reference, shown, outcome, who.emergency?.reason ?? ''];
}

const unreadable = { en: 'unreadable: lianyi audit verify', zh: '无法读取：请运行 lianyi audit verify' } as const;

const outcomes = {
  en: { success: 'done', refused: 'refused', failed: 'failed' },
  zh: { success: '成功', refused: '拒绝', failed: '失败' },
} as const;

function nameOf({ name, account, fhirUser, client }: Who): string {
  const person = name ?? account ?? fhirUser;
  return person === undefined ? (client ?? '–') : client === undefined ? person : `${person} (${client})`;
}
