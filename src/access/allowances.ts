/**
 * How much each may ask for: points that come back with time, and a number of requests at once. Nothing is waited for, and what is kept is
 * bounded. Source: RFC 6585 §4 (429), RFC 9110 §10.2.3 (Retry-After)
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Access } from './access.js';

/** Of a person at a client, and of a system that acts for itself. */
interface Amounts {
  readonly person: number;
  readonly system: number;
}

export interface AllowancesOptions {
  /** Points in a minute; as many may be spent at once. Absent: no limit. */
  readonly perMinute?: Amounts | undefined;
  readonly atOnce?: Amounts | undefined;
  readonly now?: () => number;
}

export interface Allowances {
  /** undefined where nobody is counted. Throws FhirError 429. */
  begin(access: Access): Turn | undefined;
}

/** One request of somebody: it costs a point by itself, whatever comes of it. */
export interface Turn {
  /** What it costs beyond that, also more than there is: the next request waits for it. */
  charge(points: number): void;
  end(): void;
}

interface Standing extends Turn {
  points: number;
  /** When they were counted last, milliseconds UTC. */
  counted: number;
  running: number;
}

/** How many are remembered: whoever is forgotten has not asked for long, or there are more than ever ask at once. */
const REMEMBERED = 20_000;
const MINUTE = 60_000;

export function createAllowances({ perMinute, atOnce, now = Date.now }: AllowancesOptions): Allowances | undefined {
  if (perMinute === undefined && atOnce === undefined) return undefined;
  const standings = new Map<string, Standing>();
  return {
    begin({ principal, subject }) {
      if (principal === undefined || subject === undefined) return undefined;
      const kind = principal.account === undefined ? 'system' : 'person';
      const most = perMinute?.[kind] ?? Number.POSITIVE_INFINITY;
      const standing = standings.get(subject) ?? remember(standings, subject, most, now());
      if (perMinute !== undefined) spendable(standing, most, now());
      if (atOnce !== undefined && standing.running >= atOnce[kind]) throw tooManyAtOnce(atOnce[kind]);
      standing.running++;
      standing.points--;
      return standing;
    },
  };
}

function remember(standings: Map<string, Standing>, subject: string, points: number, counted: number): Standing {
  const standing: Standing = {
    points,
    counted,
    running: 0,
    charge: (spent) => {
      standing.points -= spent;
    },
    end: () => {
      standing.running--;
    },
  };
  if (standings.size >= REMEMBERED) {
    for (const [name, { running }] of standings) {
      if (running > 0) continue;
      standings.delete(name);
      break;
    }
  }
  standings.set(subject, standing);
  return standing;
}

/** Throws FhirError 429 where nothing is left. */
function spendable(standing: Standing, most: number, now: number): void {
  const passed = Math.max(0, now - standing.counted);
  standing.points = Math.min(most, standing.points + (passed * most) / MINUTE);
  standing.counted = now;
  if (standing.points >= 1) return;
  throw tooMuch(most, Math.max(1, Math.ceil(((1 - standing.points) * MINUTE) / most / 1000)));
}

function tooMuch(most: number, seconds: number) {
  const text = message(
    'too-many-requests',
    `More was asked for than ${most} a minute; ask again in ${seconds} s`,
    `请求量超过每分钟 ${most}；请在 ${seconds} 秒后重试`,
  );
  return fault('throttled', text, { headers: { 'Retry-After': String(seconds) } });
}

function tooManyAtOnce(most: number) {
  const text = message(
    'too-many-at-once',
    `${most} requests are being worked on, and no more are taken at once; ask again when one is answered`,
    `已有 ${most} 个请求正在处理，达到并发上限；请在其中之一完成后重试`,
  );
  return fault('throttled', text, { headers: { 'Retry-After': '1' } });
}
