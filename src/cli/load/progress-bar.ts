/** Progress for people: a bar on a terminal, a line now and then in a log. Always on standard error. */
import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from './run.js';
import type { Source } from './sources.js';

export interface Shown extends Progress {
  /** Bytes of the source that is being read. */
  read(bytes: number): void;
  /** Makes room for what is printed where the bar stands. */
  clear(): void;
  stop(): void;
}

/** Milliseconds between two lines of a log. */
const pause = 10_000;

export function showProgress(sources: readonly Source[]): Shown {
  const total = sources.reduce((sum, { size }) => sum + size, 0);
  const start = performance.now();
  const state = { bytes: 0, begun: 0, files: 0, resources: 0, skipped: 0 };
  const payload = () => ({
    files: `${state.files}/${sources.length}`,
    resources: state.resources,
    rate: rateOf(state.resources, start),
    before: state.skipped === 0 ? '' : ` | ${state.skipped} units loaded before`,
  });
  return process.stderr.isTTY ? bar(total, state, payload) : lines(state, payload);
}

export function rateOf(resources: number, start: number): number {
  return Math.round(resources / Math.max((performance.now() - start) / 1000, 0.001));
}

interface State {
  /** Of the sources that are finished, and of the one that is being read. */
  bytes: number;
  begun: number;
  files: number;
  resources: number;
  skipped: number;
}

/** `before`: what was loaded before, where something was. */
type Payload = () => { readonly files: string; readonly resources: number; readonly rate: number; readonly before: string };

function bar(total: number, state: State, payload: Payload): Shown {
  const format = '{bar} {percentage}% | {files} files | {resources} resources | {rate}/s{before} | ETA {eta_formatted}';
  const shown = new SingleBar({ format, stream: process.stderr, hideCursor: true, fps: 5 }, Presets.shades_classic);
  shown.start(Math.max(total, 1), 0, payload());
  return counting(
    state,
    () => shown.update(state.bytes + state.begun, payload()),
    () => shown.stop(),
    () => void process.stderr.write('\r\x1b[K'),
  );
}

function lines(state: State, payload: Payload): Shown {
  const tell = () => {
    const { files, resources, rate, before } = payload();
    process.stderr.write(`${files} files, ${resources} resources, ${rate}/s${before}\n`);
  };
  const timer = setInterval(tell, pause).unref();
  return counting(
    state,
    () => undefined,
    () => clearInterval(timer),
    () => undefined,
  );
}

function counting(state: State, changed: () => void, stop: () => void, clear: () => void): Shown {
  return {
    stored(resources) {
      state.resources += resources;
      changed();
    },
    skipped(units) {
      state.skipped += units;
      changed();
    },
    read(bytes) {
      state.begun += bytes;
      changed();
    },
    finished({ size }) {
      state.bytes += size;
      state.begun = 0;
      state.files += 1;
      changed();
    },
    clear,
    stop,
  };
}
