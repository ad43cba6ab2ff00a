/** What a run of `lianyi validate` has found so far, and the table of it. */
import type { Language } from '../../model/message.js';
import type { Issue, Severity } from '../../model/outcome.js';
import { counted as amount } from '../language.js';
import { widthOf } from '../width.js';

interface Kind {
  readonly counts: Record<Counted, number>;
  resources: number;
}

type Counted = 'error' | 'warning' | 'information';

export interface Tally {
  files: number;
  resources: number;
  valid: number;
  /** Files without a resource, found in folders. */
  readonly passedOver: string[];
  readonly counts: Record<Counted, number>;
  /** By message id. */
  readonly kinds: Map<string, Kind>;
}

const none = (): Record<Counted, number> => ({ error: 0, warning: 0, information: 0 });

export function newTally(): Tally {
  return { files: 0, resources: 0, valid: 0, passedOver: [], counts: none(), kinds: new Map() };
}

export function isError(severity: Severity): boolean {
  return counted(severity) === 'error';
}

function counted(severity: Severity): Counted {
  return severity === 'fatal' ? 'error' : severity;
}

export function count(tally: Tally, issues: readonly Issue[]): void {
  tally.resources++;
  if (!issues.some(({ severity }) => isError(severity))) tally.valid++;
  const seen = new Set<Kind>();
  for (const { severity, message } of issues) {
    const kind = tally.kinds.get(message.id) ?? { counts: none(), resources: 0 };
    tally.kinds.set(message.id, kind);
    kind.counts[counted(severity)]++;
    tally.counts[counted(severity)]++;
    seen.add(kind);
  }
  for (const kind of seen) kind.resources++;
}

const NUMBER = 10;
/** Files without a resource that are named. */
const NAMED = 5;

const titles: Readonly<Record<Language, readonly [string, readonly string[]]>> = {
  en: ['kind', ['errors', 'warnings', 'notes', 'resources']],
  zh: ['种类', ['错误', '警告', '提示', '资源']],
};

/** The most errors first. */
export function tableOf(tally: Tally, seconds: number, language: Language): string {
  const rows = [...tally.kinds].sort(
    ([a, { counts: x }], [b, { counts: y }]) =>
      y.error - x.error || y.warning - x.warning || y.information - x.information || (a < b ? -1 : 1),
  );
  const width = Math.max(4, ...rows.map(([id]) => id.length));
  const row = (name: string, cells: readonly (string | number)[]) =>
    name + spaces(width, name) + cells.map((cell) => spaces(NUMBER + 1, String(cell)) + cell).join('');
  const table = rows.map(([id, kind]) => row(id, [kind.counts.error, kind.counts.warning, kind.counts.information, kind.resources]));
  const lines = [
    ...(table.length === 0 ? [] : [row(...titles[language]), ...table, '']),
    summary(tally, seconds)[language],
    ...(tally.passedOver.length === 0 ? [] : [passedOver(tally.passedOver)[language]]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What is missing to the width. */
function spaces(width: number, text: string): string {
  return ' '.repeat(Math.max(0, width - widthOf(text)));
}

function summary({ files, resources, valid, counts }: Tally, seconds: number): Readonly<Record<Language, string>> {
  const { error, warning, information } = counts;
  const rate = Math.round(resources / Math.max(seconds, 0.001));
  const time = seconds.toFixed(1);
  const found = `${amount(error, 'error')}, ${amount(warning, 'warning')}, ${amount(information, 'note')}`;
  return {
    en: `${amount(files, 'file')}, ${amount(resources, 'resource')}, ${valid} valid and ${resources - valid} not: ${found} in ${time} s (${rate}/s)`,
    zh: `${files} 个文件，${resources} 个资源，${valid} 个有效，${resources - valid} 个无效：${error} 个错误，${warning} 个警告，${information} 条提示，用时 ${time} 秒（每秒 ${rate} 个）`,
  };
}

function passedOver(names: readonly string[]): Readonly<Record<Language, string>> {
  const more = names.length - NAMED;
  const named = names.slice(0, NAMED);
  const [rest, restZh] = more > 0 ? [` and ${more} more`, ' 等'] : ['', ''];
  return {
    en: `${amount(names.length, 'file')} without a resource passed over: ${named.join(', ')}${rest}`,
    zh: `${names.length} 个文件不含资源，已跳过：${named.join('，')}${restZh}`,
  };
}
