/**
 * The loader's work: many requests at once, in an order in which what is referred to comes before what refers to it. Single resources go by
 * the ranks of their types (`order.ts`); a Bundle waits for the files that bring what it refers to (`waiting.ts`). What fails all the same
 * because something is not there yet is read and tried again after the others, as long as that brings progress. No more than a few files
 * are in memory at a time.
 */
import { type Keys, keysInBoundedRoom } from './keys.js';
import { inOrder } from './order.js';
import { added, type Course, type Failure, nothing, type Sent, sendUnit } from './send.js';
import { readSource, type Source } from './sources.js';
import { type Unit, unitsOf } from './units.js';
import { type Opened, waitingRoom } from './waiting.js';

export interface Report {
  readonly files: number;
  /** Stored, or found to be there already by a conditional create. */
  readonly resources: number;
  /** Units that were loaded before, by what the ledger or the server knows. */
  readonly skipped: number;
  readonly failures: readonly Failure[];
  /** Why it ended before its time, with how many files it was through. */
  readonly stopped?: { readonly reason: unknown; readonly files: number };
}

export interface Progress {
  stored(resources: number): void;
  skipped(units: number): void;
  /** A file has been read and sent; not told again when a part of it is tried later. */
  finished(source: Source): void;
}

export interface Loading extends Omit<Course, 'signal'> {
  readonly connections: number;
  readonly keepIds: boolean;
  readonly progress: Progress;
  /** Ends the load in order when it is aborted: what is under way is waited for. It is aborted here where it is of no use to go on. */
  readonly halt: AbortController;
}

interface Late extends Pick<Sent, 'failures'> {
  readonly source: Source;
  readonly index: number;
  readonly divisible: boolean;
}

/** What has come of a pass so far. */
interface Tally {
  sent: Sent;
  files: number;
  readonly late: Late[];
}

export async function load(sources: readonly Source[], loading: Loading): Promise<Report> {
  const { halt } = loading;
  const first = await firstPass(await inOrder(sources), loading);
  let { stored } = first.sent;
  const failures = [...first.sent.failures];
  let { late } = first;
  for (let splitting = false; late.length > 0 && !halt.signal.aborted; ) {
    const pass = await laterPass(late, loading, splitting);
    stored += pass.sent.stored;
    failures.push(...pass.sent.failures);
    late = pass.late;
    if (pass.sent.stored > 0) continue;
    if (splitting || !late.some(({ divisible }) => divisible)) break;
    splitting = true;
  }
  const report = { files: sources.length, resources: stored, skipped: first.sent.skipped };
  if (halt.signal.aborted) return { ...report, failures, stopped: { reason: halt.signal.reason, files: first.files } };
  return { ...report, failures: [...failures, ...late.flatMap((one) => one.failures)] };
}

async function firstPass(groups: readonly (readonly Source[])[], loading: Loading): Promise<Tally> {
  const { progress, halt, ledger } = loading;
  const loaded = keysInBoundedRoom();
  const room = waitingRoom();
  const flights = createFlights(loading, false, ({ brings }) => {
    loaded.add(brings);
    room.arrived(brings);
  });
  const { tally } = flights;
  const go = async ({ source, units }: Opened) => {
    await flights.send(source, units);
    if (halt.signal.aborted) return;
    tally.files += 1;
    progress.finished(source);
  };
  const goOn = async () => {
    for (let next = room.next(); next !== undefined && !halt.signal.aborted; next = room.next()) {
      const { source, units = (await openUnits(source, loading)).units } = next;
      await go({ source, units });
    }
  };
  for (const group of groups) {
    for await (const { source, units, faults } of readAhead(group, loading)) {
      tally.sent = added(tally.sent, { ...nothing, failures: faults });
      await goOn();
      const open = units.filter(({ hash }) => ledger.standingOf(hash) !== 'loaded');
      const missing = missingTo(open, units, loaded);
      if (missing.length === 0) await go({ source, units });
      else room.enter({ source, units }, missing);
    }
    await flights.landed();
  }
  while (!room.isEmpty() && !halt.signal.aborted) {
    if (!room.hasReady()) await flights.landed();
    if (!room.hasReady()) room.release();
    await goOn();
  }
  await flights.landed();
  return tally;
}

