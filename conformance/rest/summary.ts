/** The results of a run for people, in English or Chinese. */
import type { Miss } from '../data.js';
import type { Judged } from './run.js';

export type Language = 'en' | 'zh';

interface Words {
  readonly failed: string;
  readonly choice: string;
  readonly known: string;
  readonly total: (counts: Counts, base: string) => string;
}

interface Counts {
  readonly all: number;
  readonly passed: number;
  readonly failed: number;
  readonly choices: number;
  readonly known: number;
  readonly unclaimed: number;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    failed: 'FAILED',
    choice: 'decided otherwise',
    known: 'known miss',
    total: ({ all, passed, failed, choices, known, unclaimed }, base) =>
      `${base}: ${all} cases, ${passed} passed, ${failed} failed, ${choices} decided otherwise where R4 leaves a choice, ${unclaimed} not claimed by the server, ${known} known misses\n`,
  },
  zh: {
    failed: '未通过',
    choice: '选择不同',
    known: '已知缺失',
    total: ({ all, passed, failed, choices, known, unclaimed }, base) =>
      `${base}：共 ${all} 例，通过 ${passed}，未通过 ${failed}，规范允许自行选择而选择不同 ${choices}，服务器未声明支持 ${unclaimed}，已知缺失 ${known}\n`,
  },
};

/** `good`: nothing failed but known misses and what is a choice. */
export function summaryOf(
  judged: readonly Judged[],
  { base, language, misses }: { readonly base: string; readonly language: Language; readonly misses: readonly Miss[] },
): { readonly text: string; readonly good: boolean } {
  const text = words[language];
  const reasons = new Map(misses.map(({ id, reason }) => [id, reason]));
  const counts = { all: judged.length, passed: 0, failed: 0, choices: 0, known: 0, unclaimed: 0 };
  const lines: string[] = [];
  for (const { one, verdict } of judged) {
    if (verdict.kind !== 'failed') {
      counts[verdict.kind]++;
      continue;
    }
    const reason = reasons.get(one.id);
    const kind = reason !== undefined ? 'known' : one.choice === true ? 'choices' : 'failed';
    counts[kind]++;
    const label = kind === 'known' ? text.known : kind === 'choices' ? text.choice : text.failed;
    lines.push(`${label}  ${one.id}  (${one.source})\n  ${one.title}\n  ${verdict.step}`);
    lines.push(...(reason === undefined ? verdict.findings : [reason]).map((line) => `    ${line}`), '');
  }
  return { text: [...lines, text.total(counts, base)].join('\n'), good: counts.failed === 0 };
}
