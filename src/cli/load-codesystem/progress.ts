/** How far a long load is: a bar on a terminal, a line now and then in a log. Always on standard error. */
import type { Language } from '../../model/message.js';

/** Reading in bytes of the file, storing in blocks. */
export type Step = 'read' | 'store';

export interface Progress {
  at(step: Step, done: number, of: number): void;
  stop(): void;
}

/** Bytes of a file that is read before anybody asks how far it is. */
const SHORT = 1024 * 1024;
/** Milliseconds between two lines of a log. */
const PAUSE = 5_000;

const said = {
  en: { read: 'reading and checking', store: 'storing' },
  zh: { read: '正在读取并检查', store: '正在入库' },
} as const;

interface State {
  readonly step: Step;
  readonly done: number;
  readonly of: number;
}

interface Shown {
  changed(state: State): void;
  stop(): void;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;

/** `every`: milliseconds between two lines. */
export function createProgress(language: Language, stream: Stream = process.stderr, every = PAUSE): Progress {
  let shown: Shown | undefined;
  return {
    at(step, done, of) {
      if (shown === undefined && (step !== 'read' || of < SHORT)) return;
      shown ??= stream.isTTY ? bar(language) : lines(language, stream, every);
      shown.changed({ step, done, of });
    },
    stop: () => shown?.stop(),
  };
}

function lines(language: Language, stream: Stream, every: number): Shown {
  let state: State | undefined;
  const tell = () => {
    if (state === undefined) return;
    const { step, done, of } = state;
    stream.write(`${said[language][step]} ${Math.floor((100 * done) / of)} %\n`);
  };
  const timer = setInterval(tell, every).unref();
  return {
    changed(now) {
      state = now;
    },
    stop: () => clearInterval(timer),
  };
}

/** It is loaded when it is needed, and shows what has changed until then. */
function bar(language: Language): Shown {
  let state: State | undefined;
  let isOver = false;
  const shown = import('cli-progress').then(({ Presets, SingleBar }) => {
    const format = '{bar} {percentage}% | {what}';
    const made = new SingleBar({ format, stream: process.stderr, hideCursor: true, fps: 5, clearOnComplete: true }, Presets.shades_classic);
    if (isOver) return undefined;
    made.start(1, 0, { what: '' });
    return made;
  });
  const show = async () => {
    const made = await shown;
    if (state === undefined || made === undefined || isOver) return;
    made.setTotal(state.of);
    made.update(state.done, { what: said[language][state.step] });
  };
  return {
    changed(now) {
      state = now;
      void show();
    },
    stop() {
      isOver = true;
      void shown.then((made) => made?.stop());
    },
  };
}
