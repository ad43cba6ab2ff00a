/** The writer on a thread and a connection of its own, so that neither the trees of the indexes nor the disk hold requests up. */
import { parentPort, workerData } from 'node:worker_threads';
import { createCheckpoints } from './checkpoint.js';
import { unpack } from './pack.js';
import { prepared } from './schema.js';
import { type Answer, describeError, type Letter, type Question, type WriterData } from './thread.js';
import { createWriter } from './writer.js';

/** KiB of pages: what a commit changes has to be there, and what most commits change stays. */
const CACHE = 64 * 1024;

const { location, maxPages } = workerData as WriterData;
const connection = prepared(location, { readOnly: false, cache: CACHE, mapped: 0 });
if (maxPages !== undefined) connection.exec(`PRAGMA max_page_count = ${Math.floor(maxPages)}`);
const writer = createWriter(connection, createCheckpoints(location));
let answers: Answer[] = [];

/** Those who wrote together are answered together. */
function answer(one: Answer): void {
  if (answers.length === 0) queueMicrotask(send);
  answers.push(one);
}

function send(): void {
  parentPort?.postMessage(answers);
  answers = [];
}

function work(question: Question): Promise<void> {
  return question.kind === 'commit' ? writer.commit(unpack(question.commit)) : writer.arrange(question.layout);
}

async function close(): Promise<void> {
  await writer.close();
  connection.close();
  parentPort?.close();
}

parentPort?.on('message', (letter: Letter) => {
  if (letter === null) {
    void close();
    return;
  }
  for (const question of letter) {
    const { number } = question;
    work(question).then(
      () => answer({ number, error: undefined }),
      (error) => answer({ number, error: describeError(error) }),
    );
  }
});
parentPort?.postMessage([]);
