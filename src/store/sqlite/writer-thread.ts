/** The writer on a thread and a connection of its own, so that neither the trees of the indexes nor the disk hold requests up. */
import { workerData } from 'node:worker_threads';
import { answerLetters } from './answer-letters.js';
import { createCheckpoints } from './checkpoint.js';
import { unpack, unpackReindex } from './pack.js';
import { prepared } from './schema.js';
import { createWriter } from './writer.js';
import type { WriterData, WritingTask } from './writing.js';

/** KiB of pages: what a commit changes has to be there, and what most commits change stays. */
const CACHE = 64 * 1024;

const { location, maxPages } = workerData as WriterData;
const connection = prepared(location, { readOnly: false, cache: CACHE, mapped: 0 });
if (maxPages !== undefined) connection.exec(`PRAGMA max_page_count = ${Math.floor(maxPages)}`);
const writer = createWriter(connection, createCheckpoints(location));

async function close(): Promise<void> {
  await writer.close();
  connection.close();
}

function work(task: WritingTask): Promise<unknown> {
  switch (task.kind) {
    case 'commit':
      return writer.commit(unpack(task.commit));
    case 'arrange':
      return writer.arrange(task.layout);
    case 'reindex':
      return writer.reindex(unpackReindex(task.of));
    case 'state':
      return writer.putState(task.put);
    case 'item':
      return writer.changeItem(task.change);
    case 'append':
      return writer.append(task.sheets);
    case 'seal':
      return writer.seal(task.seal);
    case 'purge':
      return writer.purge(task.before);
  }
}

answerLetters<WritingTask>(work, close);
