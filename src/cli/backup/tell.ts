/** How far long work has come, for people: at most a line every two seconds, on standard error. */
export type Tell = (line: string) => void;

const PAUSE = 2000;

export function createTeller(): Tell {
  let last = performance.now();
  return (line) => {
    if (performance.now() - last < PAUSE) return;
    last = performance.now();
    process.stderr.write(`${line}\n`);
  };
}
