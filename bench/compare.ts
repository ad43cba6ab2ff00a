/** Cases on several servers in turn, A B A B, and the table of what came out. */
import { aimOf } from './aims.js';
import type { Case } from './cases/case.js';
import { type Figures, type Measured, measure, medianOf, wrongWith } from './measure.js';
import type { Running } from './servers.js';
import { type Column, figure, line, out, titles } from './table.js';

export interface Contender {
  readonly server: Running;
  readonly connections: number;
  /** A yardstick has one answer for everything. */
  readonly yardstick?: boolean;
}

export interface Rounds {
  readonly rounds: number;
  readonly milliseconds: number;
}

const columns: readonly Column[] = [
  { title: '', width: 18 },
  { title: 'conn', width: 5 },
  { title: 'per s', width: 9 },
  { title: 'p50 ms', width: 8 },
  { title: 'p99 ms', width: 8 },
  { title: 'CPU µs', width: 9 },
  { title: 'mongod µs', width: 11 },
  { title: '% of bare', width: 11 },
  { title: 'CPU × bare', width: 12 },
  { title: 'gen. µs', width: 9 },
  { title: 'other load', width: 12 },
];

/** Cores of other load up to which a rate says something. */
const QUIET = 0.12;

/** The first contender is what the others are compared with. */
export async function compare(contenders: readonly Contender[], cases: readonly Case[], rounds: Rounds): Promise<void> {
  out(titles(columns));
  let loudest = 0;
  for (const one of cases) {
    out(one.name);
    const measured = await inTurn(contenders, one, rounds);
    const bare = figuresOf(measured[0]);
    contenders.forEach((contender, i) => {
      const found = measured[i];
      if (found === undefined) return;
      if (!('invalid' in found)) loudest = Math.max(loudest, found.others);
      out(rowOf(contender, one, found, bare));
    });
  }
  if (loudest > QUIET)
    out(
      `\nOther processes took up to ${figure(loudest)} cores: the rates and times are theirs too. CPU per request says more, and the ratios.`,
    );
}

async function inTurn(contenders: readonly Contender[], one: Case, { rounds, milliseconds }: Rounds): Promise<readonly Measured[]> {
  const found: Measured[][] = [];
  for (const { server, yardstick } of contenders) {
    const invalid = yardstick ? undefined : await wrongWith(server, one);
    found.push(invalid === undefined ? [] : [{ invalid }]);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [i, { server, connections, yardstick }] of contenders.entries()) {
      const before = found[i];
      if (before?.some((each) => 'invalid' in each)) continue;
      before?.push(await measure(server, one, { connections, milliseconds }, yardstick));
    }
  }
  return found.map(medianOf);
}

function figuresOf(measured: Measured | undefined): Figures | undefined {
  return measured === undefined || 'invalid' in measured ? undefined : measured;
}

function rowOf({ server, connections }: Contender, one: Case, measured: Measured, bare: Figures | undefined): string {
  if ('invalid' in measured) return `  ${server.name}: invalid: ${measured.invalid}`;
  const { perSecond, p50, p99, cpu, database, generator, others } = measured;
  return line(columns, [
    `  ${server.name}`,
    String(connections),
    figure(perSecond, 0),
    figure(p50),
    figure(p99),
    figure(cpu),
    server.database === undefined ? '' : figure(database),
    bare === undefined ? '' : figure((100 * perSecond) / bare.perSecond, 0),
    bare === undefined ? '' : figure((cpu + (database ?? 0)) / bare.cpu),
    figure(generator),
    `${figure(others)} cores`,
    aimOf(server.name, one.name, measured, bare?.perSecond),
  ]);
}
