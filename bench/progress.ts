/** How far something long has come, on standard error: on a terminal in one line, otherwise a line now and then. */

/** Milliseconds between two lines of a log. */
const PAUSE = 10_000;

export interface Progress {
  done(resources: number): void;
  seconds(): number;
  end(): void;
}

export function progress(what: string, all: number): Progress {
  const began = performance.now();
  let done = 0;
  const seconds = () => (performance.now() - began) / 1000;
  const text = () => `${what}: ${done} of ${all} resources, ${Math.round(done / seconds())}/s, ${Math.round(seconds())} s`;
  const show = process.stderr.isTTY
    ? () => void process.stderr.write(`\r\u001b[K${text()}`)
    : () => void process.stderr.write(`${text()}\n`);
  const timer = setInterval(show, process.stderr.isTTY ? 500 : PAUSE);
  return {
    done(resources) {
      done = resources;
    },
    seconds,
    end() {
      clearInterval(timer);
      show();
      if (process.stderr.isTTY) process.stderr.write('\n');
    },
  };
}