/** What these need and neither the file itself nor what was loaded before has. */
function missingTo(open: readonly Unit[], ofFile: readonly Unit[], loaded: Keys): readonly number[] {
  const needed = new Set(open.flatMap(({ needs }) => needs).filter((key) => !loaded.has(key)));
  if (needed.size > 0 && ofFile.length > 1) for (const { brings } of ofFile) for (const key of brings) needed.delete(key);
  return [...needed];
}

async function laterPass(late: readonly Late[], loading: Loading, splitting: boolean): Promise<Tally> {
  const flights = createFlights(loading, splitting, () => undefined);
  const bySource = new Map<Source, Set<number>>();
  for (const { source, index } of late) bySource.set(source, (bySource.get(source) ?? new Set()).add(index));
  for await (const { source, units } of readAhead([...bySource.keys()], loading)) {
    await flights.send(
      source,
      units.filter(({ index }) => bySource.get(source)?.has(index)),
    );
  }
  await flights.landed();
  return flights.tally;
}

interface Flights {
  readonly tally: Tally;
  /** Resolves when the last of them is under way. */
  send(source: Source, units: readonly Unit[]): Promise<void>;
  /** Resolves when nothing is under way. */
  landed(): Promise<void>;
}

/** At most so many requests at once as there are connections. What makes it useless to go on ends the load. */
function createFlights(loading: Loading, splitting: boolean, onLoaded: (unit: Unit) => void): Flights {
  const { connections, progress, halt } = loading;
  const { signal } = halt;
  const tally: Tally = { sent: nothing, files: 0, late: [] };
  const flying = new Set<Promise<void>>();
  const fly = async (source: Source, unit: Unit): Promise<void> => {
    try {
      const sent = await sendUnit(unit, source.name, { ...loading, signal }, splitting);
      progress.stored(sent.stored);
      progress.skipped(sent.skipped);
      if (sent.isLate) tally.late.push({ source, index: unit.index, divisible: unit.divisible, failures: sent.failures });
      else if (sent.stored + sent.skipped > 0) onLoaded(unit);
      tally.sent = added(tally.sent, sent.isLate ? { ...sent, failures: [] } : sent);
    } catch (error) {
      halt.abort(error);
    }
  };
  const landed = async () => {
    await Promise.all(flying);
  };
  return {
    tally,
    landed,
    async send(source, units) {
      let rank = 0;
      for (const unit of units) {
        if (unit.rank > rank) await landed();
        rank = unit.rank;
        while (flying.size >= connections) await Promise.race(flying);
        if (signal.aborted) return;
        const flight = fly(source, unit).finally(() => flying.delete(flight));
        flying.add(flight);
      }
    },
  };
}

interface Read extends Opened {
  readonly faults: readonly Failure[];
}

/** Files that are read and unpacked while others are sent. */
const AHEAD = 4;

async function* readAhead(sources: readonly Source[], loading: Loading): AsyncGenerator<Read> {
  const queue: Promise<Read>[] = [];
  for (const source of sources) {
    if (loading.halt.signal.aborted) return;
    queue.push(openUnits(source, loading));
    if (queue.length > AHEAD) yield* first(queue);
  }
  while (queue.length > 0 && !loading.halt.signal.aborted) yield* first(queue);
}

async function* first<T>(queue: Promise<T>[]): AsyncGenerator<T> {
  const next = queue.shift();
  if (next !== undefined) yield await next;
}

/** What cannot be read or sent is among its faults. */
async function openUnits(source: Source, { keepIds, target: { enforced } }: Loading): Promise<Read> {
  try {
    const { units, faults } = unitsOf(source.name, await readSource(source), { keepIds, enforced });
    return { source, units, faults: faults.map(({ name, reason }) => ({ name, reasons: [reason] })) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { source, units: [], faults: [{ name: source.name, reasons: [reason] }] };
  }
}
