/** The other end of a thread of the store: what is asked is done, and those who were done together are answered together. */
import { parentPort } from 'node:worker_threads';
import { type Answer, describeError, type Letter } from './thread.js';

/** Says that it is ready, and answers until no more will be asked; then closes. */
export function answerLetters<Task>(work: (task: Task) => Promise<unknown>, close: () => Promise<void>): void {
  let answers: Answer[] = [];
  let working = 0;
  let over = false;

  function answer(one: Answer): void {
    if (answers.length === 0) queueMicrotask(send);
    answers.push(one);
    working--;
  }

  function send(): void {
    parentPort?.postMessage(answers);
    answers = [];
    if (over && working === 0) void end();
  }

  async function end(): Promise<void> {
    await close();
    parentPort?.close();
  }

  parentPort?.on('message', (letter: Letter<Task>) => {
    if (letter === null) {
      over = true;
      if (working === 0) void end();
      return;
    }
    working += letter.length;
    for (const { task, number } of letter) {
      work(task).then(
        (result) => answer({ number, result, error: undefined }),
        (error) => answer({ number, error: describeError(error) }),
      );
    }
  });
  parentPort?.postMessage([]);
}
