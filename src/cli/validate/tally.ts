/** What a run of `lianyi validate` has found so far, and the table of it. */
import type { Issue, Severity } from '../../model/outcome.js';

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
  passedOver: number;
  readonly counts: Record<Counted, number>;
  /** By message id. */
  readonly kinds: Map<string, Kind>;
}

const none = (): Record<Counted, number> => ({ error: 0, warning: 0, information: 0 });

export function newTally(): Tally {
  return { files: 0, resources: 0, valid: 0, passedOver: 0, counts: none(), kinds: new Map() };
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

/** The most errors first. */
export function tableOf({ files, resources, valid, passedOver, counts, kinds }: Tally, seconds: number): string {
  const rows = [...kinds].sort(
    ([a, { counts: x }], [b, { counts: y }]) =>
      y.error - x.error || y.warning - x.warning || y.information - x.information || (a < b ? -1 : 1),
  );
  const width = Math.max(4, ...rows.map(([id]) => id.length));
  const row = (name: string, cells: readonly (string | number)[]) =>
    name.padEnd(width) + cells.map((cell) => String(cell).padStart(NUMBER + 1)).join('');
  const table = rows.map(([id, kind]) => row(id, [kind.counts.error, kind.counts.warning, kind.counts.information, kind.resources]));
  const rate = Math.round(resources / Math.max(seconds, 0.001));
  const lines = [
    ...(table.length === 0 ? [] : [row('kind', ['errors', 'warnings', 'notes', 'resources']), ...table, '']),
    `${files} files, ${resources} resources, ${valid} valid and ${resources - valid} not: ${counts.error} errors, ${counts.warning} warnings, ${counts.information} notes in ${seconds.toFixed(1)} s (${rate}/s)`,
    ...(passedOver === 0 ? [] : [`${passedOver} files hold no resource and were passed over`]),
  ];
  return `${lines.join('\n')}\n`;
}
