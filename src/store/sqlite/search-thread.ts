/** Long searches on a thread and a read-only connection of their own: several go on side by side there, in turns. */
import { workerData } from 'node:worker_threads';
import { answerLetters } from './answer-letters.js';
import { count, findAll } from './count.js';
import { explain } from './explain.js';
import { createReader, inOneRead } from './reader.js';
import { prepared } from './schema.js';
import { positions } from './search.js';
import { type SearchData, type SearchTask, tooLong } from './searching.js';
import { inTurns } from './steps.js';

/** KiB of pages. */
const CACHE = 16 * 1024;

const { location } = workerData as SearchData;
const connection = prepared(location, { readOnly: true, cache: CACHE, mapped: 0 });
const reader = createReader(connection);
const during = inOneRead(reader);

function work(task: SearchTask): Promise<unknown> {
  switch (task.kind) {
    case 'positions':
      return inTurns(positions(reader, task.query), { timeLimit: task.query.timeLimit, late: tooLong, during });
    case 'find':
      return inTurns(findAll(reader, task.wheres, task.atMost), { during });
    case 'explain':
      return explain(reader, task.query);
    case 'count': {
      const progress = { total: 0 };
      return inTurns(count(reader, task.where, progress), {
        timeLimit: task.timeLimit,
        late: () => ({ total: progress.total, exact: false }),
        during,
      });
    }
  }
}

answerLetters<SearchTask>(work, async () => connection.close());
