/** What a history is asked for. Source: R4 http.html#history, http.html#paging; `_sort` as R4B http.html#history names it */
import { parseTimeRange, type TimeRange, type Zone } from '../model/dates.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { type Cursors, walkerOf, walkOf } from '../search/cursors.js';
import type { Parameters } from '../search/search.js';
import type { HistoryFilter, HistoryPosition } from '../store/port.js';
import { honoured, numberParameter, onlyOnce } from './parameters.js';
import type { Asked } from './request.js';

export interface HistoryPlan extends Pick<HistoryFilter, 'since' | 'at'> {
  /** 0: only the total was asked for. */
  readonly count: number;
  readonly ascending: boolean;
  readonly after?: HistoryPosition;
  /** What was processed, as it goes into the links, without the cursor. */
  readonly self: Parameters;
  /** The value of `_cursor`, as it was sent. */
  readonly cursor?: string;
  /** The value of `_cursor` that leads on from a position. */
  cursorAt(position: HistoryPosition): string;
}

interface PlanRooms {
  readonly zone: Zone;
  readonly search: { readonly cursors: Cursors };
}

const DEFAULT_COUNT = 100;
const MOST = 1000;

const names = ['_count', '_since', '_at', '_sort', '_summary', '_cursor'];

/** `path`: whose history, after the base. Throws FhirError 400 for parameters that are not supported, stand twice or cannot be read. */
export function planHistory(
  request: Pick<Asked, 'access' | 'parameters' | 'lenient'>,
  path: string,
  { zone, search }: PlanRooms,
): HistoryPlan {
  const parameters = honoured(request, names).filter(([, value]) => value !== '');
  const count = countOf(parameters);
  const since = timeOf(parameters, '_since', zone)?.low;
  const at = timeOf(parameters, '_at', zone);
  const kept = parameters.filter(([name]) => name !== '_count' && name !== '_cursor');
  const walk = walkOf([path, walkerOf(request.access)], kept);
  const cursor = onlyOnce(parameters, '_cursor');
  return {
    count,
    ascending: isAscending(onlyOnce(parameters, '_sort')),
    self: [...kept, ['_count', String(count)]],
    cursorAt: ({ lastUpdated, number }) => search.cursors.encode({ position: { values: [lastUpdated], number }, backward: false }, walk),
    ...(since === undefined ? {} : { since }),
    ...(at === undefined ? {} : { at: { from: at.low, before: at.high } }),
    ...(cursor === undefined ? {} : { cursor, after: positionOf(search.cursors, cursor, walk) }),
  };
}

function countOf(parameters: Parameters): number {
  const summary = onlyOnce(parameters, '_summary');
  if (summary !== undefined && summary !== 'count' && summary !== 'false') throw summaryRefused(summary);
  const asked = numberParameter(parameters, '_count', 0) ?? DEFAULT_COUNT;
  return summary === 'count' ? 0 : Math.min(asked, MOST);
}

function positionOf(cursors: Cursors, cursor: string, walk: string): HistoryPosition | undefined {
  const { position } = cursors.decode(cursor, walk, 1);
  return position && { lastUpdated: Number(position.values[0]), number: position.number };
}

/** A time without a zone is read in the server's. A plus sign that was not percent-encoded arrives as a space. */
function timeOf(parameters: Parameters, name: string, zone: Zone): TimeRange | undefined {
  const value = onlyOnce(parameters, name);
  if (value === undefined) return undefined;
  const range = parseTimeRange(value.replace(/ (?=\d\d:\d\d$)/, '+'), zone);
  if (range !== undefined) return range;
  throw fault(
    'value',
    message(
      'bad-time-parameter',
      `${name} was "${value}"; a date or time such as 2024-02-29 or 2024-02-29T08:00:00+08:00 was expected, without a prefix`,
      `${name} 为“${value}”；应为不带前缀的日期或时间，例如 2024-02-29 或 2024-02-29T08:00:00+08:00`,
    ),
    { expression: name },
  );
}

function isAscending(sort: string | undefined): boolean {
  if (sort === undefined || sort === '-_lastUpdated') return false;
  if (sort === '_lastUpdated') return true;
  throw fault(
    'not-supported',
    message(
      'history-sort',
      `A history is sorted by -_lastUpdated (newest first) or _lastUpdated; _sort was "${sort}"`,
      `历史只能按 -_lastUpdated（新者在前）或 _lastUpdated 排序；_sort 为“${sort}”`,
    ),
    { expression: '_sort' },
  );
}

function summaryRefused(found: string) {
  return fault(
    'not-supported',
    message(
      'history-summary',
      `A history shows whole resources; _summary was "${found}", supported are count and false`,
      `历史显示完整的资源；_summary 为“${found}”，支持 count 和 false`,
    ),
    { expression: '_summary' },
  );
}
